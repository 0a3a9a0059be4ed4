// What a report says by default about each task: which metrics, and which score of a class.
// A report on named entities must not speak of classes where entities are meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ratbench::reports {

// Names in the store, the leading one first; those that a store lacks are left out by the caller.
std::span<const std::string_view> default_metrics(std::string_view task);

// The score of single classes in tables and figures: recall where a text has one class, because
// another class's miss is this one's false alarm; F1 where words or labels may be left empty.
struct ClassScore {
  std::string_view prefix;  // of the metric: "recall/"
  std::string_view title;   // "recall"
  std::string_view what;    // one of those scored: "class", "entity type", "label"
  std::string_view rows;    // what the support counts: "test rows", "test entities"
};
ClassScore class_score(std::string_view task);

// "entity type" -> "entity types", "class" -> "classes".
std::string plural(std::string_view noun);

}  // namespace ratbench::reports
