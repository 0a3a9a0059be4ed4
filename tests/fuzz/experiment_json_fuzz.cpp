// Feeds arbitrary bytes to the reader of experiment files. Whatever it accepts must survive a
// second reading of its canonical text, and streamed and stored cells must have the same keys.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "harness/grid/expand.hpp"
#include "harness/grid/keys.hpp"
#include "harness/spec/experiment.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"

namespace {

namespace rb = ratbench;

// A grid may stand for millions of cells; a few tell as much.
constexpr std::size_t kCells = 50;
struct Enough {};

void check_cells(const rb::spec::Experiment& experiment) {
  rb::grid::KeyMaker keys({{"train", "a"}}, 1);
  try {
    rb::grid::visit_cells(experiment, [&](const rb::grid::CellView& view) {
      if (view.index >= kCells) throw Enough();
      const rb::specs::Config config = rb::specs::to_config(*view.resolved);
      RB_CHECK_EQ(keys.key(*view.resolved), rb::grid::run_key(config, {{"train", "a"}}, 1));
      RB_CHECK(!rb::grid::cell_name(rb::grid::factor_texts(experiment, *view.given)).empty());
    });
  } catch (const Enough&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  rb::spec::LoadOptions options;
  options.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "RATBENCH_DATA") return "/data";
    return std::nullopt;
  };
  try {
    const auto experiment = rb::spec::parse_experiment(text, "input.json", "/nonexistent", options);
    const auto again = rb::spec::parse_experiment(experiment.canonical_json, "input.json",
                                                  "/nonexistent", options);
    RB_CHECK_EQ(again.canonical_json, experiment.canonical_json);
    check_cells(experiment);
  } catch (const rb::SpecError&) {
    // The expected answer to most inputs.
  }
  return 0;
}
