#include <algorithm>
#include <array>
#include <utility>

#include "harness/store/reader_impl.hpp"

namespace ratbench::store {
namespace {

// The documented views in alphabetical order with the keys that fix their row order.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kViews = {{
    {"v_attempt", "run_key, number"},
    {"v_benchmark", "host, name, measured_at, repetition"},
    {"v_cell", "experiment, cell_index, path"},
    {"v_claim", "experiment, claim"},
    {"v_class", "experiment, run_key, class_index"},
    {"v_cost", "experiment, measured_at, arm, baseline, above, is_aa, device"},
    {"v_epoch", "run_key, epoch, split, metric"},
    {"v_factor", "experiment, run_key, path, value"},
    {"v_metric", "experiment, run_key, split, selection, metric"},
    {"v_prediction", "run_key, split, selection, row, unit"},
    {"v_run", "experiment, cell_index, seed"},
    {"v_threshold", "run_key, selection, class"},
}};

std::string_view order_of(const std::string& view) {
  const auto found = std::find_if(kViews.begin(), kViews.end(),
                                  [&](const auto& known) { return known.first == view; });
  RB_CHECK(found != kViews.end());
  return found->second;
}

}  // namespace

std::vector<std::string> Reader::views() const {
  std::vector<std::string> names;
  for (const auto& [name, order] : kViews) names.emplace_back(name);
  return names;
}

std::vector<std::string> Reader::view_columns(const std::string& view) const {
  order_of(view);
  return impl_->read([&] {
    std::vector<std::string> columns;
    Query q = impl_->connection->query("SELECT name FROM pragma_table_info(?) ORDER BY cid");
    q.bind(view);
    while (q.step()) columns.push_back(q.text(0));
    return columns;
  });
}

void Reader::visit_view(const std::string& view, const RowVisitor& visit) const {
  const std::size_t columns = view_columns(view).size();
  impl_->read([&] {
    Query q = impl_->connection->query("SELECT * FROM " + view + " ORDER BY " +
                                       std::string(order_of(view)));
    std::vector<std::optional<std::string>> row(columns);
    while (q.step()) {
      for (std::size_t c = 0; c < columns; ++c) row[c] = q.shown(static_cast<int>(c));
      visit(row);
    }
  });
}

}  // namespace ratbench::store
