// Which positions of a padded batch a pass computes. On the CPU padding is left out: the tokens of
// all rows lie one after the other, and attention sees one row at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace ratbench::models {

// Rows of one length, their tokens one after the other from token `begin` on.
struct TokenGroup {
  std::int64_t begin = 0;
  std::int64_t rows = 0;
  std::int64_t length = 0;
  std::int64_t tokens() const { return rows * length; }
};

enum class Padding {
  kSkip,     // only tokens are computed
  kCompute,  // positions of padding are computed as well; no other token attends to them
};

class TokenLayout {
 public:
  // Of a batch [rows, length] with `mask` [rows, length] bool, true for a token, tokens before
  // padding, at least one in each row; undefined: no padding. kSkip reads the mask on the host.
  TokenLayout(std::int64_t rows, std::int64_t length, const at::Tensor& mask, Padding padding);

  std::int64_t rows() const { return rows_; }
  std::int64_t length() const { return length_; }
  std::int64_t tokens() const { return tokens_; }
  const std::vector<TokenGroup>& groups() const { return groups_; }
  // 0 for tokens and minus infinity for padding, [rows, 1, 1, length] of `like`'s type and device;
  // undefined when no group holds padding.
  at::Tensor key_bias(const at::Tensor& like) const;

  // The computed positions of x [rows, length, ...], [tokens, ...].
  at::Tensor packed(const at::Tensor& x) const;
  // x [tokens, dim] at its positions, 0 elsewhere: [rows, length, dim].
  at::Tensor padded(const at::Tensor& x) const;
  // Position of every token in its row, [tokens] int64.
  at::Tensor positions(const at::Device& device) const;

 private:
  std::int64_t rows_;
  std::int64_t length_;
  std::int64_t tokens_;
  at::Tensor places_;  // [tokens] int64 into rows * length; undefined: every position
  at::Tensor hidden_;  // [rows, 1, 1, length] bool, true for padding that is computed
  std::vector<TokenGroup> groups_;
};

}  // namespace ratbench::models
