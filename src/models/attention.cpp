#include "src/models/attention.hpp"

#include <ATen/ops/_softmax_backward_data.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>

#include <cmath>

namespace ratbench::models {
namespace {

// Query, key and value of one group, [rows, heads, length, dim] each; [heads, length, dim] where
// the group is a single row, which products take without copies.
struct Parts {
  at::Tensor query, key, value;
};

at::Tensor by_head(const at::Tensor& tokens, const TokenGroup& group, std::int64_t heads) {
  const at::Tensor split =
      tokens.view({group.rows, group.length, heads, tokens.size(1) / heads}).transpose(1, 2);
  return group.rows == 1 ? split.squeeze(0) : split;
}

at::Tensor tokens_of(const at::Tensor& all, const TokenGroup& group) {
  return all.narrow(0, group.begin, group.tokens());
}

Parts parts_of(const at::Tensor& projected, const TokenGroup& group, std::int64_t heads) {
  const at::Tensor tokens = tokens_of(projected, group);
  const std::int64_t hidden = tokens.size(1) / 3;
  const auto part = [&](std::int64_t index) {
    return by_head(tokens.narrow(1, index * hidden, hidden), group, heads);
  };
  return {part(0), part(1), part(2)};
}

double scale_of(const Parts& parts) {
  return 1 / std::sqrt(static_cast<double>(parts.query.size(-1)));
}

at::Tensor computable(const at::Tensor& x) {
  return x.is_cpu() && x.scalar_type() == at::kBFloat16 ? x.to(at::kFloat) : x;
}

// The places of every group in one mask.
std::vector<DropoutSite> group_sites(const AttentionInput& input) {
  std::vector<DropoutSite> sites;
  DropoutSite site = input.dropout;
  for (const TokenGroup& group : input.layout.groups()) {
    sites.push_back(site);
    const std::int64_t elements = group.tokens() * group.length * input.heads;
    site.first_element +=
        (elements + kDropoutAlignment - 1) / kDropoutAlignment * kDropoutAlignment;
  }
  return sites;
}

}  // namespace

at::Tensor attend(const AttentionInput& input, std::vector<at::Tensor>* probabilities) {
  const at::Tensor projected = computable(input.projected);
  const std::vector<DropoutSite> sites = group_sites(input);
  const at::Tensor bias = input.layout.key_bias(projected);
  at::Tensor out = at::empty({projected.size(0), projected.size(1) / 3}, projected.options());
  for (std::size_t g = 0; g < sites.size(); ++g) {
    const TokenGroup& group = input.layout.groups()[g];
    const Parts parts = parts_of(projected, group, input.heads);
    at::Tensor scores = at::matmul(parts.query, parts.key.transpose(-2, -1)).mul_(scale_of(parts));
    if (bias.defined()) scores.add_(group.rows == 1 ? bias.squeeze(0) : bias);
    const at::Tensor shares = at::softmax(scores, -1);
    const at::Tensor kept = encoder_dropout(shares, sites[g]);
    by_head(tokens_of(out, group), group, input.heads).copy_(at::matmul(kept, parts.value));
    if (probabilities != nullptr) probabilities->push_back(shares);
  }
  return out.to(input.projected.scalar_type());
}

at::Tensor attend_backward(const AttentionInput& input,
                           const std::vector<at::Tensor>& probabilities,
                           const at::Tensor& grad_output) {
  const at::Tensor projected = computable(input.projected);
  const at::Tensor grad = computable(grad_output);
  const std::vector<DropoutSite> sites = group_sites(input);
  at::Tensor out = at::empty(projected.sizes(), projected.options());
  for (std::size_t g = 0; g < sites.size(); ++g) {
    const TokenGroup& group = input.layout.groups()[g];
    const at::Tensor& shares = probabilities[g];
    const Parts parts = parts_of(projected, group, input.heads);
    const Parts grads = parts_of(out, group, input.heads);
    const at::Tensor mixed = by_head(tokens_of(grad, group), group, input.heads);
    const at::Tensor kept = encoder_dropout(shares, sites[g]);
    grads.value.copy_(at::matmul(kept.transpose(-2, -1), mixed));
    const at::Tensor grad_shares =
        encoder_dropout(at::matmul(mixed, parts.value.transpose(-2, -1)), sites[g]);
    const at::Tensor grad_scores =
        at::_softmax_backward_data(grad_shares, shares, -1, shares.scalar_type())
            .mul_(scale_of(parts));
    grads.query.copy_(at::matmul(grad_scores, parts.key));
    grads.key.copy_(at::matmul(grad_scores.transpose(-2, -1), parts.query));
  }
  return out.to(input.projected.scalar_type());
}

}  // namespace ratbench::models
