#include "reports/load_training.hpp"

#include <algorithm>
#include <cmath>

namespace ratbench::reports {
namespace {

// "1.0" and "1" are one value; the text is that of the tables.
std::string text_of(const specs::Config& config, std::string_view path, std::string fallback) {
  const specs::Value* value = config.find(path);
  return value == nullptr ? fallback : specs::to_text(*value);
}

// Share of attacked batches of row `i` of a history. Versions that did not count them evaluated
// after every epoch, and epochs are of equal length.
std::optional<double> attacked_share(const std::vector<protocol::EpochRecord>& rows, std::size_t i,
                                     const std::string& attacked) {
  if (rows[i].batches == 0) return std::nullopt;
  if (rows[i].batches > 0)
    return static_cast<double>(rows[i].attacked_batches) / static_cast<double>(rows[i].batches);
  const std::size_t length = attacked.size() / rows.size();
  if (length == 0 || attacked.size() % rows.size() != 0) return std::nullopt;
  const auto begin = attacked.begin() + static_cast<std::ptrdiff_t>(length * i);
  const auto end = begin + static_cast<std::ptrdiff_t>(length);
  return static_cast<double>(std::count(begin, end, '1')) / static_cast<double>(length);
}

EpochValues& row_of(std::vector<EpochValues>& rows, int epoch) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const EpochValues& row) { return row.epoch == epoch; });
  if (found != rows.end()) return *found;
  rows.emplace_back().epoch = epoch;
  return rows.back();
}

void add_history(const store::Reader& reader, const std::string& run_key, const std::string& metric,
                 CellData& cell) {
  const std::vector<protocol::EpochRecord> records = reader.epochs(run_key);
  // What is not trained, the majority, has no curve.
  if (std::all_of(records.begin(), records.end(), [](const auto& r) { return r.batches == 0; }))
    return;
  const std::string attacked = reader.attacked(run_key);
  for (std::size_t i = 0; i < records.size(); ++i) {
    EpochValues& row = row_of(cell.training.epochs, records[i].epoch);
    if (std::isfinite(records[i].train_loss)) row.train_loss.push_back(records[i].train_loss);
    const auto value = records[i].val.find(metric);
    if (value != records[i].val.end()) row.val_metric.push_back(value->second);
    if (const auto share = attacked_share(records, i, attacked)) row.attacked.push_back(*share);
  }
}

// At most so many batches of a cell are marked: more cannot be told apart in a panel.
constexpr std::size_t kMostMarks = 240;

// Evenly thinned batches of one run, with the place of each on the axis of epochs.
BatchMarks marks_of(const store::Reader& reader, const CellRun& run) {
  const std::vector<protocol::EpochRecord> records = reader.epochs(run.run_key);
  const std::vector<float> losses = reader.step_losses(run.run_key);
  const std::string attacked = reader.attacked(run.run_key);
  BatchMarks marks{run.seed, losses.size() / kMostMarks + 1, {}};
  if (records.empty() || attacked.size() != losses.size()) return marks;
  std::size_t begin = 0;
  for (const protocol::EpochRecord& record : records) {
    // Versions that did not count batches evaluated after every epoch, of equal length.
    const std::size_t length = record.batches >= 0 ? static_cast<std::size_t>(record.batches)
                                                   : losses.size() / records.size();
    const std::size_t end = std::min(begin + length, losses.size());
    for (std::size_t i = begin; i < end; ++i) {
      if (i % marks.every != 0 || !std::isfinite(losses[i])) continue;
      const double part = (static_cast<double>(i - begin) + 0.5) / static_cast<double>(length);
      marks.batches.push_back({record.epoch - 0.5 + part, losses[i], attacked[i] == '1'});
    }
    begin = end;
  }
  return marks;
}

}  // namespace

TrainingData attack_of(const specs::Config& config) {
  TrainingData training;
  if (config.has("train.eval_steps")) training.eval_steps = config.integer("train.eval_steps");
  training.attack = config.text_or("attack.name", "none");
  if (training.clean()) return training;
  training.p_rat = text_of(config, "attack.p_rat", "1");
  training.ball = config.text_or("attack.ball", training.attack == "smart" ? "linf" : "l2");
  training.norm = config.text_or("attack.norm", "sample");
  training.unit_size = config.text_or("attack.variant", "paper") == "mtdnn";
  training.zero_epsilon = text_of(config, "attack.epsilon", "") == "0";
  return training;
}

void add_training(const store::Reader& reader, ReportData& data) {
  const std::size_t count = std::min(kMostCurves, data.cells.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = count == 1 ? 0 : i * (data.cells.size() - 1) / (count - 1);
    CellData& cell = data.cells[at];
    for (const CellRun& run : cell.runs) {
      if (run.status != "done") continue;
      if (cell.training.epochs.empty()) cell.training.marks = marks_of(reader, run);
      add_history(reader, run.run_key, data.leading_metric(cell), cell);
    }
    std::sort(cell.training.epochs.begin(), cell.training.epochs.end(),
              [](const EpochValues& a, const EpochValues& b) { return a.epoch < b.epoch; });
  }
}

}  // namespace ratbench::reports
