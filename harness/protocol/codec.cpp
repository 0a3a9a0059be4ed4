#include "harness/protocol/codec.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/protocol/base64.hpp"
#include "harness/protocol/cost_codec.hpp"
#include "harness/protocol/embed_codec.hpp"
#include "harness/protocol/fields.hpp"
#include "src/base/json.hpp"

namespace ratbench::protocol {
namespace {

using nlohmann::json;

// ---- one pair of functions per message ----------------------------------------------------------

json to_json_of(const Hello& m) {
  return {{"type", "hello"},
          {"protocol_version", m.protocol_version},
          {"program_version", m.program_version},
          {"git_revision", m.git_revision},
          {"method_version", m.method_version},
          {"libtorch_version", m.libtorch_version},
          {"compiler", m.compiler},
          {"pid", m.pid},
          {"devices", m.devices}};
}

Hello hello_from(const Fields& f) {
  Hello m;
  m.protocol_version = f.integer<int>("protocol_version");
  m.program_version = f.text("program_version");
  m.git_revision = f.text("git_revision");
  m.method_version = f.integer<int>("method_version");
  m.libtorch_version = f.text("libtorch_version");
  m.compiler = f.text("compiler");
  m.pid = f.integer<std::int64_t>("pid");
  m.devices = f.texts("devices");
  return m;
}

json to_json_of(const Heartbeat& m) {
  return {{"type", "heartbeat"},
          {"run_key", m.run_key},
          {"step", m.step},
          {"total_steps", m.total_steps},
          {"kernel", m.kernel}};
}

Heartbeat heartbeat_from(const Fields& f) {
  return {f.text("run_key"), f.integer<std::int64_t>("step"),
          f.integer<std::int64_t>("total_steps"), f.text("kernel")};
}

json to_json_of(const RunEvent& m) {
  return {{"type", "run_event"}, {"run_key", m.run_key}, {"sentence", m.sentence}};
}

json counters_to_json(const Counters& c) {
  return {{"batches", c.batches},
          {"attacked_batches", c.attacked_batches},
          {"forward_passes", c.forward_passes},
          {"backward_passes", c.backward_passes},
          {"samples", c.samples},
          {"real_tokens", c.real_tokens},
          {"padded_tokens", c.padded_tokens}};
}

Counters counters_from(const Fields& f) {
  Counters c;
  c.batches = f.integer<std::int64_t>("batches");
  c.attacked_batches = f.integer<std::int64_t>("attacked_batches");
  c.forward_passes = f.integer<std::int64_t>("forward_passes");
  c.backward_passes = f.integer<std::int64_t>("backward_passes");
  c.samples = f.integer<std::int64_t>("samples");
  c.real_tokens = f.integer<std::int64_t>("real_tokens");
  c.padded_tokens = f.integer<std::int64_t>("padded_tokens");
  return c;
}

json epoch_to_json(const EpochRecord& e) {
  json val = json::object();
  for (const auto& [metric, value] : e.val) val[metric] = real_to_json(value);
  return {{"epoch", e.epoch},
          {"train_loss", real_to_json(e.train_loss)},
          {"val", std::move(val)},
          {"batches", e.batches},
          {"attacked_batches", e.attacked_batches}};
}

EpochRecord epoch_from(const Fields& f) {
  EpochRecord e = {f.integer<int>("epoch"), f.real("train_loss"), f.real_map("val")};
  // Spools of earlier versions lack them.
  if (f.has("batches")) e.batches = f.integer<std::int64_t>("batches");
  if (f.has("attacked_batches")) e.attacked_batches = f.integer<std::int64_t>("attacked_batches");
  return e;
}

json outcome_to_json(const SplitOutcome& o) {
  json object = {{"split", o.split},
                 {"selection", o.selection},
                 {"predictions", o.predictions},
                 {"confusion", o.confusion}};
  if (!o.thresholds.empty()) object["thresholds"] = o.thresholds;
  return object;
}

SplitOutcome outcome_from(const Fields& f) {
  SplitOutcome o = {f.text("split"), f.text("selection"), f.integers<std::int32_t>("predictions"),
                    f.integers<std::int64_t>("confusion")};
  if (f.has("thresholds")) o.thresholds = f.reals("thresholds");
  return o;
}

json to_json_of(const RunResult& m) {
  json epochs = json::array();
  for (const EpochRecord& epoch : m.epochs) epochs.push_back(epoch_to_json(epoch));
  json outcomes = json::array();
  for (const SplitOutcome& outcome : m.outcomes) outcomes.push_back(outcome_to_json(outcome));
  return {{"type", "run_result"},
          {"run_key", m.run_key},
          {"diverged", m.diverged},
          {"diverged_reason", m.diverged_reason},
          {"diverged_step", m.diverged_step},
          {"best_epoch", m.best_epoch},
          {"counters", counters_to_json(m.counters)},
          {"train_s", real_to_json(m.train_s)},
          {"wall_s", real_to_json(m.wall_s)},
          {"peak_memory_bytes", m.peak_memory_bytes},
          {"weights_sha256", m.weights_sha256},
          {"loss_history_sha256", m.loss_history_sha256},
          {"test_logits_sha256", m.test_logits_sha256},
          {"step_losses", floats_to_base64(m.step_losses)},
          {"attacked", m.attacked},
          {"epochs", std::move(epochs)},
          {"outcomes", std::move(outcomes)},
          {"train_class_counts", m.train_class_counts},
          {"device_name", m.device_name},
          {"driver", m.driver},
          {"kernel", m.kernel},
          {"threads", m.threads},
          {"mode", m.mode}};
}

void read_course(const Fields& f, RunResult& m) {
  auto losses = floats_from_base64(f.text("step_losses"));
  if (!losses) f.fail("step_losses", "not base64 of float32");
  m.step_losses = std::move(*losses);
  m.attacked = f.text("attacked");
  if (!std::all_of(m.attacked.begin(), m.attacked.end(),
                   [](char c) { return c == '0' || c == '1'; })) {
    f.fail("attacked", "not a text of 0 and 1");
  }
  for (const json& epoch : f.array("epochs")) {
    m.epochs.push_back(epoch_from(Fields(epoch, "run_result.epochs")));
  }
  for (const json& outcome : f.array("outcomes")) {
    m.outcomes.push_back(outcome_from(Fields(outcome, "run_result.outcomes")));
  }
}

RunResult run_result_from(const Fields& f) {
  RunResult m;
  m.run_key = f.text("run_key");
  m.diverged = f.flag("diverged");
  m.diverged_reason = f.text("diverged_reason");
  m.diverged_step = f.integer<std::int64_t>("diverged_step");
  m.best_epoch = f.integer<int>("best_epoch");
  m.counters = counters_from(Fields(f.at("counters"), "run_result.counters"));
  m.train_s = f.real("train_s");
  m.wall_s = f.real("wall_s");
  m.peak_memory_bytes = f.integer<std::int64_t>("peak_memory_bytes");
  m.weights_sha256 = f.text("weights_sha256");
  m.loss_history_sha256 = f.text("loss_history_sha256");
  m.test_logits_sha256 = f.text("test_logits_sha256");
  read_course(f, m);
  m.train_class_counts = f.integers<std::int64_t>("train_class_counts");
  m.device_name = f.text("device_name");
  m.driver = f.text("driver");
  m.kernel = f.text("kernel");
  m.threads = f.integer<int>("threads");
  m.mode = f.text("mode");
  return m;
}

json to_json_of(const RunFailure& m) {
  return {
      {"type", "run_failure"}, {"run_key", m.run_key}, {"kind", m.kind}, {"message", m.message}};
}

RunFailure run_failure_from(const Fields& f) {
  return {f.text("run_key"), f.text("kind"), f.text("message")};
}

json to_json_of(const GroupEnd& m) { return {{"type", "group_end"}, {"group_id", m.group_id}}; }

json to_json_of(const TrainGroup& m) {
  json runs = json::array();
  for (const RunRequest& run : m.runs) {
    runs.push_back(
        {{"run_key", run.run_key}, {"seed", run.seed}, {"config", config_to_json(run.config)}});
  }
  json object = {
      {"type", "train_group"},  {"group_id", m.group_id},
      {"device", m.device},     {"threads", m.threads},
      {"kernel", m.kernel},     {"data", {{"paths", m.data.paths}, {"sha256", m.data.sha256}}},
      {"runs", std::move(runs)}};
  if (!m.checkpoints.empty()) object["checkpoints"] = m.checkpoints;
  object["checkpoint_every_s"] = m.checkpoint_every_s;
  return object;
}

TrainGroup train_group_from(const Fields& f) {
  TrainGroup m;
  m.group_id = f.integer<std::uint64_t>("group_id");
  m.device = f.text("device");
  m.threads = f.integer<int>("threads");
  m.kernel = f.text("kernel");
  const Fields data(f.at("data"), "train_group.data");
  m.data = {data.text_map("paths"), data.text_map("sha256")};
  if (f.has("checkpoints")) m.checkpoints = f.text("checkpoints");
  m.checkpoint_every_s = f.real("checkpoint_every_s");
  for (const json& item : f.array("runs")) {
    const Fields run(item, "train_group.runs");
    m.runs.push_back({run.text("run_key"), run.integer<std::uint64_t>("seed"),
                      config_from_json(run.at("config"))});
  }
  return m;
}

json to_json_of(const EmbedResult& m) { return embed_result_to_json(m); }
json to_json_of(const EmbedFailure& m) { return embed_failure_to_json(m); }
json to_json_of(const EmbedRequest& m) { return embed_request_to_json(m); }

json to_json_of(const CostReady& m) { return cost_ready_to_json(m); }
json to_json_of(const CostTimes& m) { return cost_times_to_json(m); }
json to_json_of(const CostFailure& m) { return cost_failure_to_json(m); }
json to_json_of(const CostSetup& m) { return cost_setup_to_json(m); }
json to_json_of(const CostBlock& m) { return cost_block_to_json(m); }

json to_json_of(const Shutdown&) { return {{"type", "shutdown"}}; }

}  // namespace

std::string encode(const Message& message) {
  const json object = std::visit([](const auto& m) { return to_json_of(m); }, message);
  return json_text(object);
}

Message decode(std::string_view text) {
  const json object = json_or_discarded(text);
  if (object.is_discarded()) throw ProtocolError("a message is not JSON");
  const std::string type = Fields(object, "message").text("type");
  const Fields fields(object, type);
  if (type == "hello") return hello_from(fields);
  if (type == "heartbeat") return heartbeat_from(fields);
  if (type == "run_event") return RunEvent{fields.text("run_key"), fields.text("sentence")};
  if (type == "run_result") return run_result_from(fields);
  if (type == "run_failure") return run_failure_from(fields);
  if (type == "group_end") return GroupEnd{fields.integer<std::uint64_t>("group_id")};
  if (type == "train_group") return train_group_from(fields);
  if (type == "embed_request") return embed_request_from(fields);
  if (type == "embed_result") return embed_result_from(fields);
  if (type == "embed_failure") return embed_failure_from(fields);
  if (type == "cost_ready") return cost_ready_from(fields);
  if (type == "cost_times") return cost_times_from(fields);
  if (type == "cost_failure") return cost_failure_from(fields);
  if (type == "cost_setup") return cost_setup_from(fields);
  if (type == "cost_block") return cost_block_from(fields);
  if (type == "shutdown") return Shutdown{};
  throw ProtocolError("a message of unknown type \"" + type + "\"");
}

}  // namespace ratbench::protocol
