#include "src/train/token_batch.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <vector>

namespace ratbench::train {
namespace {

struct Window {
  std::size_t begin;
  std::size_t size;
};

Window window_of(const data::TokenSet& file, std::int64_t index) {
  const auto begin = file.starts()[static_cast<std::size_t>(index)];
  const auto end = file.starts()[static_cast<std::size_t>(index) + 1];
  return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)};
}

at::Tensor tensor_of(const std::vector<std::int64_t>& values, const at::Device& device) {
  at::Tensor out = at::empty({static_cast<std::int64_t>(values.size())}, at::kLong);
  std::copy(values.begin(), values.end(), out.mutable_data_ptr<std::int64_t>());
  return out.to(device);
}

void fill_tokens(const data::TokenSet& file, std::span<const std::int64_t> windows,
                 std::int64_t length, std::int64_t padding, const at::Device& device,
                 PaddedWindows& batch) {
  const auto rows = static_cast<std::int64_t>(windows.size());
  at::Tensor ids = at::full({rows, length}, std::max<std::int64_t>(padding, 0), at::kLong);
  at::Tensor types = at::zeros({rows, length}, at::kLong);
  at::Tensor mask = at::zeros({rows, length}, at::kBool);
  at::Tensor free = at::zeros({rows, length}, at::kFloat);
  auto* id = ids.mutable_data_ptr<std::int64_t>();
  auto* type = types.mutable_data_ptr<std::int64_t>();
  auto* real = mask.mutable_data_ptr<bool>();
  auto* open = free.mutable_data_ptr<float>();
  bool typed = false;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const Window window = window_of(file, windows[i]);
    const std::size_t place = i * static_cast<std::size_t>(length);
    for (std::size_t t = 0; t < window.size; ++t) {
      id[place + t] = file.ids()[window.begin + t];
      type[place + t] = file.types()[window.begin + t];
      typed = typed || type[place + t] != 0;
      real[place + t] = true;
      open[place + t] = file.free()[window.begin + t] != 0 ? 1 : 0;
    }
    batch.real_tokens += static_cast<std::int64_t>(window.size);
  }
  batch.padded_tokens = rows * length;
  batch.tokens.ids = ids.to(device);
  if (batch.real_tokens < batch.padded_tokens) batch.tokens.mask = mask.to(device);
  if (typed) batch.tokens.types = types.to(device);
  batch.free = free.to(device);
}

void fill_tags(const data::TokenSet& file, std::span<const std::int64_t> windows,
               std::int64_t length, const at::Device& device, PaddedWindows& batch) {
  std::vector<std::int64_t> places;
  std::vector<std::int64_t> tags;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const Window window = window_of(file, windows[i]);
    for (std::size_t t = 0; t < window.size; ++t) {
      const std::int32_t tag = file.tags()[window.begin + t];
      if (tag == data::kNoTag) continue;
      places.push_back(static_cast<std::int64_t>(i) * length + static_cast<std::int64_t>(t));
      tags.push_back(tag);
    }
  }
  batch.places = tensor_of(places, device);
  batch.labels = tensor_of(tags, device);
}

void fill_labels(const data::TokenSet& file, std::span<const std::int64_t> windows,
                 const at::Device& device, PaddedWindows& batch) {
  const std::size_t labels = file.flags().empty() ? 1 : file.class_names().size();
  std::vector<std::int64_t> values;
  std::vector<std::int64_t> markers;
  for (const std::int64_t window : windows) {
    const auto row = static_cast<std::size_t>(file.row()[static_cast<std::size_t>(window)]);
    for (std::size_t label = 0; label < labels; ++label)
      values.push_back(file.flags().empty() ? file.labels()[row]
                                            : file.flags()[row * labels + label]);
    if (file.markers().empty()) continue;
    const auto begin = file.starts()[static_cast<std::size_t>(window)];
    for (const std::size_t side : {0U, 1U})
      markers.push_back(file.markers()[2 * row + side] - begin);
  }
  batch.labels = tensor_of(values, device);
  if (!file.flags().empty())
    batch.labels = batch.labels.view({-1, static_cast<std::int64_t>(labels)});
  if (!markers.empty()) batch.markers = tensor_of(markers, device).view({-1, 2});
}

}  // namespace

PaddedWindows padded_windows(const data::TokenSet& file, std::span<const std::int64_t> windows,
                             std::int64_t padding, const at::Device& device) {
  std::size_t longest = 0;
  for (const std::int64_t window : windows)
    longest = std::max(longest, window_of(file, window).size);
  const auto length = static_cast<std::int64_t>(longest);
  PaddedWindows batch;
  fill_tokens(file, windows, length, padding, device, batch);
  if (file.task() == data::Task::kNer)
    fill_tags(file, windows, length, device, batch);
  else
    fill_labels(file, windows, device, batch);
  return batch;
}

}  // namespace ratbench::train
