// A mail in the words of RFC 5322, safe by construction: every text goes through field().
#include "reporting/delivery/report_mail.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

#include "base/text.h"

namespace waarmerk::reporting {
namespace {

/// RFC 5322 2.1.1: lines should be so long at most, and must not have more than 998 octets.
constexpr std::size_t kFoldAt = 78;
/// No word of ours is longer than a file name of two domain names.
constexpr std::size_t kMaxWord = 900;

/// A field of printable ASCII, with line ends only before a space, where a word would not fit.
std::string field(std::string_view name, std::string_view value) {
  std::string text = std::string(name) + ":";
  std::size_t line = text.size();
  for (const std::string_view piece : split(value, ' ')) {
    if (piece.empty()) continue;
    const std::string word = printable(piece, kMaxWord);
    const bool is_first = line == name.size() + 1;
    if (!is_first && line + 1 + word.size() > kFoldAt) {
      text += "\r\n";
      line = 0;
    }
    text += ' ' + word;
    line += 1 + word.size();
  }
  return text;
}

constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string date_text(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000",
                kDays.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::vector<std::string> header_fields(const ReportMail& mail) {
  return {field("Date", date_text(mail.date)), field("From", mail.from.text()),
          field("To", mail.to.text()), field("Subject", mail.subject),
          field("Message-ID", mail.message_id), field("MIME-Version", "1.0"),
          // Nobody's absence needs to be told to us. RFC 3834 5
          field("Auto-Submitted", "auto-generated")};
}

std::string disposition_field(const ReportMail& mail) {
  std::string name;
  for (const char c : printable(mail.file_name, kMaxWord)) {
    // Neither occurs in a domain name; both would end the quoted string.
    name += c == '"' || c == '\\' || c == ' ' ? '_' : c;
  }
  return field("Content-Disposition", "attachment; filename=\"" + name + "\"");
}

std::string note_text(const ReportMail& mail) {
  std::string text;
  for (const std::string_view line : split(mail.note, '\n')) {
    text += printable(trim_right(line), kMaxWord) + "\r\n";
  }
  return text;
}

}  // namespace waarmerk::reporting
