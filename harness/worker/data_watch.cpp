#include "harness/worker/data_watch.hpp"

#include "src/base/error.hpp"
#include "src/data/content.hpp"

namespace ratbench::worker {
namespace {

constexpr const char* kModel = "model";

}  // namespace

DataWatch::DataWatch(const protocol::DataFiles& files) : files_(files) {
  for (const char* split : {"train", "val", "test"})
    if (const auto path = files.paths.find(split); path != files.paths.end())
      identities_[split] = file_identity(path->second);
}

bool DataWatch::untouched() const {
  for (const auto& [split, identity] : identities_)
    if (file_identity(files_.paths.at(split)) != identity) return false;
  return true;
}

void DataWatch::check_mapped() const {
  for (const auto& [split, identity] : identities_) {
    const std::string& path = files_.paths.at(split);
    FileIdentity now;
    try {
      now = file_identity(path);
    } catch (const DataError&) {
      continue;  // removed: the mapping keeps what it had
    }
    if (now.same_file(identity) && now != identity)
      data::open_unchanged(path, split, files_.sha256);
  }
}

void check_model(const protocol::DataFiles& files) {
  const auto folder = files.paths.find(kModel);
  const auto expected = files.sha256.find(kModel);
  if (folder == files.paths.end() || expected == files.sha256.end()) return;
  if (const std::string difference = data::model_difference(folder->second, expected->second);
      !difference.empty())
    throw DataError(folder->second, "", "was changed since the sweep was planned: " + difference);
}

}  // namespace ratbench::worker
