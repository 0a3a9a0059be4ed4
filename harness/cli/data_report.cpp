#include "harness/cli/data_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <variant>

#include "harness/cli/training_length.hpp"
#include "harness/grid/expand.hpp"
#include "harness/grid/sweep.hpp"
#include "harness/spec/report_settings.hpp"
#include "harness/store/split_rows.hpp"
#include "src/base/error.hpp"
#include "src/specs/names.hpp"

namespace ratbench::cli {
namespace {

// Parameters that are right or wrong only beside the classes of the data.
void check_classes(const std::string& file, const specs::Config& config,
                   const std::vector<std::string>& classes) {
  if (config.has("loss.alpha") && config.reals("loss.alpha").size() != classes.size()) {
    throw SpecError(file, "/loss/alpha",
                    fmt::format("found {} numbers, allowed is one for each of the {} classes of "
                                "the data",
                                config.reals("loss.alpha").size(), classes.size()));
  }
  if (config.has("loss.alpha")) {
    const std::vector<double> alpha = config.reals("loss.alpha");
    if (std::all_of(alpha.begin(), alpha.end(), [](double a) { return a == 0; }))
      throw SpecError(file, "/loss/alpha",
                      "found 0 for every class, which leaves nothing to train");
  }
}

// Names given to boost are checked whichever loss a cell has: a file that varies the loss must not
// carry a name that only some of its cells would refuse.
void check_boosted(const std::string& file, const specs::Slots& given,
                   const std::vector<std::string>& classes) {
  const specs::Setting* boosted = given[*specs::find_param("loss.boost_classes")];
  const auto* names =
      boosted == nullptr ? nullptr : std::get_if<std::vector<std::string>>(&boosted->value);
  if (names == nullptr) return;
  for (const std::string& name : *names) {
    if (std::find(classes.begin(), classes.end(), name) != classes.end()) continue;
    throw SpecError(file, "/loss/boost_classes",
                    fmt::format("found \"{}\", allowed are the classes of the data: {}", name,
                                fmt::join(classes, "; ")));
  }
}

// "recall/CLASS" and the like must name a class, of ner an entity type, of some data set.
void check_metrics(const spec::Experiment& experiment, const std::vector<std::string>& classes) {
  for (std::size_t i = 0; i < experiment.claims.size(); ++i) {
    const std::string& metric = experiment.claims[i].metric;
    const std::size_t slash = metric.find('/');
    if (slash == std::string::npos) continue;
    if (std::find(classes.begin(), classes.end(), metric.substr(slash + 1)) != classes.end())
      continue;
    throw SpecError(experiment.file, fmt::format("/claims/{}/metric", i),
                    fmt::format("found \"{}\", allowed are the classes of the data: {}", metric,
                                fmt::join(classes, "; ")));
  }
}

// What the cells of one data set have asked of it.
struct Asked {
  const corpus::PreparedData* data = nullptr;
  std::set<corpus::Amount> amounts;
  std::set<std::string> files;  // of the training split, with what edits its texts

  // "rows per class, train_aug.json" or, where texts are edited, "..., with eda".
  std::string title() const { return fmt::format("rows per class, {}", fmt::join(files, "; ")); }
};

bool matters_here(specs::ParamId id) {
  constexpr std::string_view kSettings[] = {
      "loss.alpha",       "loss.boost_classes", "loss.defer_epochs", "train.accumulate",
      "train.batch_size", "train.epochs",       "train.eval_steps",  "train.patience",
      "train.steps",      "train.warmup"};
  const std::string_view path = specs::all_params()[id].path;
  return path == "task" || path.starts_with("data.") || path.starts_with("encoder.") ||
         path.starts_with("model.") || path.starts_with("augmentation.") ||
         std::find(std::begin(kSettings), std::end(kSettings), path) != std::end(kSettings);
}

class Examination {
 public:
  Examination(const spec::Experiment& experiment, DataPreparer& data)
      : experiment_(experiment), data_(data) {
    std::copy_if(experiment.factors.begin(), experiment.factors.end(),
                 std::back_inserter(looked_at_), matters_here);
  }

  std::string run() {
    grid::visit_cells(experiment_, [&](const grid::CellView& view) { add(view); });
    check_metrics(experiment_, classes_);
    if (boost_given_ && !boost_used_)
      notes_.insert("loss.boost_classes is given and changes nothing: no cell has the loss ldam");
    std::string text = counts();
    for (const std::string& note : notes_) text += "note: " + note + "\n";
    return text;
  }

