// Reading macro strings and expanding them, from the right where only the right end matters.
#include "policy/spf/macro.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/quoted.h"
#include "base/result.h"
#include "base/text.h"

namespace waarmerk::policy::spf {
namespace {

constexpr std::string_view kLetters = "slodipvhcrt";  // in the order of MacroLetter
constexpr std::size_t kMaxName = 253;
// More parts than any value has labels; RFC 7208 7.3 asks for 128 at least.
constexpr std::uint32_t kMaxParts = 100'000;

std::unexpected<SyntaxError> syntax_error(std::string what, std::size_t offset) {
  return std::unexpected(SyntaxError{std::move(what), offset});
}

bool is_literal(char c, MacroUse use) {
  return (c > ' ' && c < '\x7f' && c != '%') || (c == ' ' && use == MacroUse::Explanation);
}

std::optional<MacroLetter> letter_of(char c, MacroUse use) {
  const auto index = kLetters.find(to_lower(c));
  if (index == std::string_view::npos) return std::nullopt;
  const auto letter = static_cast<MacroLetter>(index);
  if (letter >= MacroLetter::ReadableIp && use == MacroUse::Record) return std::nullopt;
  return letter;
}

/// What "%%", "%_" or "%-" stands for; empty when none of them is at `at`.
std::string_view escape_at(std::string_view text, std::size_t at) {
  const auto escape = text.substr(at, 2);
  if (escape == "%%") return "%";
  if (escape == "%_") return " ";
  return escape == "%-" ? "%20" : "";
}

/// Where the "%{" at `at` is closed; npos when there is none, or it stays open.
std::size_t closing_brace(std::string_view text, std::size_t at) {
  return text.substr(at, 2) == "%{" ? text.find('}', at) : std::string_view::npos;
}

/// Reads what stands between the braces: letter, transformers, delimiters.
Parsed<Macro> parse_macro(std::string_view body, MacroUse use) {
  const auto letter = body.empty() ? std::nullopt : letter_of(body.front(), use);
  if (!letter) return syntax_error(in_quotes(body) + " begins with no macro letter", 0);
  Macro macro{.letter = *letter, .url_escaped = body.front() != to_lower(body.front())};
  std::size_t next = 1;
  while (next < body.size() && is_digit(body[next])) {
    const auto digit = static_cast<std::uint32_t>(body[next++] - '0');
    macro.parts = std::min(kMaxParts, macro.parts * 10 + digit);
  }
  if (next > 1 && macro.parts == 0) return syntax_error("a macro that keeps 0 parts", 1);
  if (next < body.size() && to_lower(body[next]) == 'r') {
    macro.reversed = true;
    ++next;
  }
  if (next == body.size()) return macro;
  macro.delimiters = 0;
  for (; next < body.size(); ++next) {
    const auto index = kDelimiters.find(body[next]);
    if (index == std::string_view::npos) {
      return syntax_error(in_quotes(body.substr(next, 1)) + " is no macro delimiter", next);
    }
    macro.delimiters = static_cast<std::uint8_t>(macro.delimiters | (1U << index));
  }
  return macro;
}

/// Where the last macro-expand of a valid macro-string ends; 0 if there is none.
std::size_t end_of_last_macro(std::string_view text) {
  std::size_t end = 0;
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', end)) {
    end = text[at + 1] == '{' ? text.find('}', at) + 1 : at + 2;
  }
  return end;
}

/// toplabel = ( *alphanum ALPHA *alphanum ) / ( 1*alphanum "-" *( alphanum / "-" ) alphanum )
bool is_toplabel(std::string_view label) {
  if (label.empty() || !is_alnum(label.front()) || !is_alnum(label.back())) return false;
  return std::ranges::all_of(label, [](char c) { return is_alnum(c) || c == '-'; }) &&
         !std::ranges::all_of(label, is_digit);
}

bool has_domain_end(std::string_view text) {
  std::string_view tail = text.substr(end_of_last_macro(text));
  if (tail.empty()) return !text.empty();
  if (tail.ends_with('.')) tail.remove_suffix(1);
  const auto dot = tail.rfind('.');
  return dot != std::string_view::npos && is_toplabel(tail.substr(dot + 1));
}

bool is_delimiter(char c, const Macro& macro) {
  const auto index = kDelimiters.find(c);
  return index != std::string_view::npos && (macro.delimiters >> index & 1U) != 0;
}

/// The last `macro.parts` parts of the value. What is not kept is not read.
std::string_view right_parts(std::string_view value, const Macro& macro) {
  std::uint32_t parts = 0;
  for (std::size_t i = value.size(); i > 0; --i) {
    if (is_delimiter(value[i - 1], macro) && ++parts == macro.parts) return value.substr(i);
  }
  return value;
}

/// The first `macro.parts` parts: after a reversal they are the last ones.
std::string_view left_parts(std::string_view value, const Macro& macro) {
  std::uint32_t parts = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (is_delimiter(value[i], macro) && ++parts == macro.parts) return value.substr(0, i);
  }
  return value;
}

