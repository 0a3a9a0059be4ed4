// Training, validation and test split drawn anew from feature files (`data.split`), and classes of
// the training split thinned out (`data.profile`). A synthetic row goes where its original trains
// and nowhere else, so that nothing made from a held-out row is trained on.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/corpus/draw.hpp"
#include "harness/protocol/messages.hpp"
#include "src/data/features.hpp"
#include "src/specs/config.hpp"

namespace ratbench::corpus {

// Feature sets by split ("train", "val", "test").
using FeatureSets = std::map<std::string, data::FeatureSet>;

// The splits as the files have them, before anything is drawn.
struct GivenSplits {
  FeatureSets sets;
  protocol::DataFiles files;
  // Names the originals of every set, whatever texts were made from them.
  std::map<std::string, std::string> originals_sha256;
};

// Divides the originals of all sets (train alone is enough) and thins the training split, as
// `config` says. The new splits are written to `cache_dir`, named by a hash of what they hold.
// Throws DataError naming a class of which a split would hold no row, SpecError for a profile that
// the data cannot give.
GivenSplits redrawn(const specs::Config& config, GivenSplits given,
                    const std::filesystem::path& cache_dir);

}  // namespace ratbench::corpus