 private:
  // Encoders and lengths make several data sets of the same rows: their counts are said once, with
  // what is to be said of each.
  std::string counts() const {
    std::vector<std::string> tables;
    std::map<std::string, std::vector<std::string>> notes_of;
    for (const Asked& asked : asked_) {
      const std::vector<corpus::Amount> amounts(asked.amounts.begin(), asked.amounts.end());
      const std::string table =
          asked.title() + ":\n" + corpus::describe_counts(*asked.data, amounts);
      if (!notes_of.contains(table)) tables.push_back(table);
      std::vector<std::string> notes = corpus::count_notes(*asked.data, amounts);
      std::vector<std::string>& said = notes_of[table];
      for (std::string& note : notes)
        if (std::find(said.begin(), said.end(), note) == said.end())
          said.push_back(std::move(note));
    }
    std::string text;
    for (const std::string& table : tables) {
      text += table;
      for (const std::string& note : notes_of.at(table)) text += note + "\n";
    }
    return text;
  }

  // Cells that differ in nothing that is looked at here are examined once.
  void add(const grid::CellView& view) {
    const specs::Slots& resolved = *view.resolved;
    const specs::ParamId boosted = *specs::find_param("loss.boost_classes");
    const specs::Setting* boost = (*view.given)[boosted];
    boost_given_ = boost_given_ || boost != nullptr;
    boost_used_ = boost_used_ || resolved[boosted] != nullptr;
    std::string identity = boost == nullptr ? "" : boost->json;
    for (const specs::ParamId id : looked_at_)
      identity += resolved[id] == nullptr ? "\n" : resolved[id]->json + "\n";
    if (!seen_.insert(std::move(identity)).second) return;
    const specs::Config config = specs::to_config(resolved);
    Asked& asked = asked_for(data_.prepare(config));
    check_classes(experiment_.file, config, asked.data->class_names);
    check_boosted(experiment_.file, *view.given, asked.data->class_names);
    for (std::string& name :
         store::named_classes({asked.data->task, asked.data->class_names, "", {}}))
      if (std::find(classes_.begin(), classes_.end(), name) == classes_.end())
        classes_.push_back(std::move(name));
    // Classes of ner are tags here, entity types in the report, which checks them itself.
    if (asked.data->task != "ner") spec::check_groups(experiment_, asked.data->class_names);
    asked.files.insert(rows_from(config));
    const corpus::Amount amount = amount_of(config);
    asked.amounts.insert(amount);
    for (std::string& note : length_notes(config, rows_of(*asked.data, amount), experiment_.file))
      notes_.insert(std::move(note));
    note_single_samples(config, *asked.data);
  }

  void note_single_samples(const specs::Config& config, const corpus::PreparedData& data) {
    if (config.text_or("augmentation.name", "none") != "smote") return;
    for (std::size_t label = 0; label < data.supply.size(); ++label)
      if (data.supply[label].originals == 1)
        notes_.insert(
            fmt::format("class {} has one training original: smote has no neighbour to "
                        "move towards and repeats it",
                        data.class_names[label]));
  }

  // Where the training rows of a configuration come from.
  static std::string rows_from(const specs::Config& config) {
    const std::filesystem::path file(config.text_or("data.train", "the training split"));
    const std::string augmentation = config.text_or("augmentation.name", "none");
    const auto of_texts = specs::text_augmentations();
    const bool edited = std::find(of_texts.begin(), of_texts.end(), augmentation) != of_texts.end();
    return (file.parent_path().filename() / file.filename()).string() +
           (edited ? " with " + augmentation : "");
  }

  Asked& asked_for(const corpus::PreparedData& data) {
    const auto known = std::find_if(asked_.begin(), asked_.end(),
                                    [&](const Asked& asked) { return asked.data == &data; });
    if (known != asked_.end()) return *known;
    return asked_.emplace_back(Asked{&data, {}, {}});
  }

  // Augmentations of features make their rows during training.
  static corpus::Amount amount_of(const specs::Config& config) {
    const std::string name = config.text_or("augmentation.name", "none");
    const std::int64_t lambda = config.integer_or("augmentation.lambda", 0);
    const bool in_data = specs::growth_of(name) == specs::Growth::kOfData;
    return {in_data || lambda == 0 ? "" : name, lambda};
  }

  static std::int64_t rows_of(const corpus::PreparedData& data, const corpus::Amount& amount) {
    if (amount.made_by.empty()) return data.training_rows(amount.lambda);
    const std::vector<std::int64_t> counts = data.realised_counts(amount.made_by, amount.lambda);
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  }

  const spec::Experiment& experiment_;
  DataPreparer& data_;
  std::vector<specs::ParamId> looked_at_;  // the factors among what is looked at
  std::set<std::string> seen_;
  std::vector<Asked> asked_;
  std::set<std::string> notes_;
  bool boost_given_ = false, boost_used_ = false;
  std::vector<std::string> classes_;  // of all data sets
};

}  // namespace

std::string examine_data(const spec::Experiment& experiment, DataPreparer& data) {
  return Examination(experiment, data).run();
}

}  // namespace ratbench::cli
