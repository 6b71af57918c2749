// Escaping for JSON strings, and where the commas go.
#include "base/json.h"

#include <algorithm>

#include "base/text.h"

namespace waarmerk {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// The octets that a JSON string holds as they are. DEL is legal there, but no terminal wants it.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t octet = 0x20; octet < 0x7F; ++octet) plain[octet] = true;
  plain['"'] = false;
  plain['\\'] = false;
  return plain;
}();

bool is_plain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

/// The letter of a two-character escape, or NUL when there is none. RFC 8259 7
constexpr char short_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\n':
      return 'n';
    case '\t':
      return 't';
    case '\r':
      return 'r';
    default:
      return '\0';
  }
}

void append_unit(std::string& out, std::uint32_t unit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) out += kDigits[(unit >> shift) & 0xFU];
}

/// Code points beyond the basic plane are written as a surrogate pair.
void append_code_point(std::string& out, char32_t point) {
  if (point < 0x10000) {
    append_unit(out, point);
    return;
  }
  const std::uint32_t offset = point - 0x10000;
  append_unit(out, 0xD800 + (offset >> 10U));
  append_unit(out, 0xDC00 + (offset & 0x3FFU));
}

/// The code point of a well-formed sequence of 1 to 4 octets. RFC 3629 3
char32_t decode(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence.front());
  if (sequence.size() == 1) return first;
  // The first octet of a sequence of n octets carries 7 - n bits.
  char32_t point = first & (0x7FU >> sequence.size());
  for (const char c : sequence.substr(1)) {
    point = (point << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  }
  return point;
}

/// Escapes what `text` begins with; returns how many octets that were.
std::size_t append_escaped(std::string& out, std::string_view text) {
  if (const char letter = short_escape(text.front()); letter != '\0') {
    out += {'\\', letter};
    return 1;
  }
  const std::size_t length = utf8_sequence_length(text);
  append_code_point(out, length == 0 ? kReplacement : decode(text.substr(0, length)));
  return std::max<std::size_t>(length, 1);
}

}  // namespace

JsonWriter& JsonWriter::key(std::string_view name) {
  out_ += needs_comma_ ? ",\"" : "\"";
  out_ += name;
  out_ += "\":";
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  separate();
  out_ += '"';
  while (!text.empty()) {
    const auto plain_end = std::ranges::find_if_not(text, is_plain);
    const auto plain = static_cast<std::size_t>(plain_end - text.begin());
    out_ += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(append_escaped(out_, text));
  }
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::members(std::string_view object) {
  const std::string_view inside = object.substr(1, object.size() - 2);
  return inside.empty() ? *this : literal(inside);
}

void JsonWriter::separate() {
  if (needs_comma_) out_ += ',';
  needs_comma_ = true;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::literal(std::string_view text) {
  separate();
  out_ += text;
  return *this;
}

}  // namespace waarmerk
