#include "harness/corpus/relation_texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "src/base/error.hpp"
#include "src/text/entity_markers.hpp"

namespace ratbench::corpus {
namespace {

bool is_marked(const Report& report) {
  return std::holds_alternative<text::MarkedArguments>(text::marked_arguments(report.text));
}

}  // namespace

std::vector<std::string> check_arguments(const TextSplits& splits) {
  const bool marked = std::any_of(splits.begin(), splits.end(), [](const auto& entry) {
    const std::vector<Report>& reports = entry.second.reports;
    return std::any_of(reports.begin(), reports.end(), is_marked);
  });
  if (!marked)
    return {
        "no text marks its two arguments as << first >> and [[ second ]]: the model sees which are "
        "meant only where the texts themselves say it"};
  for (const auto& [split, texts] : splits)
    for (std::size_t row = 0; row < texts.reports.size(); ++row) {
      const auto found = text::marked_arguments(texts.reports[row].text);
      if (const auto* const problem = std::get_if<std::string>(&found))
        throw DataError(texts.origin, place_of(texts.reports[row], row), *problem);
    }
  return {};
}

}  // namespace ratbench::corpus
