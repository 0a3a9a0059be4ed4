#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "harness/spec/file_keys.hpp"
#include "harness/spec/reader.hpp"
#include "src/base/error.hpp"

namespace ratbench::spec {
namespace {

std::uint64_t read_seed(const Json& json, const std::string& pointer) {
  const auto seed = json.is(Json::Type::kNumber) ? json.number.integer() : std::nullopt;
  if (!seed.has_value() || *seed < 0 || *seed > kLargestSeed)
    refuse(json, pointer,
           fmt::format("found {}, allowed is a whole number from 0 to {}", describe(json),
                       kLargestSeed));
  return static_cast<std::uint64_t>(*seed);
}

void read_seed_list(Experiment& experiment, const Json& seeds) {
  if (seeds.items.empty()) refuse(seeds, "/seeds", "found an empty list of seeds");
  for (std::size_t i = 0; i < seeds.items.size(); ++i) {
    const std::uint64_t seed = read_seed(seeds.items[i], pointer_to("/seeds", i));
    if (std::find(experiment.seeds.begin(), experiment.seeds.end(), seed) != experiment.seeds.end())
      refuse(seeds.items[i], pointer_to("/seeds", i),
             fmt::format("the seed {} stands here twice", seed));
    experiment.seeds.push_back(seed);
  }
}

// The seeds 0 .. the last look; both keys are needed, so that nobody stops by hand.
long long read_looks(Experiment& experiment, const Json& seeds) {
  constexpr std::array<std::string_view, 2> kKeys = {"looks", "until"};
  expect_keys(seeds, kKeys, "/seeds");
  for (const std::string_view key : kKeys)
    if (seeds.find(key) == nullptr)
      refuse(seeds, "/seeds",
             fmt::format("\"{}\" is missing; an example: {{\"looks\": [5, 10, 20], \"until\": "
                         "\"decided\"}}",
                         key));
  const Json& until = *seeds.find("until");
  if (!until.is(Json::Type::kText) || until.text != "decided")
    refuse(until, "/seeds/until",
           fmt::format("found {}, allowed is \"decided\"",
                       until.is(Json::Type::kText) ? "\"" + until.text + "\"" : describe(until)));
  const Json& looks = *seeds.find("looks");
  expect_type(looks, Json::Type::kList, "/seeds/looks", "a list of numbers of seeds");
  if (looks.items.empty()) refuse(looks, "/seeds/looks", "found an empty list of looks");
  long long last = 1;
  for (std::size_t i = 0; i < looks.items.size(); ++i) {
    const Json& item = looks.items[i];
    const auto count = item.is(Json::Type::kNumber) ? item.number.integer() : std::nullopt;
    if (!count.has_value() || *count <= last || *count > kMostSeeds)
      refuse(
          item, pointer_to("/seeds/looks", i),
          fmt::format("found {}, allowed is a number of seeds from {} to {}: looks have at least "
                      "2 seeds, and each more than the one before",
                      describe(item), last + 1, kMostSeeds));
    last = *count;
    experiment.looks.push_back(static_cast<std::size_t>(last));
  }
  return last;
}

// The first `count` of the file's list, and after it the smallest numbers that it leaves out: runs
// of fewer seeds serve more of them.
void take_seeds(Experiment& experiment, std::size_t count) {
  std::vector<std::uint64_t>& seeds = experiment.seeds;
  if (seeds.size() > count) seeds.resize(count);
  const std::set<std::uint64_t> listed(seeds.begin(), seeds.end());
  for (std::uint64_t next = 0; seeds.size() < count; ++next)
    if (!listed.contains(next)) seeds.push_back(next);
}

void read_file_seeds(Experiment& experiment, const Json* seeds) {
  if (seeds == nullptr) return take_seeds(experiment, kDefaultSeeds);
  if (seeds->is(Json::Type::kList)) return read_seed_list(experiment, *seeds);
  if (seeds->is(Json::Type::kObject))
    return take_seeds(experiment, static_cast<std::size_t>(read_looks(experiment, *seeds)));
  const auto given = seeds->is(Json::Type::kNumber) ? seeds->number.integer() : std::nullopt;
  if (!given.has_value() || *given < 1 || *given > kMostSeeds)
    refuse(*seeds, "/seeds",
           fmt::format("found {}, allowed is a count from 1 to {}, a list of seeds or looks",
                       describe(*seeds), kMostSeeds));
  take_seeds(experiment, static_cast<std::size_t>(*given));
}

}  // namespace

void read_seeds(Experiment& experiment, const Json& document, std::optional<long long> count) {
  if (count.has_value() && (*count < 1 || *count > kMostSeeds))
    throw SpecError("--seeds", "", fmt::format("found {}, allowed is 1 to {}", *count, kMostSeeds));
  read_file_seeds(experiment, document.find("seeds"));
  experiment.file_seeds = experiment.seeds.size();
  experiment.file_looks = experiment.looks;
  if (!count.has_value()) return;
  const auto seeds = static_cast<std::size_t>(*count);
  auto& looks = experiment.looks;
  const auto look = std::find(looks.begin(), looks.end(), seeds);
  looks.erase(look == looks.end() ? looks.begin() : look + 1, looks.end());
  take_seeds(experiment, seeds);
}

bool decided_by_seeds(const Claim& claim) {
  return claim.kind != "cost_ratio" && claim.kind != "reproduces";
}

void check_looks(const Experiment& experiment, const Json& document) {
  if (experiment.looks.empty() ||
      std::any_of(experiment.claims.begin(), experiment.claims.end(), decided_by_seeds))
    return;
  refuse(*document.find("seeds"), "/seeds/until",
         "\"decided\" needs at least one claim that seeds can decide (any kind but cost_ratio and "
         "reproduces)");
}

}  // namespace ratbench::spec
