// The tokens of address header fields, cut without looking back.
#include "policy/address_lexer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace waarmerk::policy {
namespace {

using Kind = AddressToken::Kind;

constexpr std::array<std::pair<char, Kind>, 7> kSingles{{
    {'.', Kind::Dot},
    {'@', Kind::At},
    {',', Kind::Comma},
    {':', Kind::Colon},
    {';', Kind::Semicolon},
    {'<', Kind::Less},
    {'>', Kind::Greater},
}};

std::optional<Kind> single(char c) {
  const auto found = std::ranges::find(kSingles, c, &std::pair<char, Kind>::first);
  if (found == kSingles.end()) return std::nullopt;
  return found->second;
}

/// RFC 5322 3.2.3: specials end an atom, and so does white space. Everything else may stand in it;
/// the one place where more is asked, the domain, is checked by DomainName.
bool is_atom_char(char c) {
  return !is_fws(c) && std::string_view("()<>[]:;@\\,.\"").find(c) == std::string_view::npos;
}

std::size_t atom_length(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_atom_char) - text.begin());
}

/// Length of the piece of an encoded-word up to the next '?': atom characters, '.' and '@'.
std::size_t piece_length(std::string_view text) {
  const auto end = std::ranges::find_if_not(
      text, [](char c) { return c != '?' && (is_atom_char(c) || c == '@' || c == '.'); });
  return static_cast<std::size_t>(end - text.begin());
}

/// Length of the encoded-word at the beginning of `text`, "=?charset?encoding?text?="; 0 if there
/// is none. Sloppy writers leave '@' bare inside; other specials could restructure the list for a
/// reader that does not know encoded words, so they end the attempt. RFC 2047 2
std::size_t encoded_word_length(std::string_view text) {
  if (!text.starts_with("=?")) return 0;
  std::size_t at = 1;
  for (int piece = 0; piece < 3; ++piece) {
    const std::size_t length = piece_length(text.substr(at + 1));
    at += 1 + length;
    if (length == 0 || at >= text.size() || text[at] != '?') return 0;
  }
  return text.substr(at + 1).starts_with('=') ? at + 2 : 0;
}

/// Length of a text that ends with an unescaped `closing`, beginning behind the opening character;
/// npos if it does not end.
std::size_t length_to(char closing, std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == closing) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

/// Length of a comment with all comments in it; npos if it does not end.
std::size_t comment_length(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')' && --depth == 0) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

}  // namespace

AddressToken AddressLexer::take(Kind kind, std::size_t length) {
  const AddressToken token{kind, rest_.substr(0, length)};
  rest_.remove_prefix(length);
  return token;
}

AddressToken AddressLexer::bad(std::string_view problem) {
  rest_ = {};
  return {Kind::Bad, problem};
}

AddressToken AddressLexer::delimited(Kind kind, char closing, std::string_view problem) {
  const std::size_t length = length_to(closing, rest_);
  return length == std::string_view::npos ? bad(problem) : take(kind, length);
}

/// No literal holds an '@', and a reader that takes brackets for text would see an address.
AddressToken AddressLexer::literal() {
  const AddressToken token = delimited(Kind::Literal, ']', "a '[' without ']'");
  return token.text.find('@') == std::string_view::npos ? token : bad("an '@' inside '[' and ']'");
}

bool AddressLexer::skip_white_space_and_comments() {
  while (!rest_.empty()) {
    if (is_fws(rest_.front())) {
      rest_.remove_prefix(1);
      continue;
    }
    if (rest_.front() != '(') return true;
    const std::size_t length = comment_length(rest_);
    if (length == std::string_view::npos) return false;
    rest_.remove_prefix(length);
  }
  return true;
}

AddressToken AddressLexer::next() {
  if (!skip_white_space_and_comments()) return bad("a comment that does not end");
  if (rest_.empty()) return {};
  if (const auto kind = single(rest_.front())) return take(*kind, 1);
  switch (rest_.front()) {
    case '"':
      return delimited(Kind::Quoted, '"', "a quoted string that does not end");
    case '[':
      return literal();
    case ']':
      return bad("a ']' without '['");
    case ')':
      return bad("a ')' without '('");
    case '\\':
      return bad("a '\\' outside a quoted string");
    default:
      break;
  }
  const std::size_t encoded = encoded_word_length(rest_);
  if (rest_.substr(0, encoded).find('@') != std::string_view::npos) {
    return take(Kind::EncodedWord, encoded);
  }
  return take(Kind::Atom, atom_length(rest_));
}

}  // namespace waarmerk::policy
