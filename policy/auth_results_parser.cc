// Reads Authentication-Results fields: by the grammar where they keep it, else what is sure.
// RFC 8601 2.2
#include <algorithm>
#include <limits>
#include <optional>

#include "base/text.h"
#include "policy/auth_results.h"
#include "policy/auth_results_grammar.h"

namespace waarmerk::policy {
namespace {

/// How many lexemes make up the pvalue that the text begins with. White space may stand before '@'.
std::size_t value_length(Lexemes lexemes) {
  std::size_t length = 0;
  for (; length < lexemes.size(); ++length) {
    const Lexeme& next = lexemes[length];
    if (length == 0 || next.is('@')) continue;
    // A property may follow a quoted-string without a space between them.
    const bool after_quoted = lexemes[length - 1].kind == Lexeme::Kind::Quoted;
    if (next.spaced || (after_quoted && next.is_word())) break;
  }
  return length;
}

/// `name = value`: what a resinfo is made of, the method and its result too.
struct Item {
  Lexemes name;
  Lexemes value;
};

/// Reads one field; used once.
class Parser {
 public:
  explicit Parser(std::string_view body) : lexer_(body) {
    parsed_.tolerated = !is_valid_utf8(body);
  }

  Result<AuthenticationResults> parse();

 private:
  /// The segment that holds the authserv-id.
  void read_first(Lexemes segment);
  /// Any other: a resinfo, or "none".
  void read_segment(Lexemes segment);
  void read_resinfo(Lexemes segment);
  /// Takes the next item off `rest`; nullopt when none is left.
  std::optional<Item> next_item(Lexemes& rest);
  void read_method(Lexemes name, MethodResult& into);
  /// A reason or a property.
  void read_detail(const Item& item, MethodResult& into);
  std::string property_value(Lexemes value);
  void tolerate_unless(bool strict) { parsed_.tolerated |= !strict; }

  AuthResultsLexer lexer_;
  AuthenticationResults parsed_;
  std::size_t segments_ = 0;  ///< behind the authserv-id, empty ones not counted
  bool none_ = false;         ///< one of them is "none"
};

Result<AuthenticationResults> Parser::parse() {
  const auto first = lexer_.next();
  if (!first) return std::unexpected(first.error());
  if (first->empty()) return fail("no authserv-id");
  read_first(*first);
  while (!lexer_.done()) {
    const auto segment = lexer_.next();
    if (!segment) return std::unexpected(segment.error());
    read_segment(*segment);
  }
  if (none_ && segments_ > 1) return fail("\"none\" beside results");
  tolerate_unless(segments_ > 0 && parsed_.version == 1);
  // Another version may mean something else by the same words. RFC 8601 2.2
  if (parsed_.version != 1) parsed_.results.clear();
  return std::move(parsed_);
}

void Parser::read_first(Lexemes segment) {
  AuthservId id = read_authserv_id(segment);
  tolerate_unless(id.strict);
  parsed_.version = id.version;
  parsed_.authserv_id = std::move(id.text);
  // A result stands in its place.
  if (!id.strict && parsed_.authserv_id.empty()) read_segment(segment);
}

void Parser::read_segment(Lexemes segment) {
  tolerate_unless(!segment.empty());
  if (segment.empty()) return;
  ++segments_;
  if (segment.size() == 1 && iequals(segment.front().raw, "none")) {
    none_ = true;
  } else {
    read_resinfo(segment);
  }
}

std::optional<Item> Parser::next_item(Lexemes& rest) {
  std::size_t begin = 0;
  std::size_t sign = 0;
  for (; sign < rest.size() && !rest[sign].is('='); ++sign) {
    // Two words side by side cannot be one name: the first is a stray one.
    if (sign > 0 && rest[sign].is_word() && !rest[sign - 1].is('.') && !rest[sign - 1].is('/')) {
      begin = sign;
    }
  }
  tolerate_unless(begin == 0 && (sign < rest.size() || rest.empty()));
  if (sign == rest.size()) return std::nullopt;
  const Lexemes behind = rest.subspan(sign + 1);
  const Item item{rest.subspan(begin, sign - begin), behind.first(value_length(behind))};
  rest = behind.subspan(item.value.size());
  return item;
}

void Parser::read_method(Lexemes name, MethodResult& into) {
  const auto slash =
      std::ranges::find_if(name, [](const Lexeme& lexeme) { return lexeme.is('/'); });
  const auto length = static_cast<std::size_t>(slash - name.begin());
  into.method = to_lower(raw_text(name.first(length)));
  tolerate_unless(length == 1 && is_keyword(name.front()));
  if (length == name.size()) return;
  constexpr unsigned kMax = std::numeric_limits<unsigned>::max();
  const auto version = parse_number(raw_text(name.subspan(length + 1)), kMax);
  tolerate_unless(version.has_value());
  if (version) into.version = static_cast<unsigned>(*version);
}

std::string Parser::property_value(Lexemes value) {
  if (is_value(value)) return plain_text(value);
  tolerate_unless(is_address(value));
  return raw_text(value);
}

void Parser::read_detail(const Item& item, MethodResult& into) {
  const Lexemes name = item.name;
  if (name.size() == 1 && iequals(name.front().raw, "reason")) {
    tolerate_unless(is_value(item.value) && into.properties.empty() && into.reason.empty());
    into.reason = plain_text(item.value);
    return;
  }
  const bool is_property = name.size() == 3 && name[0].is_word() && name[1].is('.') &&
                           name[2].is_word() && !item.value.empty();
  tolerate_unless(is_property && is_keyword(name[0]) && is_keyword(name[2]));
  if (!is_property) return;
  into.properties.emplace_back(to_lower(raw_text(name)), property_value(item.value));
}

void Parser::read_resinfo(Lexemes segment) {
  const auto head = next_item(segment);
  const bool readable = head && !head->name.empty() && !head->value.empty();
  tolerate_unless(readable);
  if (!readable) return;
  MethodResult result;
  read_method(head->name, result);
  result.result = to_lower(raw_text(head->value));
  tolerate_unless(head->value.size() == 1 && is_keyword(head->value.front()));
  while (const auto item = next_item(segment)) read_detail(*item, result);
  parsed_.results.push_back(std::move(result));
}

}  // namespace

Result<AuthenticationResults> parse_auth_results(std::string_view body) {
  const auto is_forbidden = [](char c) { return is_control(c) && !is_fws(c); };
  if (std::ranges::any_of(body, is_forbidden)) return fail("a control octet");
  return Parser(body).parse();
}

}  // namespace waarmerk::policy
