#include "harness/bench/method/arms.hpp"

#include <cmath>
#include <map>
#include <span>
#include <vector>

#include "src/base/random.hpp"
#include "src/data/safetensors.hpp"

namespace ratbench::bench {
namespace {

const char* const kSplits[] = {"train", "val", "test"};

Decimal decimal(const std::string& text) { return *Decimal::parse(text); }
Decimal decimal(std::int64_t value) { return Decimal::of(static_cast<long long>(value)); }

std::filesystem::path file_of(const std::filesystem::path& folder, const char* split) {
  return folder / (std::string(split) + ".safetensors");
}

std::vector<float> unit_rows(std::int64_t dim, std::int64_t rows, std::uint32_t lane) {
  const RandomStream stream(1, Purpose::kCorpus);
  std::vector<float> values(static_cast<std::size_t>(dim * rows));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(2 * stream.uniform(lane, i) - 1);
  for (auto row = values.begin(); row != values.end(); row += dim) {
    double squares = 0;
    for (auto it = row; it != row + dim; ++it) squares += static_cast<double>(*it) * *it;
    const auto factor = static_cast<float>(1 / std::sqrt(squares));
    for (auto it = row; it != row + dim; ++it) *it *= factor;
  }
  return values;
}

}  // namespace

train::RunSpec run_of(const StepArm& arm) {
  specs::Config config;
  config.set("model.name", std::string("mlp"));
  config.set("model.hidden", decimal(kHidden));
  config.set("model.dropout", decimal("0.1"));
  config.set("loss.name", arm.loss);
  config.set("train.epochs", decimal("100000"));
  config.set("train.batch_size", decimal(arm.batch));
  config.set("train.precision", arm.precision);
  config.set("augmentation.name", std::string("samples"));
  config.set("augmentation.lambda", decimal("1000"));  // all there are
  if (arm.attack != "none") {
    config.set("attack.name", arm.attack);
    config.set("attack.p_rat", decimal(arm.p_rat));
    config.set("attack.epsilon", decimal("0.1"));
  }
  return {arm.attack, 1, config};
}

void write_unit_rows(const std::filesystem::path& folder, std::int64_t dim, std::int64_t rows) {
  const auto count = static_cast<std::uint64_t>(rows);
  std::vector<std::int64_t> labels(count);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int64_t>(i % 7);
  std::uint32_t lane = 0;
  for (const char* split : kSplits) {
    const std::vector<float> features = unit_rows(dim, rows, lane++);
    data::write_safetensors(
        file_of(folder, split),
        {{"features",
          data::Dtype::kF32,
          {count, static_cast<std::uint64_t>(dim)},
          std::as_bytes(std::span(features))},
         {"labels", data::Dtype::kI64, {count}, std::as_bytes(std::span(labels))}},
        {{"class_names", R"(["a","b","c","d","e","f","g"])"}});
  }
}

train::Dataset data_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> paths;
  for (const char* split : kSplits) paths[split] = file_of(folder, split).string();
  return {paths, at::kCPU};
}

}  // namespace ratbench::bench
