#include "harness/claims/scope.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/folder_name.hpp"

namespace ratbench::claims {
namespace {

constexpr std::size_t kMostNames = 3;
constexpr std::size_t kHashDigits = 8;

bool has_variable(const std::string& text) { return text.find("${") != std::string::npos; }

// "a", "a and b", "a, b and c", "a, b, c and 2 more".
std::string listed(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kMostNames);
  const bool more = names.size() > shown;
  std::string text = names.front();
  for (std::size_t i = 1; i < shown; ++i)
    text += (i + 1 == shown && !more ? " and " : ", ") + names[i];
  return more ? fmt::format("{} and {} more", text, names.size() - shown) : text;
}

void add_once(std::vector<std::string>& names, std::string name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

// A file of test rows, or a split of one: another file or split has other rows.
struct TestData {
  std::string split;                 // "" for a file of its own
  std::string with;                  // what the split was drawn from beside the file; or ""
  std::vector<std::string> folders;  // its path

  auto operator<=>(const TestData&) const = default;
  std::string name(std::size_t depth) const {
    std::string path;
    for (std::size_t i = folders.size() - std::min(depth, folders.size()); i < folders.size(); ++i)
      path += (path.empty() ? "" : "/") + folders[i];
    if (path.empty()) return "the test split";
    return split.empty() ? path : fmt::format("the {} split of {}{}", split, path, with);
  }
};

// Without the variables that stand for the reader's own folders.
std::vector<std::string> folders_of(const std::string& path) {
  std::vector<std::string> out;
  for (const std::filesystem::path& part : std::filesystem::path(path).lexically_normal())
    if (part.has_filename() && !has_variable(part.string())) out.push_back(part.string());
  return out;
}

// "5-fold", "stratified": a split that deals the rows of all files anew; "" for the others.
std::string dealt_anew(const specs::Config& config) {
  const std::string name = config.text_or("data.split.name", "given");
  if (name == "kfold" && config.has("data.split.folds"))
    return specs::to_text(*config.find("data.split.folds")) + "-fold";
  return name == "stratified" ? name : "";
}

TestData test_data(const TestedCell& cell) {
  TestData out;
  out.split = dealt_anew(*cell.config);
  const bool own_file = cell.config->has("data.test");
  if (!out.split.empty() && own_file) out.with = " with the other files";
  const char* path = own_file && out.split.empty() ? "data.test" : "data.train";
  if (!cell.config->has(path)) return out;
  if (!own_file && out.split.empty()) {
    const std::string drawn = cell.config->text_or("data.split.name", "given");
    // What validates is taken from the training rows, and the test rows stay those published.
    out.split = drawn == "given" || drawn == "val_from_train" ? "test" : drawn;
  }
  out.folders = folders_of(cell.config->text(path));
  if (out.folders.empty() && cell.trained != nullptr)
    out.folders = folders_of(cell.trained->config.text_or(path, ""));
  return out;
}

// Of every data set the last two parts of its path, more where they are the same.
std::string data_names(std::span<const TestedCell> cells) {
  std::set<TestData> known;
  std::vector<TestData> all;
  std::size_t longest = 2;
  for (const TestedCell& cell : cells) {
    TestData data = test_data(cell);
    longest = std::max(longest, data.folders.size());
    if (known.insert(data).second) all.push_back(std::move(data));
  }
  std::vector<std::string> names;
  for (std::size_t depth = 2; depth <= longest && names.size() < all.size(); ++depth) {
    names.clear();
    for (const TestData& data : all) add_once(names, data.name(depth));
  }
  return listed(names);
}

// The resolved text of a path that may name variables.
std::string resolved(const TestedCell& cell, const char* path) {
  std::string text = cell.config->text_or(path, "");
  if (has_variable(text) && cell.trained != nullptr)
    text = cell.trained->config.text_or(path, text);
  return text;
}

// "PubMedBERT, weights 1a2b3c4d": the folder that the weights were read from, and their hash.
std::string model_name(const TestedCell& cell) {
  std::string folder = resolved(cell, "model.path");
  std::string weights;
  if (cell.trained != nullptr) {
    const auto& [paths, hashes] = cell.trained->data;
    if (const auto found = paths.find("model"); found != paths.end()) folder = found->second;
    if (const auto found = hashes.find("model"); found != hashes.end())
      weights = ", weights " + found->second.substr(0, kHashDigits);
  }
  return folder_name(folder) + weights;
}

// "encoder hashed, model mlp", "features as given, model mlp", "model bert (PubMedBERT, weights
// 1a2b3c4d)".
std::string what_reads(const TestedCell& cell) {
  const specs::Config& config = *cell.config;
  const std::string encoder = config.text_or("encoder.name", "none");
  const std::string model = config.text_or("model.name", "mlp");
  if (encoder != "none") {
    const std::string folder = folder_name(resolved(cell, "encoder.path"));
    return fmt::format("encoder {}{}, model {}", encoder, folder.empty() ? "" : " (" + folder + ")",
                       model);
  }
  if (model == "bert") return fmt::format("model bert ({})", model_name(cell));
  const bool features = config.text_or("data.format", "features") == "features";
  return (features ? "features as given, model " : "model ") + model;
}

}  // namespace

specs::Config with_model_folder(const TestedCell& cell) {
  specs::Config config = *cell.config;
  if (config.has("model.path")) config.set("model.path", resolved(cell, "model.path"));
  return config;
}

std::vector<Restriction> restrictions(const specs::Config& config) {
  constexpr std::array<const char*, 5> kPaths = {"data.profile", "data.train_rows", "data.val_rows",
                                                 "data.test_rows", "data.split.name"};
  constexpr std::size_t kMostCounts = 3;
  std::vector<Restriction> out;
  for (const char* path : kPaths) {
    const specs::Value* value = config.find(path);
    const std::string text = value == nullptr ? "" : specs::to_text(*value);
    if (text.empty() || text == "none" || text == "given" || text == "{}") continue;
    const auto* counts = std::get_if<specs::Counts>(value);
    out.push_back({path, text,
                   counts != nullptr && counts->size() > kMostCounts
                       ? fmt::format("{} (of {} classes)", path, counts->size())
                       : fmt::format("{} {}", path, text)});
  }
  return out;
}

std::string timed_training(std::span<const TestedCell> cells) {
  std::vector<std::string> readers, files, sizes;
  for (const TestedCell& cell : cells) {
    add_once(readers, what_reads(cell));
    TestData data;
    data.folders = folders_of(resolved(cell, "data.train"));
    add_once(files, data.folders.empty() ? "the training split" : data.name(2));
    add_once(sizes, std::to_string(cell.config->integer_or("train.batch_size", 32)));
  }
  return fmt::format("{}, batches of {} from {}", listed(readers), listed(sizes), listed(files));
}

std::string scope_of(std::span<const TestedCell> cells, std::size_t rows, std::size_t seeds) {
  RB_CHECK(!cells.empty());
  std::vector<std::string> readers;
  for (const TestedCell& cell : cells) add_once(readers, what_reads(cell));
  // The names of the data tell a split; what cells differ in is compared or averaged.
  std::vector<std::string> shared;
  for (const Restriction& one : restrictions(*cells.front().config)) {
    const bool everywhere = std::all_of(cells.begin(), cells.end(), [&](const TestedCell& cell) {
      const specs::Value* own = cell.config->find(one.path);
      return own != nullptr && specs::to_text(*own) == one.value;
    });
    if (everywhere && one.path != "data.split.name") shared.push_back(one.words);
  }
  return fmt::format("on {}{}{}{}, {}, {} seed{}", data_names(cells),
                     rows == 0 ? "" : fmt::format(" ({} test rows)", rows),
                     shared.empty() ? "" : " with ", fmt::join(shared, ", "), listed(readers),
                     seeds, seeds == 1 ? "" : "s");
}

}  // namespace ratbench::claims
