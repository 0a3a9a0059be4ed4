#include "harness/cli/encoders.hpp"

#include <fmt/format.h>

#include "harness/embed/bert_encoder.hpp"
#include "harness/embed/text_model.hpp"
#include "harness/sched/worker_process.hpp"
#include "src/base/error.hpp"

namespace ratbench::cli {
namespace {

std::unique_ptr<corpus::TextEncoder> bert_encoder(const specs::Config& config,
                                                  const std::filesystem::path& cache_dir,
                                                  const EncodingMachine& machine) {
  if (!config.has("encoder.path")) {
    throw SpecError("configuration", "/encoder/path",
                    "the encoder bert needs the folder of its model, or minilm for the one that "
                    "run.sh fetches");
  }
  embed::EncodingChoice choice;
  choice.pooling = config.text_or("encoder.pooling", "mean");
  choice.precision = config.text_or("encoder.precision", "fp32");
  choice.truncation = config.text_or("data.truncation", "head");
  if (config.has("encoder.max_length")) {
    choice.max_length = static_cast<std::size_t>(config.integer("encoder.max_length"));
  }
  embed::BertEncoderOptions options;
  options.worker = sched::find_worker();
  options.parts = cache_dir;
  options.device = machine.device;
  options.threads = machine.threads;
  options.say = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
  return std::make_unique<embed::BertEncoder>(
      embed::open_text_model(config.text("encoder.path"), choice), std::move(options));
}

}  // namespace

corpus::EncoderFactory encoders(const std::filesystem::path& cache_dir,
                                const EncodingMachine& machine) {
  return [cache_dir, machine](const specs::Config& config) {
    if (config.text_or("encoder.name", "none") == "bert")
      return bert_encoder(config, cache_dir, machine);
    return corpus::built_in_encoder(config);
  };
}

}  // namespace ratbench::cli
