// The small productions of Authentication-Results: lexemes, values, the authserv-id. Reader, writer
// and the search for forged fields agree by sharing them.
// RFC 8601 2.2, RFC 5322 3.2.2, RFC 2045 5.1
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace waarmerk::policy {

/// The smallest piece that has a sense of its own.
struct Lexeme {
  enum class Kind : std::uint8_t {
    Word,     ///< token characters without the dot; octets from 0x80 on count as such (RFC 6532)
    Quoted,   ///< a whole quoted-string
    Special,  ///< one other octet, also the dot
  };
  Kind kind = Kind::Word;
  /// Comments or white space stand before it.
  bool spaced = false;
  /// As it stands in the body, with quotes.
  std::string_view raw;

  [[nodiscard]] bool is(char special) const {
    return kind == Kind::Special && raw.front() == special;
  }
  [[nodiscard]] bool is_word() const { return kind == Kind::Word; }
};

/// The lexemes between two ';' of the outermost level.
using Segment = std::vector<Lexeme>;
using Lexemes = std::span<const Lexeme>;

/// Cuts a field body into segments: `next (!done next)*`. Linear time, no recursion: comments are
/// counted, however deep they nest. The body must outlive the segments.
class AuthResultsLexer {
 public:
  explicit AuthResultsLexer(std::string_view body) : body_(body) {}

  /// The next segment, without its ';'. Error for an unbalanced comment or an open quoted-string;
  /// nothing can be read after an error.
  Result<Segment> next();
  /// True when the body has ended; a body that ends in ';' has an empty last segment.
  [[nodiscard]] bool done() const { return done_; }
  /// What was read so far, as it stands in the body.
  [[nodiscard]] std::string_view consumed() const { return body_.substr(0, at_); }

 private:
  /// False: a comment does not end.
  bool skip_cfws();
  bool skip_comment();
  /// Length of the lexeme at the present place; 0 if it has no end, or is a stray ')'.
  [[nodiscard]] std::size_t lexeme_length() const;

  std::string_view body_;
  std::size_t at_ = 0;
  bool done_ = false;
};

/// The text of lexemes as it stands in the body, without the white space and comments between them.
[[nodiscard]] std::string raw_text(Lexemes lexemes);
/// The same with every quoted-string replaced by what it means.
[[nodiscard]] std::string plain_text(Lexemes lexemes);
/// True for a token of RFC 2045 5.1, octets from 0x80 on included.
[[nodiscard]] bool is_token(std::string_view text);
/// True for a token or one quoted-string: the "value" of RFC 8601 2.2.
[[nodiscard]] bool is_value(Lexemes lexemes);
/// True for [ [ local-part ] "@" ] domain-name with the '@' present, e.g. "@example.com": what a
/// pvalue may be without quotes beside a value. RFC 8601 2.2
[[nodiscard]] bool is_address(Lexemes lexemes);
/// True for a Keyword: letters, digits and '-', the last one no '-'. RFC 5321 4.1.2
[[nodiscard]] bool is_keyword(const Lexeme& lexeme);
/// How many lexemes from the first on belong together, nothing standing between them.
[[nodiscard]] std::size_t adjacent_count(Lexemes lexemes);

/// The beginning of a field.
struct AuthservId {
  /// Unquoted, as written. Empty when there is none: the first segment is a result, or nothing.
  std::string text;
  unsigned version = 1;
  /// By the grammar.
  bool strict = false;
};
/// Reads the first segment of a field. RFC 8601 2.2, R-13
[[nodiscard]] AuthservId read_authserv_id(Lexemes first_segment);

}  // namespace waarmerk::policy
