#include <fmt/format.h>

#include <array>
#include <string_view>

#include "src/specs/rule_checks.hpp"

namespace ratbench::specs {
namespace {

// Releases that come as one folder, which data.train names.
bool is_folder_release(const Slots& resolved) {
  return is(resolved, RB_ID("data.release"), "nlupp") ||
         is(resolved, RB_ID("data.release"), "mentalqa");
}

Broken needs_file(const Slots& resolved, ParamId id) {
  if (present(resolved, id)) return {};
  return Violation{
      id, fmt::format("{} is missing: name the file of this split", all_params()[id].path)};
}

Broken folder_splits(const Slots& resolved) {
  const ParamId release = RB_ID("data.release");
  for (const ParamId id : {RB_ID("data.val"), RB_ID("data.test")})
    if (present(resolved, id))
      return Violation{id, fmt::format("data.release {} is one folder, which data.train names; "
                                       "leave {} out",
                                       resolved[release]->text, all_params()[id].path)};
  if (!present(resolved, RB_ID("data.train")))
    return Violation{RB_ID("data.train"), "data.train is missing: name the folder of the release"};
  const ParamId name = RB_ID("data.split.name");
  const bool has_test = is(resolved, release, "mentalqa");
  const bool drawn_test = is(resolved, name, "kfold") || is(resolved, name, "stratified");
  if (drawn_test || (has_test && !is(resolved, name, "given"))) return {};
  return Violation{
      name,
      fmt::format(
          "found {} with data.release {}, which has no {} split; allowed are {}",
          resolved[name]->text, resolved[release]->text, has_test ? "validation" : "test",
          has_test ? "kfold, stratified, val_from_test, val_from_train" : "kfold, stratified")};
}

Broken splits_named(const Slots&, const Slots& resolved) {
  if (is(resolved, RB_ID("data.release"), "synthetic_reports")) return {};
  if (is_folder_release(resolved)) return folder_splits(resolved);
  const ParamId name = RB_ID("data.split.name");
  const ParamId train = RB_ID("data.train");
  if (is(resolved, name, "val_from_test") || is(resolved, name, "val_from_train")) {
    if (present(resolved, RB_ID("data.val")))
      return Violation{RB_ID("data.val"),
                       fmt::format("data.val is given, data.split.name {} draws the validation "
                                   "split; leave one of them out",
                                   resolved[name]->text)};
    if (auto broken = needs_file(resolved, train)) return broken;
    return needs_file(resolved, RB_ID("data.test"));
  }
  if (!is(resolved, name, "given")) {
    if (present(resolved, train)) return {};
    return Violation{train, "data.train is missing: name the file to be divided"};
  }
  for (const ParamId id : {train, RB_ID("data.val"), RB_ID("data.test")})
    if (auto broken = needs_file(resolved, id)) return broken;
  return {};
}

Broken split_is_whole(const Slots&, const Slots& resolved) {
  const ParamId name = RB_ID("data.split.name");
  const auto missing = [&](ParamId param) -> Broken {
    if (present(resolved, param)) return {};
    return Violation{param, fmt::format("{} is missing, data.split.name {} needs it",
                                        all_params()[param].path, resolved[name]->text)};
  };
  const ParamId fraction = RB_ID("data.split.fraction");
  if (resolved[fraction] != nullptr || is(resolved, name, "stratified") ||
      is(resolved, name, "val_from_test") || is(resolved, name, "val_from_train")) {
    if (auto broken = missing(fraction)) return broken;
    if (!is(resolved, name, "stratified") ||
        std::get<Decimal>(resolved[fraction]->value).real() < 0.5)
      return {};
    return Violation{fraction, fmt::format("found {} with stratified, allowed is a number between "
                                           "0 and 0.5, both excluded",
                                           resolved[fraction]->text)};
  }
  if (!is(resolved, name, "kfold")) return {};
  const ParamId folds = RB_ID("data.split.folds");
  const ParamId fold = RB_ID("data.split.fold");
  if (auto broken = missing(folds)) return broken;
  if (auto broken = missing(fold)) return broken;
  const long long last = integer_of(resolved, folds) - 1;
  if (integer_of(resolved, fold) <= last) return {};
  return Violation{fold, fmt::format("found {} with {} folds, allowed is 0 to {}",
                                     resolved[fold]->text, resolved[folds]->text, last)};
}

struct ReleaseFormat {
  std::string_view release;
  std::string_view format;
};
constexpr std::array<ReleaseFormat, 4> kReleaseFormats = {{{"abex_rat", "text"},
                                                           {"mentalqa", "pairs"},
                                                           {"nlupp", "text"},
                                                           {"synthetic_reports", "text"}}};

Broken release_fits(const Slots&, const Slots& resolved) {
  const ParamId release = RB_ID("data.release");
  for (const ReleaseFormat& known : kReleaseFormats)
    if (is(resolved, release, known.release) && !is(resolved, RB_ID("data.format"), known.format))
      return Violation{release, fmt::format("data.release {} needs data.format {}", known.release,
                                            known.format)};
  return {};
}

// Text and pairs are told apart by their columns, and how columns are told apart by the name.
Broken tables_end_so(const Slots&, const Slots& resolved) {
  const ParamId format = RB_ID("data.format");
  if (present(resolved, RB_ID("data.release")) ||
      (!is(resolved, format, "text") && !is(resolved, format, "pairs")))
    return {};
  for (const ParamId id : {RB_ID("data.train"), RB_ID("data.val"), RB_ID("data.test")}) {
    if (!present(resolved, id)) continue;
    const std::string& path = resolved[id]->text;
    if (path.ends_with(".csv") || path.ends_with(".tsv")) continue;
    return Violation{id, fmt::format("found {} with data.format {} and no data.release, allowed is "
                                     "a file that ends in .csv or .tsv",
                                     path, resolved[format]->text)};
  }
  return {};
}

// A release with synthetic rows, and features, would lose the rows that others point at.
Broken rows_can_be_left_out(const Slots&, const Slots& resolved) {
  if (!is(resolved, RB_ID("data.format"), "features") &&
      !is(resolved, RB_ID("data.release"), "abex_rat"))
    return {};
  for (const ParamId id :
       {RB_ID("data.train_rows"), RB_ID("data.val_rows"), RB_ID("data.test_rows")})
    if (present(resolved, id))
      return Violation{id, fmt::format("{} needs texts without synthetic rows of their own; "
                                       "data.profile thins out their classes",
                                       all_params()[id].path)};
  return {};
}

Broken profile_has_classes(const Slots&, const Slots& resolved) {
  const ParamId task = RB_ID("task");
  if (!is(resolved, task, "multilabel") && !is(resolved, task, "ner")) return {};
  for (const ParamId id : {RB_ID("data.profile"), RB_ID("data.minority_classes")})
    if (present(resolved, id))
      return Violation{id, fmt::format("{} needs one class per text, task {} has none",
                                       all_params()[id].path, resolved[task]->text)};
  return {};
}

constexpr std::array<Rule, 6> kDataRules = {{
    {"splits_named",
     "`data.train`, `data.val` and `data.test` are given unless the data are generated or come in "
     "one folder; val_from_train and val_from_test need the first and the last, other drawn splits "
     "`data.train` alone.",
     splits_named},
    {"split_is_whole",
     "`data.split.name` stratified (below 0.5), val_from_train and val_from_test need "
     "`data.split.fraction`; kfold needs `data.split.folds` and a `data.split.fold` below it.",
     split_is_whole},
    {"release_fits", "`data.release` mentalqa goes with `data.format` pairs, the others with text.",
     release_fits},
    {"tables_end_so",
     "Files of `data.format` text and pairs end in .csv or .tsv unless a `data.release` says what "
     "they are.",
     tables_end_so},
    {"rows_can_be_left_out",
     "`data.train_rows`, `data.val_rows` and `data.test_rows` are refused for features and for the "
     "release abex_rat.",
     rows_can_be_left_out},
    {"profile_has_classes",
     "`data.profile` and `data.minority_classes` need a task with one class per text.",
     profile_has_classes},
}};

}  // namespace

std::span<const Rule> data_rules() { return kDataRules; }

}  // namespace ratbench::specs
