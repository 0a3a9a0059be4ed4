#include "harness/spec/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "src/base/error.hpp"

namespace ratbench::spec {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxFileBytes = 64ULL << 20U;

std::string read_text(const fs::path& file, const std::string& wanted_by) {
  std::error_code error;
  const auto status = fs::status(file, error);
  const bool regular = fs::is_regular_file(status);
  std::ifstream in;
  if (regular) in.open(file, std::ios::binary);
  if (!regular || !in.is_open()) {
    const char* problem = fs::is_directory(status)         ? "is a folder"
                          : fs::exists(status) && !regular ? "is no regular file"
                                                           : "does not exist or cannot be read";
    throw SpecError(
        wanted_by.empty() ? file.string() : wanted_by, wanted_by.empty() ? "" : "/extends",
        wanted_by.empty() ? fmt::format("{}", problem)
                          : fmt::format("found \"{}\", which {}", file.string(), problem));
  }
  if (fs::file_size(file, error) > kMaxFileBytes)
    throw SpecError(file.string(), "", "the file is larger than 64 MiB");
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

void merge_into(Json& parent, Json child) {
  for (auto& [key, value] : child.members) {
    Json* old = parent.find(key);
    if (old != nullptr && old->is(Json::Type::kObject) && value.is(Json::Type::kObject))
      merge_into(*old, std::move(value));
    else
      parent.set(key, std::move(value));
  }
}

// What a child says about the grid is said completely.
void merge_documents(Json& parent, Json child) {
  parent.erase("name");
  if (child.find("grid") != nullptr)
    for (const char* key : {"grid", "zip", "include", "exclude"}) parent.erase(key);
  for (const char* key : {"zip", "seeds"})
    if (child.find(key) != nullptr) parent.erase(key);
  merge_into(parent, std::move(child));
}

Json merge_with_parents(Json document, const fs::path& folder, const Environment& environment,
                        std::vector<fs::path>& open_files);

Json load_file(const fs::path& file, const std::string& wanted_by, const Environment& environment,
               std::vector<fs::path>& open_files) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(file, error);
  if (error) real = file;
  if (std::find(open_files.begin(), open_files.end(), real) != open_files.end())
    throw SpecError(wanted_by, "/extends",
                    fmt::format("found \"{}\", which extends itself by this way", file.string()));
  const std::string text = read_text(file, wanted_by);
  open_files.push_back(real);
  Json merged = merge_with_parents(parse_json(text, file.string()), file.parent_path(), environment,
                                   open_files);
  open_files.pop_back();
  return merged;
}

Json merge_with_parents(Json document, const fs::path& folder, const Environment& environment,
                        std::vector<fs::path>& open_files) {
  if (!document.is(Json::Type::kObject))
    throw SpecError(document.file(), "",
                    fmt::format("found {}, an experiment file is an object", describe(document)));
  const Json* extends = document.find("extends");
  if (extends == nullptr) return document;
  const std::string file = extends->file();
  if (!extends->is(Json::Type::kText) || extends->text.empty())
    throw SpecError(
        file, "/extends",
        fmt::format("found {}, allowed is the path of an experiment file", describe(*extends)));
  const Expanded expanded = expand_variables(extends->text, environment);
  if (!expanded.unset.empty()) throw SpecError(file, "/extends", expanded.unset);
  Json parent = load_file(folder / expanded.text, file, environment, open_files);
  document.erase("extends");
  merge_documents(parent, std::move(document));
  return parent;
}

bool is_variable_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  });
}

std::string unset_message(const std::string& name) {
  if (!is_variable_name(name))
    return fmt::format("found ${{{}}}, which names no environment variable", name);
  const std::string what =
      name == "RATBENCH_DATA"
          ? "the folder with the data sets; docs/data.md says where each one is had and how the "
            "folder is laid out"
          : "what the path needs";
  return fmt::format("the environment variable {0} is not set: set it (export {0}=...) to {1}",
                     name, what);
}

}  // namespace

Expanded expand_variables(const std::string& text, const Environment& environment) {
  Expanded expanded;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t start = text.find("${", at);
    const std::size_t end = start == std::string::npos ? start : text.find('}', start);
    if (end == std::string::npos) {
      expanded.text += text.substr(at);
      if (start != std::string::npos && expanded.unset.empty())
        expanded.unset = "found ${ without a closing brace";
      break;
    }
    expanded.text += text.substr(at, start - at);
    const std::string name = text.substr(start + 2, end - start - 2);
    const auto value = is_variable_name(name) ? environment(name) : std::nullopt;
    if (value.has_value() && !value->empty()) {
      expanded.text += *value;
    } else {
      if (expanded.unset.empty()) expanded.unset = unset_message(name);
      expanded.text += text.substr(start, end + 1 - start);
    }
    at = end + 1;
  }
  return expanded;
}

Json load_merged(const fs::path& file, const Environment& environment) {
  std::vector<fs::path> open_files;
  return load_file(file, "", environment, open_files);
}

Json merge_text(const std::string& text, const std::string& source, const fs::path& folder,
                const Environment& environment) {
  std::vector<fs::path> open_files;
  return merge_with_parents(parse_json(text, source), folder, environment, open_files);
}

}  // namespace ratbench::spec
