#include "harness/store/export.hpp"

#include <sqlite3.h>
#include <unistd.h>

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

// A folder in `dir` for the files that are not all there yet; goes with the object.
class Drafts {
 public:
  explicit Drafts(const std::filesystem::path& dir)
      : folder_(dir / (".part-" + std::to_string(::getpid()))) {
    std::error_code error;
    std::filesystem::create_directory(folder_, error);
    if (error) fail(folder_, error.value());
  }
  ~Drafts() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Drafts(const Drafts&) = delete;
  Drafts& operator=(const Drafts&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

std::vector<std::filesystem::path> put_in_place(const std::filesystem::path& drafts,
                                                const std::vector<std::string>& views,
                                                const std::filesystem::path& dir) {
  std::vector<std::filesystem::path> targets;
  for (const std::string& view : views) {
    targets.push_back(dir / (view + ".csv"));
    // The one thing that stops a rename within a folder, seen before the first of them.
    if (std::filesystem::is_directory(targets.back())) fail(targets.back(), EISDIR);
  }
  for (const std::filesystem::path& target : targets) {
    std::error_code error;
    std::filesystem::rename(drafts / target.filename(), target, error);
    if (error) fail(target, error.value());
  }
  return targets;
}

}  // namespace

std::vector<std::filesystem::path> export_views(const Reader& reader,
                                                const std::filesystem::path& dir) {
  const bool fresh = !std::filesystem::exists(dir);
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) fail(dir, error.value());
  try {
    const Drafts drafts(dir);
    for (const std::string& view : reader.views())
      write_view(reader, view, drafts.folder() / (view + ".csv"));
    return put_in_place(drafts.folder(), reader.views(), dir);
  } catch (...) {
    if (fresh) std::filesystem::remove(dir, error);
    throw;
  }
}

}  // namespace ratbench::store
