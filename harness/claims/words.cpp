#include "harness/claims/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <optional>

#include "harness/claims/judge.hpp"

namespace ratbench::claims {
namespace {

// "1 point", "2.5 points".
std::string plural_points(const std::optional<Decimal>& fraction) {
  const double points = 100 * fraction->real();
  return fmt::format("{:.4g} point{}", points, points == 1 ? "" : "s");
}

// " by more than 2.0 points"; nothing for an effect of 0.
std::string by_effect(const spec::Claim& claim) {
  const double effect = claim.effect ? claim.effect->real() : 0;
  return effect > 0 ? " by more than " + plural_points(claim.effect) : "";
}

std::string compared(const spec::Claim& claim) {
  const auto& arms = claim.arms;
  if (claim.kind == "difference")
    return fmt::format("{} exceeds {}{}", arms[0], arms[1], by_effect(claim));
  if (claim.kind == "interaction")
    return fmt::format("{} gains more over {} than {} and {} gain together{}", arms[0], arms[3],
                       arms[1], arms[2], by_effect(claim));
  if (claim.kind == "best_of")
    return fmt::format("{} exceeds each of {}{}", arms[0],
                       fmt::join(arms.begin() + 1, arms.end(), ", "), by_effect(claim));
  if (claim.kind == "order")
    return fmt::format("{}, each{},", fmt::join(arms, " > "), " above the next" + by_effect(claim));
  if (claim.kind == "trend")
    return fmt::format("the fitted line rises over the levels of {}{}", claim.factor,
                       by_effect(claim));
  if (claim.kind == "non_inferiority")
    return fmt::format("{} is less than {} below {}", arms[0], plural_points(claim.margin),
                       arms[1]);
  if (claim.kind == "equivalence")
    return fmt::format("{} and {} differ by less than {}", arms[0], arms[1],
                       plural_points(claim.margin));
  return fmt::format("{} lies within {} of the stated {}", arms[0], plural_points(claim.tolerance),
                     claim.value->text());
}

std::string short_path(const std::string& path) {
  const std::filesystem::path file(path);
  return (file.parent_path().filename() / file.filename()).string();
}

// Another file, or another split of the same one, has other rows.
std::string test_data(const specs::Config& config) {
  if (config.has("data.test")) return short_path(config.text_or("data.test", ""));
  if (!config.has("data.train")) return "the test split";
  return fmt::format("the {} split of {}", config.text_or("data.split.name", "test"),
                     short_path(config.text_or("data.train", "")));
}

// "encoder hashed, model mlp", "features as given, model mlp", "model bert (PubMedBERT)".
std::string what_reads(const specs::Config& config) {
  const std::string encoder = config.text_or("encoder.name", "none");
  const std::string model = config.text_or("model.name", "mlp");
  if (encoder != "none") return fmt::format("encoder {}, model {}", encoder, model);
  if (model == "bert")
    return fmt::format("model bert ({})", folder_name(config.text_or("model.path", "")));
  const bool features = config.text_or("data.format", "features") == "features";
  return (features ? "features as given, model " : "model ") + model;
}

}  // namespace

std::string folder_name(const std::string& path) {
  const std::filesystem::path folder(path);
  return (folder.has_filename() ? folder : folder.parent_path()).filename().string();
}

std::string statement(const spec::Claim& claim) {
  if (claim.kind == "cost_ratio" && claim.arms.size() > 2)
    return fmt::format("{0} takes less than {1} times what {2} takes, both beyond {3}",
                       claim.arms[0], claim.limit->text(), claim.arms[1], claim.arms[2]);
  if (claim.kind == "cost_ratio")
    return fmt::format("{} takes less than {} times the time of {}", claim.arms[0],
                       claim.limit->text(), claim.arms[1]);
  return compared(claim) + " in " + claim.metric;
}

std::string scope_of(const specs::Config& config, std::size_t rows, std::size_t seeds) {
  return fmt::format("on {}{}, {}, {} seed{}", test_data(config),
                     rows == 0 ? "" : fmt::format(" ({} test rows)", rows), what_reads(config),
                     seeds, seeds == 1 ? "" : "s");
}

std::string sentence_of(const Verdict& verdict, const spec::Claim& claim) {
  const std::string said = statement(claim);
  std::string measured;
  if (verdict.estimate && verdict.ci_adjusted && claim.kind != "cost_ratio")
    measured = fmt::format("; {} is {} points, {:.4g} % interval {}", verdict.step,
                           points(*verdict.estimate), 100 * (1 - verdict.alpha),
                           points(*verdict.ci_adjusted));
  const std::string mind =
      verdict.caveats.empty() ? "" : fmt::format(" Mind: {}.", fmt::join(verdict.caveats, "; "));
  switch (verdict.outcome) {
    case Outcome::kSupported:
      return fmt::format("Shown {}: {}{}.{}", verdict.place, said, measured, mind);
    case Outcome::kRefuted:
      return fmt::format("Shown to be false {}: {}{}.{}", verdict.place, said, measured, mind);
    case Outcome::kUndecided:
      break;
  }
  return fmt::format("Neither shown nor refuted {}: {}{}; {}.{}", verdict.place, said, measured,
                     verdict.reason, mind);
}

}  // namespace ratbench::claims
