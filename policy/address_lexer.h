// The tokens of address header fields: comments, folding and quoting end here. RFC 5322 3.2, 4.1
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waarmerk::policy {

struct AddressToken {
  enum class Kind : std::uint8_t {
    End,
    Atom,         ///< a run of octets that are neither special nor white space, also beyond ASCII
    Quoted,       ///< a quoted-string
    EncodedWord,  ///< an encoded-word that holds an '@': display text, never a part of an address
    Literal,      ///< a domain-literal, or "[text]" in a display name
    Dot,
    At,
    Comma,
    Colon,
    Semicolon,
    Less,
    Greater,
    Bad,  ///< what no token begins with, or one that does not end; `text` says which
  };
  Kind kind = Kind::End;
  /// The octets of the token, quotes and brackets included. Lives as long as the text that is read;
  /// for Bad it is a phrase for people and lives forever.
  std::string_view text;
};

/// Cuts the body of an address field into tokens. White space and comments separate tokens and are
/// dropped; nested comments are counted, not recursed into. Backslashes escape inside comments,
/// quoted strings and literals only. Encoded words are not decoded. Linear: every octet is looked
/// at a bounded number of times. After End or Bad no other token comes.
/// RFC 5322 3.2, 4.1, RFC 2047 5
class AddressLexer {
 public:
  /// `text` must outlive the lexer.
  explicit AddressLexer(std::string_view text) : rest_(text) {}

  [[nodiscard]] AddressToken next();

 private:
  AddressToken take(AddressToken::Kind kind, std::size_t length);
  AddressToken bad(std::string_view problem);
  AddressToken delimited(AddressToken::Kind kind, char closing, std::string_view problem);
  AddressToken literal();
  [[nodiscard]] bool skip_white_space_and_comments();

  std::string_view rest_;
};

}  // namespace waarmerk::policy