/// The parts in reverse order, joined with dots.
std::string reversed(std::string_view value, const Macro& macro) {
  std::string result;
  result.reserve(value.size());
  std::size_t end = value.size();
  for (std::size_t i = value.size(); i > 0; --i) {
    if (!is_delimiter(value[i - 1], macro)) continue;
    result.append(value.substr(i, end - i)).push_back('.');
    end = i - 1;
  }
  return result.append(value.substr(0, end));
}

/// Splits, reverses, keeps and joins with dots. RFC 7208 7.3
std::string transformed(std::string_view value, const Macro& macro) {
  if (macro.reversed) return reversed(left_parts(value, macro), macro);
  std::string result(right_parts(value, macro));
  for (char& c : result) {
    if (is_delimiter(c, macro)) c = '.';
  }
  return result;
}

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

/// Percent-encodes all but the unreserved characters. RFC 3986 2.1, 2.3
std::string url_escaped(std::string_view text) {
  constexpr std::string_view kUnreserved = "-._~";
  std::string result;
  for (const char c : text) {
    if (is_alnum(c) || kUnreserved.find(c) != std::string_view::npos) {
      result += c;
    } else {
      const auto octet = static_cast<unsigned char>(c);
      result += {'%', kHexDigits[octet >> 4U], kHexDigits[octet & 0xFU]};
    }
  }
  return result;
}

/// Dotted quad, or one nibble after the other with dots. RFC 7208 7.3
std::string dotted_ip(const IpAddress& ip) {
  if (ip.is_v4()) return ip.text();
  std::string nibbles;
  for (const std::uint8_t octet : ip.octets()) {
    nibbles += {kHexDigits[octet >> 4U], '.', kHexDigits[octet & 0xFU], '.'};
  }
  nibbles.pop_back();
  return nibbles;
}

std::string unix_seconds(WallTime time) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

/// What the macro stands for. Values that have to be made are kept in `made`.
std::string_view value_of(MacroLetter letter, const MacroContext& context, std::string& made) {
  switch (letter) {
    case MacroLetter::Sender:
      made.append(context.local_part).append("@").append(context.sender_domain);
      return made;
    case MacroLetter::LocalPart:
      return context.local_part;
    case MacroLetter::SenderDomain:
      return context.sender_domain;
    case MacroLetter::Domain:
      return context.domain;
    case MacroLetter::Ip:
      return made = dotted_ip(context.client);
    case MacroLetter::ClientName:
      return context.client_name;
    case MacroLetter::IpVersion:
      return context.client.is_v4() ? "in-addr" : "ip6";
    case MacroLetter::Helo:
      return context.helo;
    case MacroLetter::ReadableIp:
      return made = context.client.text();
    case MacroLetter::Receiver:
      return context.receiver.empty() ? std::string_view("unknown") : context.receiver;
    case MacroLetter::Time:
      return made = unix_seconds(context.time);
  }
  return {};
}

std::string expand_piece(const MacroString::Piece& piece, const MacroContext& context) {
  return std::visit(Overloaded{[](const std::string& literal) { return literal; },
                               [&context](const Macro& macro) {
                                 std::string made;
                                 const auto value = value_of(macro.letter, context, made);
                                 std::string text = transformed(value, macro);
                                 return macro.url_escaped ? url_escaped(text) : text;
                               }},
                    piece);
}

