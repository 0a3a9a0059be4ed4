#include "src/optim/layer_groups.hpp"

#include <charconv>

#include "src/base/check.hpp"
#include "src/optim/adamw.hpp"
#include "src/optim/schedule.hpp"

namespace ratbench::optim {

std::int64_t layer_of(std::string_view parameter, std::int64_t layers) {
  constexpr std::string_view kLayer = "encoder.layer.";
  if (parameter.starts_with("embeddings.")) return 0;
  if (!parameter.starts_with(kLayer)) return -1;
  const char* digits = parameter.data() + kLayer.size();
  std::int64_t index = -1;
  std::from_chars(digits, parameter.data() + parameter.size(), index);
  RB_CHECK(index >= 0 && index < layers);
  return index + 1;
}

Group layer_group(std::string_view parameter, std::int64_t layers, double layer_decay) {
  const std::int64_t layer = layer_of(parameter, layers);
  const double scale =
      layer < 0 ? 1
                : layer_rate_scale(layer_decay, static_cast<int>(layers), static_cast<int>(layer));
  return {.lr_scale = scale, .decay = takes_decay(parameter)};
}

}  // namespace ratbench::optim
