#include "src/attacks/shared_rows.hpp"

#include <ATen/ops/_unique2.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include "src/attacks/perturbation.hpp"
#include "src/base/check.hpp"

namespace ratbench::attacks {

SharedRows::SharedRows(const Batch& batch) : samples_(batch.x.size(0)) {
  RB_CHECK(batch.ids.defined() && batch.x.dim() == 3);
  at::Tensor ids = batch.ids.flatten();
  if (batch.mask.defined()) ids = ids.masked_fill(batch.mask.flatten().eq(0), -1);
  const auto [unique, row_of, counts] = at::_unique2(ids, true, true, false);
  row_of_ = row_of;
  const std::int64_t positions = ids.size(0);
  place_of_ = at::full({unique.size(0)}, positions, ids.options())
                  .scatter_reduce_(0, row_of_, at::arange(positions, ids.options()), "amin");
}

at::Tensor SharedRows::summed(const at::Tensor& t) const {
  at::Tensor rows = at::zeros({place_of_.size(0), t.size(2)}, t.options());
  return rows.index_add_(0, row_of_, t.flatten(0, 1));
}

at::Tensor SharedRows::taken(const at::Tensor& t) const {
  return at::index_select(t.flatten(0, 1), 0, place_of_);
}

at::Tensor SharedRows::first_alone(const at::Tensor& t) const {
  at::Tensor alone = at::zeros_like(t);
  alone.view({-1, t.size(2)}).index_copy_(0, place_of_, taken(t));
  return alone;
}

at::Tensor SharedRows::spread(const at::Tensor& rows) const {
  return at::index_select(rows, 0, row_of_).view({samples_, -1, rows.size(1)});
}

at::Tensor shared_noise(const at::Tensor& noise, const Batch& batch, Norm norm) {
  const at::Tensor free = masked(noise, batch.mask);
  if (norm != Norm::kWeights) return free;
  const SharedRows rows(batch);
  return rows.spread(rows.taken(free));
}

}  // namespace ratbench::attacks
