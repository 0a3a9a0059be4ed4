#include "harness/protocol/cost_codec.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace ratbench::protocol {
namespace {

using nlohmann::json;

double seconds(const Fields& f, const char* name) {
  const double value = f.real(name);
  if (!std::isfinite(value) || value < 0) f.fail(name, "not a time");
  return value;
}

std::int64_t count(const Fields& f, const char* name, std::int64_t least = 0) {
  const auto value = f.integer<std::int64_t>(name);
  if (value < least) f.fail(name, "below " + std::to_string(least));
  return value;
}

}  // namespace

json cost_ready_to_json(const CostReady& m) {
  return {{"type", "cost_ready"},
          {"device_name", m.device_name},
          {"driver", m.driver},
          {"kernel", m.kernel},
          {"threads", m.threads}};
}

CostReady cost_ready_from(const Fields& f) {
  return {f.text("device_name"), f.text("driver"), f.text("kernel"), f.integer<int>("threads")};
}

json cost_times_to_json(const CostTimes& m) {
  return {{"type", "cost_times"},
          {"request_id", m.request_id},
          {"wall_s", real_to_json(m.wall_s)},
          {"cpu_s", real_to_json(m.cpu_s)},
          {"waited_s", real_to_json(m.waited_s)},
          {"steps", m.steps},
          {"attacked_steps", m.attacked_steps},
          {"forward_passes", m.forward_passes},
          {"backward_passes", m.backward_passes},
          {"samples", m.samples},
          {"padded_tokens", m.padded_tokens},
          {"real_tokens", m.real_tokens},
          {"clock_skew_s", real_to_json(m.clock_skew_s)},
          {"phase_s", m.phase_s},
          {"attacked_phase_s", m.attacked_phase_s},
          {"peak_memory_bytes", m.peak_memory_bytes}};
}

CostTimes cost_times_from(const Fields& f) {
  CostTimes m;
  m.request_id = f.integer<std::uint64_t>("request_id");
  m.wall_s = seconds(f, "wall_s");
  m.cpu_s = seconds(f, "cpu_s");
  m.waited_s = f.real("waited_s");
  if (m.waited_s != -1) m.waited_s = seconds(f, "waited_s");
  m.steps = count(f, "steps", 1);
  m.attacked_steps = count(f, "attacked_steps");
  if (m.attacked_steps > m.steps) f.fail("attacked_steps", "more than steps");
  m.forward_passes = count(f, "forward_passes");
  m.backward_passes = count(f, "backward_passes");
  m.samples = count(f, "samples");
  m.padded_tokens = count(f, "padded_tokens");
  m.real_tokens = count(f, "real_tokens");
  if (m.real_tokens > m.padded_tokens) f.fail("real_tokens", "more than padded_tokens");
  m.clock_skew_s = seconds(f, "clock_skew_s");
  m.phase_s = f.real_map("phase_s");
  m.attacked_phase_s = f.real_map("attacked_phase_s");
  m.peak_memory_bytes = count(f, "peak_memory_bytes", -1);
  return m;
}

json cost_failure_to_json(const CostFailure& m) {
  return {{"type", "cost_failure"}, {"kind", m.kind}, {"message", m.message}};
}

CostFailure cost_failure_from(const Fields& f) { return {f.text("kind"), f.text("message")}; }

json cost_setup_to_json(const CostSetup& m) {
  json arms = json::array();
  for (const CostArm& arm : m.arms)
    arms.push_back({{"name", arm.name},
                    {"config", config_to_json(arm.config)},
                    {"paths", arm.paths},
                    {"sha256", arm.sha256}});
  return {{"type", "cost_setup"}, {"device", m.device}, {"threads", m.threads},
          {"kernel", m.kernel},   {"seed", m.seed},     {"arms", std::move(arms)}};
}

CostSetup cost_setup_from(const Fields& f) {
  CostSetup m;
  m.device = f.text("device");
  m.threads = f.integer<int>("threads");
  m.kernel = f.text("kernel");
  m.seed = f.integer<std::uint64_t>("seed");
  for (const json& item : f.array("arms")) {
    const Fields arm(item, "cost_setup.arms");
    m.arms.push_back({arm.text("name"), config_from_json(arm.at("config")), arm.text_map("paths"),
                      arm.text_map("sha256")});
  }
  return m;
}

json cost_block_to_json(const CostBlock& m) {
  return {{"type", "cost_block"},       {"request_id", m.request_id}, {"arm", m.arm},
          {"first_step", m.first_step}, {"steps", m.steps},           {"profiled", m.profiled},
          {"layout", m.layout}};
}

CostBlock cost_block_from(const Fields& f) {
  return {f.integer<std::uint64_t>("request_id"),
          f.integer<std::uint64_t>("arm"),
          count(f, "first_step"),
          count(f, "steps", 1),
          f.flag("profiled"),
          f.integer<std::uint64_t>("layout")};
}

}  // namespace ratbench::protocol
