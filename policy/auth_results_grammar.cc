// The small productions of Authentication-Results.
#include "policy/auth_results_grammar.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace waarmerk::policy {
namespace {

/// The tspecials of RFC 2045 5.1, and the dot, which separates ptype from property.
constexpr std::string_view kSpecials = "()<>@,;:\\\"/[]?=.";

bool is_word_char(char c) {
  return !is_control(c) && c != ' ' && kSpecials.find(c) == std::string_view::npos;
}

/// What a quoted-string means: without quotes, escapes and folds. RFC 5322 3.2.4
std::string unquoted(std::string_view raw) {
  std::string text;
  const std::string_view inner = raw.substr(1, raw.size() - 2);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '\\' && i + 1 < inner.size()) ++i;
    if (inner[i] != '\r' && inner[i] != '\n') text += inner[i];
  }
  return text;
}

bool is_token_part(const Lexeme& lexeme) { return lexeme.is_word() || lexeme.is('.'); }

/// At least two labels of letters, digits, '-' and UTF-8. RFC 6376 3.5, RFC 6531 3.3
bool is_domain_name(std::string_view text) {
  const auto labels = split(text, '.');
  return labels.size() >= 2 && std::ranges::all_of(labels, [](std::string_view label) {
           const auto may_stand = [](char c) { return is_alnum(c) || c == '-' || !is_ascii(c); };
           return !label.empty() && std::ranges::all_of(label, may_stand) &&
                  !label.starts_with('-') && !label.ends_with('-');
         });
}

/// An octet of an atom: what a Word may hold, and '/', '=', '?'. RFC 5322 3.2.3
bool is_atom_part(const Lexeme& lexeme) {
  return lexeme.is_word() || lexeme.is('/') || lexeme.is('=') || lexeme.is('?');
}

/// Atoms or quoted-strings with single dots between them. RFC 5322 3.4.1, 4.4
bool is_local_part(Lexemes lexemes) {
  bool may_begin = true;  // an atom or a quoted-string may begin here
  bool in_atom = false;
  for (const Lexeme& lexeme : lexemes) {
    const bool joins = (may_begin || (in_atom && !lexeme.spaced)) && is_atom_part(lexeme);
    const bool quoted = may_begin && lexeme.kind == Lexeme::Kind::Quoted;
    const bool dot = !may_begin && lexeme.is('.');
    if (!joins && !quoted && !dot) return false;
    may_begin = dot;
    in_atom = joins;
  }
  return !may_begin;
}

}  // namespace

bool AuthResultsLexer::skip_comment() {
  std::size_t depth = 0;
  for (; at_ < body_.size(); ++at_) {
    const char c = body_[at_];
    if (c == '\\') ++at_;
    if (c == '(') ++depth;
    if (c == ')' && --depth == 0) {
      ++at_;
      return true;
    }
  }
  at_ = body_.size();
  return false;
}

bool AuthResultsLexer::skip_cfws() {
  while (at_ < body_.size()) {
    if (is_fws(body_[at_])) {
      ++at_;
    } else if (body_[at_] != '(') {
      return true;
    } else if (!skip_comment()) {
      return false;
    }
  }
  return true;
}

std::size_t AuthResultsLexer::lexeme_length() const {
  const std::string_view rest = body_.substr(at_);
  if (rest.front() == ')') return 0;
  if (rest.front() == '"') {
    for (std::size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == '"') return i + 1;
      if (rest[i] == '\\') ++i;
    }
    return 0;
  }
  const auto end = std::ranges::find_if_not(rest, is_word_char);
  return std::max<std::size_t>(1, static_cast<std::size_t>(end - rest.begin()));
}

Result<Segment> AuthResultsLexer::next() {
  Segment segment;
  for (;;) {
    const std::size_t before = at_;
    if (!skip_cfws()) return fail("a comment that does not end");
    if (at_ == body_.size()) {
      done_ = true;
      return segment;
    }
    const bool spaced = at_ != before;
    const std::size_t length = lexeme_length();
    if (length == 0) {
      return fail(body_[at_] == ')' ? "a ')' without '('" : "a quoted string that does not end",
                  "offset " + std::to_string(at_));
    }
    const std::string_view raw = body_.substr(at_, length);
    at_ += length;
    if (raw == ";") return segment;
    const auto kind = raw.front() == '"'          ? Lexeme::Kind::Quoted
                      : is_word_char(raw.front()) ? Lexeme::Kind::Word
                                                  : Lexeme::Kind::Special;
    segment.push_back({kind, spaced, raw});
  }
}

std::string raw_text(Lexemes lexemes) {
  std::string text;
  for (const Lexeme& lexeme : lexemes) text += lexeme.raw;
  return text;
}

std::string plain_text(Lexemes lexemes) {
  std::string text;
  for (const Lexeme& lexeme : lexemes) {
    if (lexeme.kind == Lexeme::Kind::Quoted) {
      text += unquoted(lexeme.raw);
    } else {
      text += lexeme.raw;
    }
  }
  return text;
}

std::size_t adjacent_count(Lexemes lexemes) {
  if (lexemes.empty()) return 0;
  const auto end = std::ranges::find_if(lexemes.subspan(1), &Lexeme::spaced);
  return 1 + static_cast<std::size_t>(end - lexemes.subspan(1).begin());
}

bool is_token(std::string_view text) {
  const auto may_stand = [](char c) { return is_word_char(c) || c == '.'; };
  return !text.empty() && std::ranges::all_of(text, may_stand);
}

bool is_value(Lexemes lexemes) {
  if (lexemes.empty() || adjacent_count(lexemes) != lexemes.size()) return false;
  if (lexemes.size() == 1 && lexemes.front().kind == Lexeme::Kind::Quoted) return true;
  return std::ranges::all_of(lexemes, is_token_part);
}

bool is_address(Lexemes lexemes) {
  const auto last = std::ranges::find_if(lexemes.rbegin(), lexemes.rend(),
                                         [](const Lexeme& lexeme) { return lexeme.is('@'); });
  if (last == lexemes.rend()) return false;
  const auto at = static_cast<std::size_t>(lexemes.rend() - last) - 1;
  const Lexemes domain = lexemes.subspan(at + 1);
  return (at == 0 || is_local_part(lexemes.first(at))) && adjacent_count(domain) == domain.size() &&
         (domain.empty() || !domain.front().spaced) && is_domain_name(raw_text(domain));
}

bool is_keyword(const Lexeme& lexeme) {
  const auto is_ldh = [](char c) { return is_alnum(c) || c == '-'; };
  return lexeme.is_word() && std::ranges::all_of(lexeme.raw, is_ldh) && !lexeme.raw.ends_with('-');
}

AuthservId read_authserv_id(Lexemes first_segment) {
  AuthservId id;
  // "spf=pass ..." where the authserv-id should stand: there is none.
  const auto is_equals_sign = [](const Lexeme& lexeme) { return lexeme.is('='); };
  if (std::ranges::any_of(first_segment, is_equals_sign)) return id;
  const std::size_t length = adjacent_count(first_segment);
  const Lexemes rest = first_segment.subspan(length);
  id.text = plain_text(first_segment.first(length));
  id.strict = is_value(first_segment.first(length)) && rest.size() <= 1;
  if (rest.empty()) return id;
  const std::string_view version = rest.front().raw;
  if (std::ranges::all_of(version, is_digit)) {
    constexpr unsigned kMax = std::numeric_limits<unsigned>::max();
    id.version = static_cast<unsigned>(parse_number(version, kMax).value_or(kMax));
  } else {
    id.strict = false;
  }
  return id;
}

}  // namespace waarmerk::policy
