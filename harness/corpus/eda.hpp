// Easy data augmentation (Wei and Zou, "EDA: easy data augmentation techniques for boosting
// performance on text classification tasks", 2019) without its synonyms: texts are edited with
// nothing but their own words, before they are encoded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/corpus/report.hpp"
#include "src/specs/config.hpp"

namespace ratbench::corpus {

// Raise the version whenever an edited text would change: it is part of every cache and run key.
inline constexpr int kEdaVersion = 1;

enum class Edit { kDelete, kInsert, kSplit, kSwap };

// augmentation.* of one data set. Defaults are those of the configuration table.
struct EdaParameters {
  std::int64_t lambda = 0;  // made texts per original
  std::vector<Edit> edits = {Edit::kDelete, Edit::kInsert, Edit::kSplit, Edit::kSwap};
  double share = 0.1;      // edits of a text over its words, in (0, 1]
  std::uint64_t seed = 0;  // which draw

  // Canonical text for keys.
  std::string text() const;
};
EdaParameters eda_parameters(const specs::Config& config);

// The k-th edited copy (k from 1) of the text of training row `row`: max(1, round(share * words))
// edits of one kind, the kind drawn among those that the text allows (swapping and deleting need
// two words, splitting a word of two characters; deleting leaves a word). Words are what white
// space separates; they are joined by single spaces. Depends on (seed, row, k) and the text alone.
// A text that allows no edit is returned as it is.
std::string edited_text(std::string_view text, const EdaParameters& parameters, std::uint64_t row,
                        std::uint32_t k);

// `training` with `lambda` edited copies of every original behind it, k outermost, so that rows are
// nested in lambda and keep their places. Synthetic reports of the data itself stay where they are
// with aug_index moved up by lambda: no run with this lambda trains on them.
std::vector<Report> with_edits(std::vector<Report> training, const EdaParameters& parameters);

}  // namespace ratbench::corpus
