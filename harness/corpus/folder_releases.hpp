// Readers of published data sets that come as a folder with a layout of their own: NLU++ with its
// folds, MentalQA with its training table and test files.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/corpus/report.hpp"

namespace ratbench::corpus {

// Texts of one domain of NLU++, fold after fold (fold0.json, fold1.json, ...): `text` and the list
// `intents`, which some texts lack. Throws DataError naming file and record for a missing fold, a
// syntax error, a field of another type or an empty text.
std::vector<Report> read_nlupp(const std::filesystem::path& folder);

// MentalQA: "train" from train_dev.tsv, "test" from questions (subtask1_input_test.tsv), answers
// (subtask2_input_test.tsv) and the labels of the subtask that `label_field` names: final_QT
// (types of questions) or final_AS (strategies of answers). Throws SpecError for another field,
// DataError for files that are malformed or of unequal length.
std::map<std::string, std::vector<Report>> read_mentalqa(const std::filesystem::path& folder,
                                                         const std::string& label_field);

}  // namespace ratbench::corpus