/// The end of the expansion: all of it, or at least the last 254 octets (and a final dot).
std::string end_of_expansion(const MacroString& spec, const MacroContext& context) {
  std::vector<std::string> backwards;
  std::size_t length = 0;
  for (auto piece = spec.pieces().rbegin(); piece != spec.pieces().rend(); ++piece) {
    backwards.push_back(expand_piece(*piece, context));
    length += backwards.back().size();
    if (length > kMaxName + 1) break;
  }
  std::string text;
  text.reserve(length);
  for (auto part = backwards.rbegin(); part != backwards.rend(); ++part) text += *part;
  return text;
}

/// Without as many labels from the left as it takes to fit.
std::string_view fitting_labels(std::string_view name) {
  if (name.size() <= kMaxName) return name;
  const auto dot = name.find('.', name.size() - kMaxName - 1);
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
}

}  // namespace

std::string& MacroString::literal() {
  if (pieces_.empty() || !std::holds_alternative<std::string>(pieces_.back())) {
    pieces_.emplace_back(std::string());
  }
  return std::get<std::string>(pieces_.back());
}

Parsed<MacroString> MacroString::parse(std::string_view text, MacroUse use) {
  MacroString result;
  for (std::size_t next = 0; next < text.size();) {
    if (is_literal(text[next], use)) {
      const auto rest = text.substr(next);
      const auto end = std::ranges::find_if_not(rest, [use](char c) { return is_literal(c, use); });
      const auto length = static_cast<std::size_t>(end - rest.begin());
      result.literal().append(rest.substr(0, length));
      next += length;
      continue;
    }
    if (text[next] != '%') {
      return syntax_error("a character that may not stand here: " + in_quotes(text.substr(next, 1)),
                          next);
    }
    if (const auto plain = escape_at(text, next); !plain.empty()) {
      result.literal() += plain;
      next += 2;
      continue;
    }
    const auto close = closing_brace(text, next);
    if (close == std::string_view::npos) {
      return syntax_error(in_quotes(text.substr(next, 10)) + " is no macro", next);
    }
    const auto macro = parse_macro(text.substr(next + 2, close - next - 2), use);
    if (!macro) return syntax_error(macro.error().what, next + 2 + macro.error().offset);
    result.letters_ = static_cast<std::uint16_t>(result.letters_ | bit(macro->letter));
    result.pieces_.emplace_back(*macro);
    next = close + 1;
  }
  return result;
}

Parsed<MacroString> MacroString::parse_domain_spec(std::string_view text) {
  if (text.empty()) return syntax_error("no domain name where one is expected", 0);
  auto result = parse(text, MacroUse::Record);
  if (!result || has_domain_end(text)) return result;
  if (IpAddress::parse(text)) {
    return syntax_error("the address " + in_quotes(text) + " where a domain name is expected", 0);
  }
  return syntax_error(in_quotes(text) + " does not end as a domain name does", 0);
}

std::expected<DomainName, NoName> expand_name(const MacroString& spec,
                                              const MacroContext& context) {
  const bool takes_local_part = spec.uses(MacroLetter::Sender) || spec.uses(MacroLetter::LocalPart);
  if (takes_local_part && !is_all_ascii(context.local_part)) {
    return std::unexpected(NoName::NotAscii);
  }
  const std::string text = end_of_expansion(spec, context);
  std::string_view name = text;
  if (name.ends_with('.')) name.remove_suffix(1);
  name = fitting_labels(name);
  if (!is_all_ascii(name)) return std::unexpected(NoName::NotAscii);
  // from_octets would forgive another final dot; here it is an empty label.
  auto parsed = name.ends_with('.') ? fail("an empty label") : DomainName::from_octets(name);
  if (!parsed) return std::unexpected(NoName::CannotExist);
  return std::move(*parsed);
}

std::string expand_text(const MacroString& text, const MacroContext& context,
                        std::size_t max_length) {
  std::string result;
  for (const auto& piece : text.pieces()) {
    result += expand_piece(piece, context);
    if (result.size() >= max_length) break;
  }
  result.resize(std::min(result.size(), max_length));
  return result;
}

}  // namespace waarmerk::policy::spf
