#include "cli/moment.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"

namespace waarmerk::cli {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

/// "2h": how long ago.
std::optional<seconds> duration_from(std::string_view text) {
  constexpr std::pair<char, std::int64_t> kUnits[] = {
      {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
  if (text.empty()) return std::nullopt;
  const auto number = parse_number(text.substr(0, text.size() - 1), 1'000'000);
  if (!number) return std::nullopt;
  for (const auto& [letter, length] : kUnits) {
    if (text.back() == letter) return seconds(static_cast<std::int64_t>(*number) * length);
  }
  return std::nullopt;
}

/// Takes numbers and marks from the beginning of a text; the first that is missing spoils it.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  /// A number of exactly so many digits, at most `max`.
  int number(std::size_t digits, std::uint64_t max) {
    const auto value = parse_number(rest_.substr(0, digits), max);
    if (rest_.size() < digits || !value) good_ = false;
    rest_.remove_prefix(std::min(digits, rest_.size()));
    return static_cast<int>(value.value_or(0));
  }
  /// One of these characters, in any case; '\0' if there is none.
  char mark(std::string_view any_of) {
    if (rest_.empty() || any_of.find(to_lower(rest_.front())) == std::string_view::npos) {
      good_ = false;
      return '\0';
    }
    const char found = to_lower(rest_.front());
    rest_.remove_prefix(1);
    return found;
  }
  /// Digits as a part of a second; those behind the sixth do not count.
  microseconds fraction() {
    if (!rest_.starts_with('.')) return microseconds(0);
    rest_.remove_prefix(1);
    std::size_t digits = 0;
    while (digits < rest_.size() && is_digit(rest_[digits])) ++digits;
    std::string six(rest_.substr(0, std::min<std::size_t>(digits, 6)));
    if (digits == 0) good_ = false;
    rest_.remove_prefix(digits);
    six.resize(6, '0');
    return microseconds(static_cast<std::int64_t>(parse_number(six, 999'999).value_or(0)));
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::optional<WallTime> day_from(Reader& in) {
  using namespace std::chrono;
  const year y(in.number(4, 9999));
  in.mark("-");
  const month m(static_cast<unsigned>(in.number(2, 12)));
  in.mark("-");
  const day d(static_cast<unsigned>(in.number(2, 31)));
  const year_month_day date{y, m, d};
  if (!in.good() || !date.ok()) return std::nullopt;
  return WallTime(sys_days(date));
}

/// "Z" or "+02:00": what is to be taken off for UTC.
seconds offset_from(Reader& in) {
  const char sign = in.mark("z+-");
  if (sign == 'z' || sign == '\0') return seconds(0);
  const int hours = in.number(2, 23);
  in.mark(":");
  const seconds offset(hours * 3600 + in.number(2, 59) * 60);
  return sign == '-' ? -offset : offset;
}

std::optional<WallTime> moment_from(std::string_view text) {
  Reader in(text);
  auto moment = day_from(in);
  if (!moment || in.at_end()) return moment;
  in.mark("t ");
  *moment += seconds(in.number(2, 23) * 3600);
  in.mark(":");
  *moment += seconds(in.number(2, 59) * 60);
  in.mark(":");
  *moment += seconds(in.number(2, 60));
  *moment += in.fraction();
  *moment -= offset_from(in);
  return in.good() && in.at_end() ? moment : std::nullopt;
}

}  // namespace

Result<WallTime> parse_moment(std::string_view text, WallTime now) {
  if (const auto ago = duration_from(text)) return now - *ago;
  if (const auto moment = moment_from(text)) return *moment;
  return fail("not a time: \"" + printable(text, 60) +
              "\"; expected \"2026-05-01\", \"2026-05-01T12:00:00Z\" or how long ago, \"2h\"");
}

Result<std::optional<WallTime>> moment_of_option(std::string_view option, std::string_view text,
                                                 WallTime now) {
  if (text.empty()) return std::nullopt;
  const auto moment = parse_moment(text, now);
  if (!moment) return fail(moment.error().text, std::string(option));
  return *moment;
}

}  // namespace waarmerk::cli
