#include "src/models/token_layout.hpp"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/zeros.h>

#include <limits>

#include "src/base/check.hpp"

namespace ratbench::models {

TokenLayout::TokenLayout(std::int64_t rows, std::int64_t length, const at::Tensor& mask,
                         Padding padding)
    : rows_(rows), length_(length), tokens_(rows * length) {
  if (!mask.defined() || padding == Padding::kCompute) {
    groups_ = {{0, rows, length}};
    if (mask.defined()) hidden_ = mask.logical_not().view({rows, 1, 1, length});
    return;
  }
  const at::Tensor lengths = mask.sum(1).to(at::kCPU).contiguous();
  const auto* counts = lengths.const_data_ptr<std::int64_t>();
  tokens_ = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    RB_CHECK_GE(counts[row], 1);
    const bool goes_on = !groups_.empty() && groups_.back().length == counts[row];
    if (!goes_on) groups_.push_back({tokens_, 0, counts[row]});
    ++groups_.back().rows;
    tokens_ += counts[row];
  }
  if (tokens_ == rows * length) return;
  at::Tensor places = at::empty({tokens_}, at::kLong);
  auto* place = places.mutable_data_ptr<std::int64_t>();
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t i = 0; i < counts[row]; ++i) *place++ = row * length + i;
  places_ = places.to(mask.device());
}

at::Tensor TokenLayout::key_bias(const at::Tensor& like) const {
  if (!hidden_.defined()) return {};
  return at::zeros(hidden_.sizes(), like.options())
      .masked_fill_(hidden_, -std::numeric_limits<double>::infinity());
}

at::Tensor TokenLayout::packed(const at::Tensor& x) const {
  const at::Tensor flat = x.flatten(0, 1);
  return places_.defined() ? at::index_select(flat, 0, places_) : flat;
}

at::Tensor TokenLayout::padded(const at::Tensor& x) const {
  if (!places_.defined()) return x.view({rows_, length_, -1});
  at::Tensor all = at::zeros({rows_ * length_, x.size(1)}, x.options());
  all.index_copy_(0, places_, x);
  return all.view({rows_, length_, -1});
}

at::Tensor TokenLayout::positions(const at::Device& device) const {
  if (places_.defined()) return places_.remainder(length_);
  return at::arange(length_, at::TensorOptions(at::kLong).device(device)).repeat({rows_});
}

}  // namespace ratbench::models
