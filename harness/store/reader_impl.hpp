// The state behind Reader, shared by reader.cpp (experiments, cells, runs), reader_records.cpp
// (what a run recorded) and reader_views.cpp (the documented views).
#pragma once

#include <memory>
#include <string>

#include "harness/store/connection.hpp"
#include "harness/store/reader.hpp"

namespace ratbench::store {

struct Reader::Impl {
  explicit Impl(const std::filesystem::path& file);

  // Runs `body`, SQLite's exceptions becoming StoreError.
  template <typename Body>
  auto read(Body&& body) {
    return connection->guarded("read", std::forward<Body>(body));
  }
  // Single text of one row; empty when there is none.
  template <typename... Values>
  std::string text(const std::string& sql, const Values&... values) {
    return read([&] {
      Query one = connection->query(sql);
      return one.bind(values...).step() ? one.text(0) : std::string();
    });
  }
  std::optional<double> mean(const std::string& column, const std::string& experiment);

  std::unique_ptr<Connection> connection;
};

}  // namespace ratbench::store
