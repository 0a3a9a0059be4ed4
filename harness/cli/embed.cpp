// ratbench embed: texts to features, once, with the user's own model.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/cli/commands.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/cli/print_json.hpp"
#include "harness/cli/sweep_builder.hpp"
#include "harness/corpus/feature_cache.hpp"
#include "harness/corpus/text_file.hpp"
#include "harness/embed/bert_encoder.hpp"
#include "harness/embed/text_model.hpp"
#include "harness/sched/worker_process.hpp"
#include "harness/sched/worker_slot.hpp"
#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/base/sha256.hpp"
#include "src/data/features.hpp"
#include "src/data/payload_hash.hpp"
#include "src/data/safetensors.hpp"

namespace ratbench::cli {
namespace {

namespace fs = std::filesystem;

struct EmbedOptions {
  std::string model;
  std::string input;
  std::string format;
  corpus::TextFields fields;
  std::string out;
  std::string classes_of;
  embed::EncodingChoice choice;
  std::size_t max_length = 0;
  std::string device = "auto";
  int threads = 1;
  std::string experiment;
  std::string db;
  bool json = false;
};

// Label order: that of a feature file made before, else alphabetical over the originals.
std::vector<std::string> class_names(const EmbedOptions& options,
                                     const std::vector<corpus::Report>& reports) {
  std::vector<std::string> names;
  if (!options.classes_of.empty()) {
    names = data::FeatureSet::open(options.classes_of).class_names();
  } else {
    std::set<std::string> sorted;
    for (const corpus::Report& report : reports) sorted.insert(report.label);
    names.assign(sorted.begin(), sorted.end());
  }
  for (std::size_t row = 0; row < reports.size(); ++row) {
    if (std::find(names.begin(), names.end(), reports[row].label) == names.end()) {
      throw DataError(options.input, fmt::format("text {}", row),
                      fmt::format("class \"{}\" is not one of {}: {}", reports[row].label,
                                  options.classes_of, fmt::join(names, "; ")));
    }
  }
  return names;
}

// What names the features of a file: equal metadata mean equal features.
std::map<std::string, std::string> metadata_of(const EmbedOptions& options,
                                               const std::vector<std::string>& names,
                                               const embed::TextModel& model) {
  return {{"class_names", json_text(nlohmann::json(names))},
          {"encoder", model.identity()},
          {"source",
           json_text(nlohmann::json{options.format, options.fields.text, options.fields.label})},
          {"source_sha256", sha256_file(options.input)}};
}

enum class Output { kToBeMade, kThere };

// Never writes over anything but features that were embedded before, and finds the same features
// there already.
Output examine_output(const EmbedOptions& options,
                      const std::map<std::string, std::string>& metadata) {
  const fs::path out = options.out;
  if (!fs::exists(out)) return Output::kToBeMade;
  if (fs::equivalent(out, options.input))
    throw UsageError(options.out + " is the file of texts itself; --out must name another");
  std::map<std::string, std::string> there;
  bool intact = false;
  if (fs::is_regular_file(out)) {
    try {
      const auto file = data::Safetensors::open(out);
      there = file.metadata();
      intact = data::payload_is_intact(file);
    } catch (const DataError&) {
      there.clear();
    }
  }
  if (!there.contains("encoder")) {
    throw UsageError(options.out +
                     " exists and is no feature file of ratbench embed; it is not replaced");
  }
  const bool same = std::all_of(metadata.begin(), metadata.end(), [&there](const auto& entry) {
    const auto found = there.find(entry.first);
    return found != there.end() && found->second == entry.second;
  });
  if (same && !intact) fmt::print(stderr, "{} is damaged and is made again\n", options.out);
  return same && intact ? Output::kThere : Output::kToBeMade;
}

embed::BertEncoderOptions encoder_options(const EmbedOptions& options) {
  embed::BertEncoderOptions encoder;
  encoder.worker = sched::find_worker();
  encoder.parts = fs::absolute(options.out).parent_path();
  encoder.device = options.device;
  encoder.threads = options.threads;
  encoder.say = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
  return encoder;
}

// Before any work is done for a name that no file can have.
void check_output_name(const std::string& out) {
  if (out.empty() || out.ends_with('/') || fs::is_directory(out))
    throw UsageError(fmt::format("--out \"{}\" names no file; the features go into one file", out));
}

int embed_file(EmbedOptions options) {
  check_output_name(options.out);
  if (options.max_length > 0) options.choice.max_length = options.max_length;
  const auto format = corpus::text_format(options.format);
  const std::vector<corpus::Report> reports =
      corpus::read_texts(options.input, format, options.fields);
  const std::vector<std::string> names = class_names(options, reports);
  embed::TextModel model = embed::open_text_model(options.model, options.choice);
  const std::size_t max_length = model.max_length;
  const auto metadata = metadata_of(options, names, model);
  if (examine_output(options, metadata) == Output::kThere) {
    fmt::print(stderr, "{} holds these features already\n", options.out);
    if (options.json) print_json(nlohmann::json{{"out", options.out}, {"there_already", true}});
    return 0;
  }
  embed::BertEncoder encoder(std::move(model), encoder_options(options));

  const double started_s = sched::monotonic_s();
  const corpus::FeatureColumns columns =
      corpus::encode(reports, data::Task::kClassification, names, encoder, options.input);
  corpus::write_features(options.out, columns, metadata);
  encoder.stored();
  const double wall_s = sched::monotonic_s() - started_s;

  if (options.json) {
    print_json(nlohmann::json{{"out", options.out},
                              {"texts", reports.size()},
                              {"dim", columns.dim},
                              {"classes", names},
                              {"max_length", max_length},
                              {"real_tokens", encoder.real_tokens()},
                              {"padded_tokens", encoder.padded_tokens()},
                              {"wall_s", wall_s},
                              {"encoder", encoder.identity()}});
  } else {
    fmt::print("{}: {} texts of {} classes, {} features each, in {:.1f} s\n", options.out,
               reports.size(), names.size(), columns.dim, wall_s);
  }
  return 0;
}

// Embeds whatever the cells of an experiment need and is not there yet.
int embed_experiment(const EmbedOptions& options) {
  ExperimentOptions file;
  file.file = options.experiment;
  const spec::Experiment experiment = file.load();
  DataPreparer data(cache_folder(options.db), experiment, {options.device, options.threads});
  build_sweep(experiment, data);
  nlohmann::json files = nlohmann::json::array();
  for (const corpus::PreparedData& prepared : data.prepared()) {
    for (const auto& [split, path] : prepared.files.paths) {
      files.push_back({{"split", split}, {"path", path}});
      if (!options.json) fmt::print("{} {}\n", split, path);
    }
  }
  if (options.json) {
    print_json(nlohmann::json{{"experiment", options.experiment}, {"files", files}});
  }
  return 0;
}

// Options that describe one file; an experiment describes all of them.
void check_together(const CLI::App& app, const EmbedOptions& options) {
  for (const char* name : {"--model", "--input", "--format", "--out"}) {
    const bool given = app.count(name) > 0;
    if (options.experiment.empty() && !given) {
      throw UsageError(fmt::format("{} is required, unless --experiment names a file", name));
    }
  }
  if (options.experiment.empty()) return;
  for (const char* name : {"--model", "--input", "--format", "--out", "--pooling", "--max-length",
                           "--precision", "--truncation", "--text", "--label", "--classes-of"}) {
    if (app.count(name) > 0) {
      throw UsageError(fmt::format(
          "{} and --experiment do not go together: the experiment says what is embedded and how",
          name));
    }
  }
}

}  // namespace

Action set_up_embed(CLI::App& app) {
  const auto options = std::make_shared<EmbedOptions>();
  app.add_option("--model", options->model,
                 "Hugging Face folder of a BERT, or minilm for the one that run.sh fetches")
      ->type_name("DIR|minilm");
  app.add_option("--input", options->input, "file of texts")->type_name("FILE");
  app.add_option("--format", options->format, "abex_rat, jsonl, csv or tsv")->type_name("FORMAT");
  app.add_option("--out", options->out, "feature file to write")->type_name("FILE.safetensors");
  app.add_option("--pooling", options->choice.pooling, "mean, cls or last")
      ->check(CLI::IsMember({"mean", "cls", "last"}))
      ->capture_default_str();
  app.add_option("--max-length", options->max_length,
                 "tokens of a text, special ones included; else what the model's folder says")
      ->type_name("N")
      ->check(positive_integer);
  app.add_option("--precision", options->choice.precision, "fp32 or bf16")
      ->check(CLI::IsMember({"fp32", "bf16"}))
      ->capture_default_str();
  app.add_option(
         "--truncation", options->choice.truncation,
         "what a text that is too long keeps: head (its beginning) or head_tail (both ends)")
      ->check(CLI::IsMember({"head", "head_tail"}))
      ->capture_default_str();
  app.add_option("--text", options->fields.text, "column or key of the text")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--label", options->fields.label, "column or key of the label")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--classes-of", options->classes_of,
                 "feature file whose order of classes is to be kept, such as that of the training "
                 "split")
      ->type_name("FILE");
  app.add_option("--device", options->device, "auto, cpu, cuda or cuda:K")->capture_default_str();
  app.add_option("--threads", options->threads, "threads of the worker")
      ->type_name("N")
      ->check(positive_integer)
      ->capture_default_str();
  app.add_option("--experiment", options->experiment,
                 "embed all texts that an experiment needs into the cache beside its database")
      ->type_name("FILE");
  add_database(app, options->db);
  add_json(app, options->json);
  return [options, &app] {
    check_together(app, *options);
    return options->experiment.empty() ? embed_file(*options) : embed_experiment(*options);
  };
}

}  // namespace ratbench::cli
