// A small data set on disk for tests of the training loop: three classes of unequal size that a
// small network separates, with synthetic rows for the smallest class.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "src/base/random.hpp"
#include "src/data/safetensors.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::train::testing {

struct ToySplit {
  std::vector<float> features;
  std::vector<std::int64_t> labels;
  std::vector<std::int64_t> source;
  std::vector<std::int64_t> aug_index;
};

inline constexpr std::int64_t kToyDim = 12;

// Row `id` of class `label`: noise around a corner that the class owns.
inline void add_toy_row(ToySplit& split, std::uint64_t id, std::int64_t label, std::int64_t source,
                        std::int64_t aug_index) {
  const RandomStream stream(77, Purpose::kCorpus);
  for (std::int64_t d = 0; d < kToyDim; ++d) {
    const double centre = d % 3 == label ? 0.8 : -0.2;
    const double noise = stream.normal(0, id * 100 + static_cast<std::uint64_t>(d));
    split.features.push_back(static_cast<float>(centre + 0.7 * noise));
  }
  split.labels.push_back(label);
  split.source.push_back(source);
  split.aug_index.push_back(aug_index);
}

inline ToySplit toy_split(std::uint64_t first_id, bool synthetic) {
  constexpr std::int64_t kSizes[] = {60, 30, 10};
  ToySplit split;
  std::uint64_t id = first_id;
  for (std::int64_t label = 0; label < 3; ++label)
    for (std::int64_t i = 0; i < kSizes[label]; ++i) add_toy_row(split, id++, label, -1, 0);
  if (!synthetic) return split;
  for (std::int64_t source = 90; source < 100; ++source)
    for (std::int64_t k = 1; k <= 3; ++k) add_toy_row(split, id++, 2, source, k);
  return split;
}

inline void write_toy_split(const std::filesystem::path& path, const ToySplit& split) {
  const std::uint64_t rows = split.labels.size();
  const auto bytes = [](const auto& values) { return std::as_bytes(std::span(values)); };
  data::write_safetensors(path,
                          {{"features", data::Dtype::kF32, {rows, kToyDim}, bytes(split.features)},
                           {"labels", data::Dtype::kI64, {rows}, bytes(split.labels)},
                           {"source", data::Dtype::kI64, {rows}, bytes(split.source)},
                           {"aug_index", data::Dtype::kI64, {rows}, bytes(split.aug_index)}},
                          {{"class_names", R"(["large","middle","small"])"}});
}

// A fresh folder with train, val and test; removed with the object.
class ToyFolder {
 public:
  ToyFolder() {
    write_toy_split(folder_ / "train.safetensors", toy_split(0, true));
    write_toy_split(folder_ / "val.safetensors", toy_split(1000, false));
    write_toy_split(folder_ / "test.safetensors", toy_split(2000, false));
  }

  std::map<std::string, std::string> paths() const {
    std::map<std::string, std::string> paths;
    for (const char* split : {"train", "val", "test"})
      paths[split] = (folder_ / (std::string(split) + ".safetensors")).string();
    return paths;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace ratbench::train::testing
