// Sums of rows that belong to one entry of a table: the gradient of a look-up.
#pragma once

#include <ATen/core/Tensor.h>

namespace ratbench::models {

// table[index[i]] += rows[i] in ascending order of i on the CPU, in a fixed order elsewhere;
// rows [n, dim], index [n] int64, table [entries, dim].
void add_rows(const at::Tensor& rows, const at::Tensor& index, at::Tensor& table);

}  // namespace ratbench::models
