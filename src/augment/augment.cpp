#include "src/augment/augment.hpp"

#include <algorithm>

#include "src/augment/made_rows.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/specs/config.hpp"

namespace ratbench::augment {
namespace {

void check_parameters(const AugmentParameters& p) {
  const auto refuse = [](const char* path, const std::string& problem) {
    throw SpecError("the experiment", path, problem);
  };
  if (p.lambda < 0) refuse("/augmentation/lambda", "lambda is negative");
  if (p.neighbours < 1) refuse("/augmentation/neighbours", "smote needs at least 1 neighbour");
  if (!(p.alpha > 0)) refuse("/augmentation/alpha", "alpha must be above 0");
  if (!(p.sd >= 0)) refuse("/augmentation/sd", "sd is negative");
}

std::vector<double> realised_counts(const TrainingRows& rows, const AugmentedRows& result) {
  std::vector<double> counts(static_cast<std::size_t>(rows.classes), 0.0);
  const auto count = [&](std::int64_t label) -> double& {
    return counts.at(static_cast<std::size_t>(label));
  };
  for (const std::int64_t row : result.kept) count(rows.labels[static_cast<std::size_t>(row)]) += 1;
  for (std::size_t i = 0; i < result.made_labels.size(); ++i) {
    const double share = result.made_share.empty() ? 1.0 : result.made_share[i];
    count(result.made_labels[i]) += share;
    if (!result.made_other.empty()) count(result.made_other[i]) += 1 - share;
  }
  return counts;
}

}  // namespace

AugmentParameters augment_parameters(const specs::Config& config) {
  AugmentParameters p;
  p.name = config.text_or("augmentation.name", p.name);
  p.lambda = config.integer_or("augmentation.lambda", p.lambda);
  p.neighbours = static_cast<int>(config.integer_or("augmentation.neighbours", p.neighbours));
  p.alpha = config.real_or("augmentation.alpha", p.alpha);
  p.sd = config.real_or("augmentation.sd", p.sd);
  return p;
}

AugmentedRows augment(const TrainingRows& rows, const AugmentParameters& parameters,
                      std::uint64_t seed, const std::vector<std::string>& class_names) {
  check_parameters(parameters);
  RB_CHECK_EQ(rows.features.size(), rows.labels.size() * static_cast<std::size_t>(rows.dim));
  AugmentedRows result;
  for (std::int64_t row = 0; row < rows.rows(); ++row) {
    if (rows.is_original(row)) result.kept.push_back(row);
  }
  if (parameters.name != "none") {
    const auto& table = augment_table();
    const auto info = std::ranges::find(
        table, parameters.name, [](const AugmentInfo& each) { return std::string(each.name); });
    if (info == table.end()) {
      throw SpecError("the experiment", "/augmentation/name",
                      "'" + parameters.name + "' is not an augmentation of features");
    }
    const RandomStream stream(seed, Purpose::kAugmentation);
    if (parameters.lambda > 0) info->make(rows, parameters, stream, class_names, result);
  }
  result.class_counts = realised_counts(rows, result);
  return result;
}

const std::vector<AugmentInfo>& augment_table() {
  static const std::vector<AugmentInfo> table = {
      {"eda", "edited copies of the texts, made before they are encoded (Wei 2019)", make_eda},
      {"mixup", "mixed pairs of samples, targets mixed alike (Zhang 2018)", make_mixup},
      {"noise", "copies with normal noise on every feature", make_noise},
      {"oversample", "repeated samples of the smaller classes", make_oversample},
      {"samples", "the data's own synthetic samples", make_samples},
      {"smote", "points between neighbours of the smaller classes (Chawla 2002)", make_smote},
  };
  return table;
}

}  // namespace ratbench::augment
