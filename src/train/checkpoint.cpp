#include "src/train/checkpoint.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <system_error>

#include "src/base/error.hpp"
#include "src/base/sha256.hpp"
#include "src/data/safetensors.hpp"
#include "src/train/checkpoint_text.hpp"

namespace ratbench::train {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVersion = "1";
constexpr std::size_t kSlots = 2;
// Saving takes at most this share of the time.
constexpr double kSaveShare = 0.05;

data::Dtype dtype_of(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kDouble ? data::Dtype::kF64 : data::Dtype::kF32;
}

// The tensors of a state by name, on the host.
std::vector<std::pair<std::string, at::Tensor>> named_tensors(const TrainingState& state) {
  std::vector<std::pair<std::string, at::Tensor>> all;
  const auto add = [&](const char* name, const std::vector<at::Tensor>& tensors) {
    for (std::size_t i = 0; i < tensors.size(); ++i)
      all.emplace_back(std::string(name) + "." + std::to_string(i),
                       tensors[i].to(at::kCPU).contiguous());
  };
  add("parameter", state.parameters);
  add("best", state.best_weights);
  add("mean", state.optimiser.mean);
  add("square", state.optimiser.square);
  return all;
}

std::vector<at::Tensor> tensors_named(const data::Safetensors& file, const std::string& name) {
  std::vector<at::Tensor> tensors;
  while (const data::TensorView* view = file.find(name + "." + std::to_string(tensors.size()))) {
    const std::vector<std::int64_t> shape(view->shape.begin(), view->shape.end());
    at::Tensor copy = at::empty(shape, view->dtype == data::Dtype::kF64 ? at::kDouble : at::kFloat);
    std::memcpy(copy.mutable_data_ptr(), view->bytes.data(), view->bytes.size());
    tensors.push_back(std::move(copy));
  }
  return tensors;
}

// Over everything that is read back: the text and all tensors in the order of the file.
std::string checksum(const std::string& text, const std::vector<data::TensorSource>& tensors) {
  Sha256 hash;
  hash.update(text);
  for (const data::TensorSource& tensor : tensors) hash.update(tensor.bytes);
  return hash.hex();
}

std::string checksum(const std::string& text, const data::Safetensors& file) {
  Sha256 hash;
  hash.update(text);
  for (const data::TensorView& tensor : file.tensors()) hash.update(tensor.bytes);
  return hash.hex();
}

std::string entry(const data::Safetensors& file, const char* key) {
  const auto found = file.metadata().find(key);
  return found == file.metadata().end() ? "" : found->second;
}

// What a process left that was killed while it wrote.
void remove_unfinished(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (entry->path().filename().string().find(".tmp-") != std::string::npos)
      fs::remove(entry->path(), ignored);
  }
}

TrainingState read_state(const fs::path& path, const std::string& run_key,
                         const std::string& setting) {
  const auto file = data::Safetensors::open(path);
  const std::string version = entry(file, "ratbench_checkpoint");
  if (version != kVersion)
    throw DataError(
        path.string(), "",
        "is a checkpoint of version \"" + version + "\"; version \"" + kVersion + "\" is read");
  const std::string text = entry(file, "state");
  if (checksum(text, file) != entry(file, "sha256"))
    throw DataError(path.string(), "", "was altered: its checksum differs");
  TrainingState state = state_of_text(text, path.string());
  if (state.outcome.run_key != run_key)
    throw DataError(path.string(), "", "belongs to another run");
  if (state.setting != setting)
    throw DataError(path.string(), "",
                    "was trained by \"" + state.setting + "\", which rounds otherwise than \"" +
                        setting + "\"");
  state.parameters = tensors_named(file, "parameter");
  state.best_weights = tensors_named(file, "best");
  state.optimiser.mean = tensors_named(file, "mean");
  state.optimiser.square = tensors_named(file, "square");
  return state;
}

}  // namespace

Checkpoints::Checkpoints(const fs::path& folder, const std::string& run_key,
                         const std::string& setting)
    : folder_(folder.empty() ? fs::path() : folder / run_key),
      run_key_(run_key),
      setting_(setting) {}

fs::path Checkpoints::slot(std::size_t index) const {
  return folder_ / ("checkpoint_" + std::to_string(index) + ".safetensors");
}

bool Checkpoints::due() const {
  if (folder_.empty()) return false;
  if (every_s_ == 0) return true;
  const double since_s = std::chrono::duration<double>(Clock::now() - last_).count();
  return since_s >= std::max(every_s_, save_s_ / kSaveShare);
}

std::string Checkpoints::save(const TrainingState& state) {
  if (folder_.empty()) return "";
  const auto start = Clock::now();
  const auto tensors = named_tensors(state);
  std::vector<data::TensorSource> sources;
  for (const auto& [name, tensor] : tensors) {
    const auto* bytes = static_cast<const std::byte*>(tensor.const_data_ptr());
    sources.push_back({name, dtype_of(tensor),
                       std::vector<std::uint64_t>(tensor.sizes().begin(), tensor.sizes().end()),
                       std::span(bytes, tensor.nbytes())});
  }
  const std::string text = text_of(state, setting_);
  std::string problem;
  try {
    data::write_safetensors(
        slot(next_slot_), sources,
        {{"ratbench_checkpoint", kVersion}, {"state", text}, {"sha256", checksum(text, sources)}});
    next_slot_ = (next_slot_ + 1) % kSlots;
  } catch (const EnvironmentError& error) {
    problem = "no checkpoint after step " + std::to_string(state.step) + ": " + error.what();
  }
  last_ = Clock::now();
  save_s_ = std::chrono::duration<double>(last_ - start).count();
  return problem;
}

std::optional<TrainingState> Checkpoints::latest(std::vector<std::string>& remarks) {
  std::optional<TrainingState> newest;
  remove_unfinished(folder_);
  for (std::size_t index = 0; index < kSlots && !folder_.empty(); ++index) {
    std::error_code ignored;
    if (!fs::exists(slot(index), ignored)) continue;
    try {
      TrainingState state = read_state(slot(index), run_key_, setting_);
      if (newest && state.step <= newest->step) continue;
      newest = std::move(state);
      next_slot_ = (index + 1) % kSlots;
    } catch (const DataError& error) {
      remarks.push_back(std::string("checkpoint not used: ") + error.what());
    } catch (const EnvironmentError& error) {
      remarks.push_back(std::string("checkpoint not used: ") + error.what());
    }
  }
  return newest;
}

}  // namespace ratbench::train
