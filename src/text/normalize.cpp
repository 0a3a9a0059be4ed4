#include "src/text/normalize.hpp"

#include <algorithm>

namespace ratbench::text {
namespace {

using Points = std::vector<NormalizedPoint>;

Points cleaned(std::span<const CodePoint> text, std::uint32_t first,
               const NormalizerOptions& options) {
  Points result;
  result.reserve(text.size());
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    char32_t value = text[i].value;
    if (options.clean_text) {
      if (is_dropped_control(value)) continue;
      if (is_white_space(value)) value = ' ';
    }
    const std::uint32_t origin = first + i;
    const bool spaced = options.handle_chinese_chars && is_cjk_ideograph(value);
    if (spaced) result.push_back({' ', origin});
    result.push_back({value, origin});
    if (spaced) result.push_back({' ', origin});
  }
  return result;
}

// Marks in canonical order: runs with a combining class above 0 sorted by it, ties as they came.
void order_marks(Points& points) {
  for (auto begin = points.begin(); begin != points.end();) {
    if (combining_class(begin->value) == 0) {
      ++begin;
      continue;
    }
    const auto end = std::find_if(begin, points.end(), [](const NormalizedPoint& point) {
      return combining_class(point.value) == 0;
    });
    std::stable_sort(begin, end, [](const NormalizedPoint& a, const NormalizedPoint& b) {
      return combining_class(a.value) < combining_class(b.value);
    });
    begin = end;
  }
}

// Replaces every point by what `append` makes of it.
template <typename Append>
Points mapped(const Points& points, Append append) {
  Points result;
  result.reserve(points.size());
  std::vector<char32_t> values;
  for (const NormalizedPoint& point : points) {
    values.clear();
    append(point.value, values);
    for (const char32_t value : values) result.push_back({value, point.origin});
  }
  return result;
}

}  // namespace

std::vector<NormalizedPoint> normalize(std::span<const CodePoint> text, std::uint32_t first,
                                       const NormalizerOptions& options) {
  Points points = cleaned(text, first, options);
  const bool ascii = std::all_of(points.begin(), points.end(),
                                 [](const NormalizedPoint& p) { return p.value < 0x80; });
  if (options.strip_accents && !ascii) {
    points = mapped(points, append_decomposition);
    order_marks(points);
    std::erase_if(points, [](const NormalizedPoint& p) { return is_nonspacing_mark(p.value); });
  }
  if (options.lowercase && ascii) {
    for (NormalizedPoint& p : points) {
      if (p.value >= 'A' && p.value <= 'Z') p.value += 'a' - 'A';
    }
  } else if (options.lowercase) {
    points = mapped(points, append_lower);
  }
  return points;
}

}  // namespace ratbench::text
