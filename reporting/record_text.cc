// Tables and small grammars for the values of a record.
#include "reporting/record_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/text.h"
#include "base/words.h"

namespace waarmerk::reporting {
namespace {

using policy::DiscoveryMethod;
using policy::Engine;
using policy::EvidenceItem;
using policy::Mode;
using policy::dmarc::AlignmentMode;
using policy::dmarc::Psd;

constexpr Words<EvidenceItem::Speaks, 2> kSpeaks{{{
    {EvidenceItem::Speaks::ForForgery, "forgery"},
    {EvidenceItem::Speaks::ForIndirectMail, "indirect_mail"},
}}};

constexpr Words<AlignmentMode, 2> kAlignments{{{
    {AlignmentMode::Relaxed, "r"},
    {AlignmentMode::Strict, "s"},
}}};

constexpr Words<Psd, 3> kPsds{{{
    {Psd::Unspecified, "u"},
    {Psd::Yes, "y"},
    {Psd::No, "n"},
}}};

/// Where the digits of a timestamp stand; every other position holds the character of the form.
constexpr std::string_view kTimeForm = "0000-00-00T00:00:00.000000Z";

/// Writes `value` with leading zeros over the `digits` characters of `text` from `begin`.
void put_number(std::string& text, std::size_t begin, std::size_t digits, std::int64_t value) {
  for (std::size_t i = digits; i > 0; --i) {
    text[begin + i - 1] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

int number_at(std::string_view text, std::size_t begin, std::size_t digits) {
  int value = 0;
  for (const char c : text.substr(begin, digits)) value = value * 10 + (c - '0');
  return value;
}

bool has_time_form(std::string_view text) {
  return std::ranges::equal(
      text, kTimeForm, [](char c, char form) { return form == '0' ? is_digit(c) : c == form; });
}

constexpr bool is_plain_octet(char c) {
  return c != '\\' && c != ' ' && is_ascii(c) && !is_control(c);
}

/// The octet of an escape behind its backslash, and how long the escape is: "\\" or "DDD".
struct Escape {
  char octet;
  std::size_t length;
};

std::optional<Escape> escape_at(std::string_view text) {
  if (text.starts_with('\\')) return Escape{'\\', 1};
  if (text.size() < 3) return std::nullopt;
  const auto value = parse_number(text.substr(0, 3), 255);
  if (!value) return std::nullopt;
  return Escape{static_cast<char>(*value), 3};
}

}  // namespace

std::string timestamp(WallTime time) {
  using namespace std::chrono;
  constexpr WallTime kFirst = sys_days{year{0} / January / 1};
  constexpr WallTime kLast = sys_days{year{10000} / January / 1} - microseconds{1};
  time = std::clamp(time, kFirst, kLast);
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::string text(kTimeForm);
  put_number(text, 0, 4, int{date.year()});
  put_number(text, 5, 2, unsigned{date.month()});
  put_number(text, 8, 2, unsigned{date.day()});
  put_number(text, 11, 2, clock.hours().count());
  put_number(text, 14, 2, clock.minutes().count());
  put_number(text, 17, 2, clock.seconds().count());
  put_number(text, 20, 6, clock.subseconds().count());
  return text;
}

std::optional<WallTime> timestamp_from(std::string_view text) {
  using namespace std::chrono;
  if (!has_time_form(text)) return std::nullopt;
  const year_month_day date{year{number_at(text, 0, 4)},
                            month{static_cast<unsigned>(number_at(text, 5, 2))},
                            day{static_cast<unsigned>(number_at(text, 8, 2))}};
  const hours hour{number_at(text, 11, 2)};
  const minutes minute{number_at(text, 14, 2)};
  const seconds second{number_at(text, 17, 2)};
  if (!date.ok() || hour >= hours{24} || minute >= minutes{60} || second >= seconds{60}) {
    return std::nullopt;
  }
  return sys_days{date} + hour + minute + second + microseconds{number_at(text, 20, 6)};
}

bool is_plain_name(const DomainName& name) {
  return std::ranges::all_of(name.text(), is_plain_octet);
}

std::string spell_name(const DomainName& name) {
  std::string spelled;
  for (const char c : name.text()) {
    if (is_plain_octet(c)) {
      spelled += c;
    } else if (c == '\\') {
      spelled += "\\\\";
    } else {
      spelled += "\\000";
      put_number(spelled, spelled.size() - 3, 3, static_cast<unsigned char>(c));
    }
  }
  return spelled;
}

std::optional<DomainName> name_from(std::string_view text) {
  std::string octets;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\') {
      octets += c;
      continue;
    }
    const auto escape = escape_at(text);
    if (!escape) return std::nullopt;
    octets += escape->octet;
    text.remove_prefix(escape->length);
  }
  auto name = DomainName::from_octets(octets);
  if (!name) return std::nullopt;
  return std::move(*name);
}

std::string_view to_word(Mode mode) { return policy::kModeWords.word(mode); }
std::optional<Mode> mode_from(std::string_view word) { return policy::kModeWords.find(word); }

std::string_view to_word(Engine engine) { return policy::kEngineWords.word(engine); }
std::optional<Engine> engine_from(std::string_view word) { return policy::kEngineWords.find(word); }

std::string_view to_word(DiscoveryMethod method) { return policy::kDiscoveryWords.word(method); }
std::optional<DiscoveryMethod> discovery_from(std::string_view word) {
  return policy::kDiscoveryWords.find(word);
}

std::string_view to_word(EvidenceItem::Speaks speaks) { return kSpeaks.word(speaks); }
std::optional<EvidenceItem::Speaks> speaks_from(std::string_view word) {
  return kSpeaks.find(word);
}

std::string_view to_word(AlignmentMode mode) { return kAlignments.word(mode); }
std::optional<AlignmentMode> alignment_from(std::string_view word) {
  return kAlignments.find(word);
}

std::string_view to_word(Psd psd) { return kPsds.word(psd); }
std::optional<Psd> psd_from(std::string_view word) { return kPsds.find(word); }

}  // namespace waarmerk::reporting
