// ASCII text as mail and DNS use it: octets, never the locale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waarmerk {

/// True for SP and HTAB, the WSP of RFC 5234 B.1.
[[nodiscard]] constexpr bool is_wsp(char c) { return c == ' ' || c == '\t'; }
/// True for WSP, CR and LF: what may stand inside folding white space.
[[nodiscard]] constexpr bool is_fws(char c) { return is_wsp(c) || c == '\r' || c == '\n'; }
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }
/// True for octets below 0x20 and for DEL.
[[nodiscard]] constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}
[[nodiscard]] constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

[[nodiscard]] constexpr char to_lower(char c) {
  return (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The text with A-Z turned into a-z; other octets stay as they are.
[[nodiscard]] std::string to_lower(std::string_view text);
/// Equality without regard to the case of ASCII letters.
[[nodiscard]] bool iequals(std::string_view a, std::string_view b);
/// True if `text` begins with `prefix`, without regard to the case of ASCII letters.
[[nodiscard]] bool istarts_with(std::string_view text, std::string_view prefix);

/// Without WSP, CR and LF at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);
/// Without WSP, CR and LF at the end.
[[nodiscard]] std::string_view trim_right(std::string_view text);
/// The pieces between `separator`; always at least one. The views live as long as `text`.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

[[nodiscard]] bool is_all_ascii(std::string_view text);
/// True if the octets are well-formed UTF-8 (no surrogates, no overlong forms). RFC 3629 4
[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// Length of the well-formed UTF-8 sequence that `text` begins with, 1 to 4; 0 if it begins with
/// none. RFC 3629 4
[[nodiscard]] std::size_t utf8_sequence_length(std::string_view text);

/// A plain decimal number: digits only (leading zeros are taken), at most `max`.
/// nullopt for an empty text, another character, or a number above `max`.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view digits, std::uint64_t max);

/// Network text made safe for one line of a log, a reply or a comment: printable ASCII stays, every
/// other octet becomes '?', and the result has at most `max_length` octets (then it ends in "...").
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_length = 200);

/// The same for several lines of any length, whose ends stay.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// What the system says of an errno: "Permission denied". Thread-safe.
[[nodiscard]] std::string system_error_text(int code);

}  // namespace waarmerk
