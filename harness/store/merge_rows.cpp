#include "harness/store/merge_rows.hpp"

#include <algorithm>
#include <optional>

#include "src/base/check.hpp"

namespace ratbench::store {
namespace {

std::vector<std::string> columns_of(Connection& connection, std::string_view table) {
  std::vector<std::string> columns;
  Query q = connection.query("SELECT name FROM pragma_table_info(?) ORDER BY cid");
  q.bind(std::string(table));
  while (q.step()) columns.push_back(q.text(0));
  RB_CHECK(!columns.empty());
  return columns;
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

std::string joined(const std::vector<std::string>& parts, const std::string& between,
                   const std::string& after = "") {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part + after;
  return text;
}

SqlValue value_of(const SQLite::Column& column) {
  if (column.isNull()) return std::monostate{};
  if (column.isInteger()) return column.getInt64();
  if (column.isFloat()) return column.getDouble();
  if (column.isBlob()) return BlobText{column.getString()};
  return column.getString();
}

// `value` outlives the next step of the statement.
void bind_value(SQLite::Statement& statement, int index, const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    statement.bind(index, *integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    statement.bind(index, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    statement.bindNoCopy(index, *text);
  } else if (const auto* blob = std::get_if<BlobText>(&value)) {
    statement.bindNoCopy(index, static_cast<const void*>(blob->bytes.data()),
                         static_cast<int>(blob->bytes.size()));
  } else {
    statement.bind(index);
  }
}

// Looks rows up by their key and inserts what is not there.
class Target {
 public:
  Target(Connection& into, const MergedTable& table, std::vector<std::string> columns)
      : into_(into), columns_(std::move(columns)) {
    if (!table.id.empty()) std::erase(columns_, table.id);
    const std::vector<std::string> marks(columns_.size(), "?");
    insert_.emplace(into.database(), "INSERT INTO " + std::string(table.name) + " (" +
                                         joined(columns_, ", ") + ") VALUES (" +
                                         joined(marks, ", ") + ")" +
                                         (table.key.empty() ? " ON CONFLICT DO NOTHING" : ""));
    if (table.key.empty()) return;
    key_ = table.key == "*" ? columns_ : split_at_commas(table.key);
    find_.emplace(into.database(), "SELECT " + std::string(table.id.empty() ? "1" : table.id) +
                                       " FROM " + std::string(table.name) + " WHERE " +
                                       joined(key_, " AND ", " IS ?"));
  }

  // The number of the row with this key, if there is one.
  std::optional<std::int64_t> find(MergedRow& row) {
    if (!find_) return std::nullopt;
    find_->reset();
    for (std::size_t i = 0; i < key_.size(); ++i)
      bind_value(*find_, static_cast<int>(i) + 1, row.at(key_[i]));
    std::optional<std::int64_t> number;
    if (find_->executeStep()) number = find_->getColumn(0).getInt64();
    find_->reset();
    return number;
  }
  // False when the primary key was there already.
  bool insert(MergedRow& row) {
    insert_->reset();
    for (std::size_t i = 0; i < columns_.size(); ++i)
      bind_value(*insert_, static_cast<int>(i) + 1, row.at(columns_[i]));
    return insert_->exec() > 0;
  }
  std::int64_t last_number() const { return into_.database().getLastInsertRowid(); }

 private:
  Connection& into_;
  std::vector<std::string> columns_;  // that are inserted
  std::vector<std::string> key_;
  std::optional<SQLite::Statement> insert_, find_;
};

}  // namespace

SqlValue& MergedRow::at(std::string_view column) {
  const auto found = std::find(columns_->begin(), columns_->end(), column);
  RB_CHECK(found != columns_->end());
  return values_[static_cast<std::size_t>(found - columns_->begin())];
}

// False when the row refers to one that was not taken.
bool RowCopier::translate(MergedRow& row, std::string_view own) const {
  for (std::size_t c = 0; c < row.columns().size(); ++c) {
    const std::string& column = row.columns()[c];
    if (column == own) continue;
    const auto map = ids_.find(column);
    auto* number = std::get_if<std::int64_t>(&row.values()[c]);
    if (map == ids_.end() || number == nullptr) continue;
    const auto known = map->second.find(*number);
    if (known == map->second.end()) return false;
    *number = known->second;
  }
  return true;
}

std::size_t RowCopier::copy(const MergedTable& table, const Change& change) {
  const std::vector<std::string> columns = columns_of(from_, table.name);
  Target target(into_, table, columns);
  SQLite::Statement all(from_.database(),
                        "SELECT " + joined(columns, ", ") + " FROM " + std::string(table.name) +
                            (table.id.empty() ? "" : " ORDER BY " + std::string(table.id)));
  IdMap* numbers = table.id.empty() ? nullptr : &ids(table.id);
  std::size_t added = 0;
  MergedRow row(columns);
  while (all.executeStep()) {
    for (std::size_t c = 0; c < columns.size(); ++c)
      row.values()[c] = value_of(all.getColumn(static_cast<int>(c)));
    const SqlValue old = table.id.empty() ? SqlValue() : row.at(table.id);
    if (!translate(row, table.id) || (change && !change(row))) continue;
    std::optional<std::int64_t> number = target.find(row);
    if (!number && target.insert(row)) {
      ++added;
      number = target.last_number();
    }
    if (numbers != nullptr && number) numbers->emplace(std::get<std::int64_t>(old), *number);
  }
  return added;
}

}  // namespace ratbench::store
