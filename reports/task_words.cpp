#include "reports/task_words.hpp"

#include <array>

namespace ratbench::reports {
namespace {

constexpr std::array<std::string_view, 5> kClassification = {"macro_f1", "weighted_f1", "accuracy",
                                                             "minority_recall", "hierarchical_f1"};
constexpr std::array<std::string_view, 4> kNer = {"entity_f1", "entity_precision", "entity_recall",
                                                  "entity_f1_conlleval"};
constexpr std::array<std::string_view, 5> kMultilabel = {"micro_f1", "macro_f1", "weighted_f1",
                                                         "exact_match", "hierarchical_f1"};
constexpr std::array<std::string_view, 5> kRelation = {"micro_f1", "macro_f1", "weighted_f1",
                                                       "accuracy", "hierarchical_f1"};

}  // namespace

std::span<const std::string_view> default_metrics(std::string_view task) {
  if (task == "ner") return kNer;
  if (task == "multilabel") return kMultilabel;
  if (task == "relation") return kRelation;
  return kClassification;
}

ClassScore class_score(std::string_view task) {
  if (task == "ner") return {"f1/", "F1", "entity type", "test entities"};
  if (task == "multilabel") return {"f1/", "F1", "label", "test rows"};
  return {"recall/", "recall", "class", "test rows"};
}

std::string plural(std::string_view noun) {
  return std::string(noun) + (noun.ends_with('s') ? "es" : "s");
}

}  // namespace ratbench::reports
