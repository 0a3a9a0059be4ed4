// What a row and an answer add to the counts behind a metric, for both kinds of tables: rows of one
// class, and rows that are entries of a book. Internal to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "src/stats/count_book.hpp"
#include "src/stats/influence.hpp"

namespace ratbench::stats {

// Rows of one class and one answer each.
struct OneClass {
  void add_truth(ClassCounts& counts, std::size_t label, double weight) const {
    counts.support[label] += weight;
    counts.rows += weight;
  }
  void add_answer(ClassCounts& counts, std::size_t label, std::size_t answer, double weight) const {
    counts.predicted[answer] += weight;
    if (label == answer) counts.tp[label] += weight;
  }
  double truth_slope(const double* by_label, double, std::size_t label) const {
    return by_label[label];
  }
  double answer_slope(const double* predicted, const double* tp, std::size_t label,
                      std::size_t answer) const {
    return predicted[answer] + (label == answer ? tp[label] : 0);
  }
};

// Rows that are entries of a book.
struct Entries {
  const CountBook& book;

  std::span<const ColumnCount> at(std::size_t entry) const {
    return book[static_cast<std::int32_t>(entry)];
  }
  void add_truth(ClassCounts& counts, std::size_t label, double weight) const {
    counts.rows += weight;
    for (const ColumnCount& one : at(label)) counts.support[one.column] += weight * one.gold;
  }
  void add_answer(ClassCounts& counts, std::size_t, std::size_t answer, double weight) const {
    for (const ColumnCount& one : at(answer)) {
      counts.predicted[one.column] += weight * one.predicted;
      counts.tp[one.column] += weight * one.right;
    }
  }
  double truth_slope(const double* by_label, double by_row, std::size_t label) const {
    for (const ColumnCount& one : at(label)) by_row += by_label[one.column] * one.gold;
    return by_row;
  }
  double answer_slope(const double* predicted, const double* tp, std::size_t,
                      std::size_t answer) const {
    double sum = 0;
    for (const ColumnCount& one : at(answer))
      sum += predicted[one.column] * one.predicted + tp[one.column] * one.right;
    return sum;
  }
};

}  // namespace ratbench::stats
