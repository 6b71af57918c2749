#include "base/text.h"

#include <algorithm>
#include <system_error>

namespace waarmerk {

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = to_lower(c);
  return lower;
}

bool iequals(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool istarts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && iequals(text.substr(0, prefix.size()), prefix);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_fws(text.front())) text.remove_prefix(1);
  return trim_right(text);
}

std::string_view trim_right(std::string_view text) {
  while (!text.empty() && is_fws(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const auto end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

bool is_all_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_ascii(c); });
}

namespace {

/// The shape of one UTF-8 sequence, known from its first octet. RFC 3629 4
struct Sequence {
  std::size_t length = 0;  ///< 0: this octet begins no sequence
  unsigned char second_min = 0x80;
  unsigned char second_max = 0xBF;
};

Sequence sequence_of(unsigned char first) {
  if (first < 0x80) return {1};
  if (first < 0xC2) return {};
  if (first < 0xE0) return {2};
  // The second octet is narrowed where the full range would be an overlong form, a surrogate, or
  // beyond U+10FFFF.
  if (first == 0xE0) return {3, 0xA0, 0xBF};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first < 0xF0) return {3};
  if (first == 0xF0) return {4, 0x90, 0xBF};
  if (first < 0xF4) return {4};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

}  // namespace

std::size_t utf8_sequence_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto octet = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const Sequence shape = sequence_of(octet(0));
  if (shape.length == 0 || shape.length > text.size()) return 0;
  if (shape.length == 1) return 1;
  if (octet(1) < shape.second_min || octet(1) > shape.second_max) return 0;
  for (std::size_t i = 2; i < shape.length; ++i) {
    if ((octet(i) & 0xC0U) != 0x80U) return 0;
  }
  return shape.length;
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::optional<std::uint64_t> parse_number(std::string_view digits, std::uint64_t max) {
  if (digits.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (digit > max || value > (max - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

std::string printable(std::string_view text, std::size_t max_length) {
  const bool cut = text.size() > max_length;
  std::string safe(text.substr(0, max_length));
  for (char& c : safe) {
    if (is_control(c) || !is_ascii(c)) c = '?';
  }
  if (cut && max_length >= 3) safe.replace(max_length - 3, 3, "...");
  return safe;
}

std::string printable_lines(std::string_view text) {
  std::string safe;
  for (const std::string_view line : split(text, '\n')) {
    if (!safe.empty() || line.data() != text.data()) safe += '\n';
    safe += printable(line, line.size());
  }
  return safe;
}

std::string system_error_text(int code) { return std::generic_category().message(code); }

}  // namespace waarmerk
