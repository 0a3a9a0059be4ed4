// One SQLite connection with cached statements and errors in our own words. Internal to this
// folder; nothing outside it includes an SQLite header.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "src/base/check.hpp"
#include "src/base/error.hpp"

namespace ratbench::store {

// Turns SQLite's complaint into a StoreError that says what was being done and what helps.
[[noreturn]] void throw_store_error(const std::filesystem::path& file, const std::string& doing,
                                    const SQLite::Exception& error);

// Bytes bound as BLOB instead of TEXT.
struct Blob {
  std::string_view bytes;
};

// A borrowed statement: bound from 1 in order, reset when this leaves scope.
class Query {
 public:
  explicit Query(SQLite::Statement& statement) : statement_(statement) {}
  ~Query() {
    statement_.tryReset();
    try {
      statement_.clearBindings();
    } catch (const SQLite::Exception&) {
      // Bindings are overwritten by the next use anyway.
    }
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  template <typename... Values>
  Query& bind(const Values&... values) {
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }
  // Starts over with new values.
  template <typename... Values>
  void run(const Values&... values) {
    statement_.reset();
    bind(values...);
    while (statement_.executeStep()) {
    }
  }
  bool step() { return statement_.executeStep(); }
  // Before it is bound anew.
  void reset() { statement_.reset(); }

  bool is_null(int column) const { return statement_.getColumn(column).isNull(); }
  std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
  double real(int column) const { return statement_.getColumn(column).getDouble(); }
  std::string text(int column) const { return statement_.getColumn(column).getString(); }
  std::string_view view(int column) const {
    const SQLite::Column value = statement_.getColumn(column);
    const char* text = value.getText();
    return {text, static_cast<std::size_t>(value.getBytes())};
  }
  // The value as text, reals in shortest round-trip form; nothing for NULL.
  std::optional<std::string> shown(int column) const;

 private:
  void bind_one(int index, const std::string& text) { statement_.bind(index, text); }
  void bind_one(int index, Blob blob) {
    statement_.bind(index, static_cast<const void*>(blob.bytes.data()),
                    static_cast<int>(blob.bytes.size()));
  }
  void bind_one(int index, const char* text) { statement_.bind(index, text); }
  void bind_one(int index, double value) { statement_.bind(index, value); }
  void bind_one(int index, std::nullopt_t) { statement_.bind(index); }
  template <typename T>
  void bind_one(int index, const std::optional<T>& value) {
    if (value) {
      bind_one(index, *value);
    } else {
      statement_.bind(index);
    }
  }
  template <typename T>
  requires std::is_integral_v<T>
  void bind_one(int index, T value) { statement_.bind(index, static_cast<std::int64_t>(value)); }

  SQLite::Statement& statement_;
};

class Connection {
 public:
  // `uri` is what SQLite opens, `file` what messages name.
  Connection(const std::string& uri, std::filesystem::path file, int flags);

  // One Query per text may be alive at a time.
  Query query(const std::string& sql);
  void execute(const std::string& sql) { database_.exec(sql); }
  std::int64_t number(const std::string& sql);
  SQLite::Database& database() { return database_; }
  const std::filesystem::path& file() const { return file_; }

  // Runs `body`, SQLite's exceptions becoming StoreError.
  template <typename Body>
  auto guarded(const std::string& doing, Body&& body) {
    try {
      return body();
    } catch (const SQLite::Exception& error) {
      throw_store_error(file_, doing, error);
    } catch (const std::invalid_argument& error) {
      // What this program never wrote.
      throw StoreError(file_.string(), 0, error.what());
    }
  }

  // Runs `body` inside one write transaction, rolled back when it throws. `before_commit` and
  // `after_commit` are fault points or null.
  template <typename Body>
  auto transaction(const std::string& doing, const char* before_commit, const char* after_commit,
                   Body&& body) {
    return guarded(doing, [&] {
      begin();
      try {
        if constexpr (std::is_void_v<std::invoke_result_t<Body>>) {
          body();
          commit(before_commit, after_commit);
        } else {
          auto result = body();
          commit(before_commit, after_commit);
          return result;
        }
      } catch (...) {
        roll_back();
        throw;
      }
    });
  }

 private:
  void begin();
  void commit(const char* before_commit, const char* after_commit);
  void roll_back() noexcept;

  std::filesystem::path file_;
  SQLite::Database database_;
  std::map<std::string, SQLite::Statement, std::less<>> statements_;
};

}  // namespace ratbench::store
