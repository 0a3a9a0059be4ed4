#include "harness/cli/date_time.hpp"

namespace ratbench::cli {
namespace {

// Takes a text from its beginning; once something else is found than was asked for, `ok` is false.
class Scan {
 public:
  explicit Scan(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

  bool next_is(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok_ = next_is(c) && ok_; }

  // Exactly `digits` of them, a number not above `most`.
  int number(int digits, int most) {
    int value = 0;
    for (int i = 0; i < digits; ++i) value = 10 * value + digit();
    ok_ = ok_ && value <= most;
    return value;
  }

  // Nanoseconds of a fraction of any length, one digit at least.
  std::chrono::nanoseconds fraction() {
    std::chrono::nanoseconds::rep value = 0;
    std::chrono::nanoseconds::rep unit = 100'000'000;
    do {
      value += digit() * unit;
      unit /= 10;
    } while (!rest_.empty() && is_digit(rest_.front()));
    return std::chrono::nanoseconds(value);
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  int digit() {
    if (rest_.empty() || !is_digit(rest_.front())) {
      ok_ = false;
      return 0;
    }
    const int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
  bool ok_ = true;
};

std::chrono::minutes offset(Scan& scan) {
  if (scan.next_is('Z')) return std::chrono::minutes(0);
  const bool west = scan.next_is('-');
  if (!west) scan.expect('+');
  const std::chrono::hours hours(scan.number(2, 23));
  scan.next_is(':');
  const std::chrono::minutes minutes(scan.number(2, 59));
  return west ? -(hours + minutes) : hours + minutes;
}

}  // namespace

std::optional<Moment> moment_of(std::string_view text) {
  // What nanoseconds of 64 bits reach to; before 1970 nothing was measured.
  constexpr int kFirstYear = 1970, kLastYear = 2261;
  Scan scan(text);
  const int year = scan.number(4, kLastYear);
  scan.expect('-');
  const int month = scan.number(2, 12);
  scan.expect('-');
  const int day = scan.number(2, 31);
  scan.expect('T');
  const std::chrono::hours hours(scan.number(2, 23));
  scan.expect(':');
  const std::chrono::minutes minutes(scan.number(2, 59));
  scan.expect(':');
  const std::chrono::seconds seconds(scan.number(2, 60));  // 60: a leap second
  const std::chrono::nanoseconds fraction =
      scan.next_is('.') ? scan.fraction() : std::chrono::nanoseconds(0);
  const std::chrono::minutes east = offset(scan);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!scan.ok() || !scan.at_end() || year < kFirstYear || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + hours + minutes + seconds + fraction - east;
}

}  // namespace ratbench::cli
