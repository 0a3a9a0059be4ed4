#include "harness/store/export.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "src/base/error.hpp"

namespace ratbench::store {
namespace {

// RFC 4180: quoted when it holds a quote, comma or line break; quotes doubled.
void append_field(std::string& line, const std::string& value) {
  if (value.find_first_of("\",\r\n") == std::string::npos) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

[[noreturn]] void fail(const std::filesystem::path& file, int error_number) {
  throw StoreError(file.string(), error_number == ENOSPC ? SQLITE_FULL : SQLITE_CANTOPEN,
                   std::string("cannot be written: ") + std::strerror(error_number) +
                       "; choose another folder with --out");
}

void write_view(const Reader& reader, const std::string& view, const std::filesystem::path& file) {
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  std::string line;
  const auto end_line = [&] {
    line += "\r\n";
    if (!out.write(line.data(), static_cast<std::streamsize>(line.size()))) fail(file, errno);
    line.clear();
  };
  for (const std::string& column : reader.view_columns(view)) {
    if (!line.empty()) line += ',';
    append_field(line, column);
  }
  end_line();
  reader.visit_view(view, [&](const auto& row) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (c > 0) line += ',';
      if (row[c]) append_field(line, *row[c]);
    }
    end_line();
  });
  out.close();
  if (!out) fail(file, errno);
}

}  // namespace

std::vector<std::filesystem::path> export_views(const Reader& reader,
                                                const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) fail(dir, error.value());
  std::vector<std::filesystem::path> written;
  for (const std::string& view : reader.views()) {
    const std::filesystem::path target = dir / (view + ".csv");
    const std::filesystem::path draft = dir / ("." + view + ".csv.part");
    try {
      write_view(reader, view, draft);
      std::filesystem::rename(draft, target, error);
      if (error) fail(target, error.value());
    } catch (...) {
      std::filesystem::remove(draft, error);
      throw;
    }
    written.push_back(target);
  }
  return written;
}

}  // namespace ratbench::store
