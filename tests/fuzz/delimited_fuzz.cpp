// Feeds arbitrary bytes to the readers of CSV and TSV files and of lists of labels: every record
// has a field per column and lines ascend; labels are sorted, each once.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "harness/corpus/delimited.hpp"
#include "harness/corpus/text_file.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"

namespace {

namespace rc = ratbench::corpus;

void check_table(std::string_view text, rc::Delimiter delimiter) {
  const rc::DelimitedTable table = rc::parse_delimited(text, delimiter, "input");
  RB_CHECK(!table.records.empty());
  std::size_t line = 1;
  for (const rc::DelimitedRecord& record : table.records) {
    RB_CHECK_EQ(record.fields.size(), table.columns.size());
    RB_CHECK_LT(line, record.line);
    line = record.line;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const rc::Delimiter delimiter : {rc::Delimiter::kComma, rc::Delimiter::kTab}) {
    try {
      check_table(text, delimiter);
    } catch (const ratbench::DataError&) {
      // Refused, as most inputs are.
    }
  }
  try {
    const auto labels = rc::label_list(text, "input", 1);
    RB_CHECK(std::is_sorted(labels.begin(), labels.end()));
    RB_CHECK(std::adjacent_find(labels.begin(), labels.end()) == labels.end());
  } catch (const ratbench::DataError&) {
    // A label twice, or an empty one.
  }
  return 0;
}
