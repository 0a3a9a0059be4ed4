#include "src/models/row_sums.hpp"

#include <ATen/ops/embedding_dense_backward.h>

namespace ratbench::models {

void add_rows(const at::Tensor& rows, const at::Tensor& index, at::Tensor& table) {
  if (rows.is_cpu()) {
    table.index_add_(0, index, rows);
    return;
  }
  // Sorts the index first: the additions happen in one order, unlike those of index_add_ there.
  table.add_(at::embedding_dense_backward(rows, index, table.size(0), -1, false));
}

}  // namespace ratbench::models
