// Macro strings: the %{...} language of SPF records and explanations. Pure. RFC 7208 7
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/domain_name.h"
#include "base/ip_address.h"

namespace waarmerk::policy::spf {

/// Where a text breaks its grammar, and the offending piece as a phrase. Printable.
struct SyntaxError {
  std::string what;
  /// Of the piece, in octets from the beginning of the text that was parsed.
  std::size_t offset = 0;

  bool operator==(const SyntaxError&) const = default;
};
template <typename T>
using Parsed = std::expected<T, SyntaxError>;

/// What a macro stands for, with its letter. RFC 7208 7.2
enum class MacroLetter : std::uint8_t {
  Sender,        ///< s
  LocalPart,     ///< l
  SenderDomain,  ///< o
  Domain,        ///< d
  Ip,            ///< i
  ClientName,    ///< p
  IpVersion,     ///< v
  Helo,          ///< h
  ReadableIp,    ///< c
  Receiver,      ///< r
  Time,          ///< t
};

/// Which grammar holds: c, r, t and spaces belong to explanation texts only. RFC 7208 6.2, 7.2
enum class MacroUse : std::uint8_t { Record, Explanation };

/// One "%{...}". RFC 7208 7.1
struct Macro {
  MacroLetter letter = MacroLetter::Domain;
  /// The letter was upper-case: the result is percent-encoded. RFC 7208 7.3
  bool url_escaped = false;
  bool reversed = false;
  /// How many parts are kept; 0: all of them.
  std::uint32_t parts = 0;
  /// What the value is split at, a bit for each character of kDelimiters.
  std::uint8_t delimiters = 1;

  bool operator==(const Macro&) const = default;
};
inline constexpr std::string_view kDelimiters = ".-+,/_=";

/// A parsed macro-string. "%%", "%_" and "%-" are literal text by now.
///
///     macro-string  = *( macro-expand / macro-literal )
///     macro-expand  = ( "%{" macro-letter transformers *delimiter "}" ) / "%%" / "%_" / "%-"
///     macro-literal = %x21-24 / %x26-7E
///     transformers  = *DIGIT [ "r" ]
///     delimiter     = "." / "-" / "+" / "," / "/" / "_" / "="
///     domain-spec   = macro-string domain-end
///     domain-end    = ( "." toplabel [ "." ] ) / macro-expand
///     explain-string = *( macro-string / SP )
///
/// A value. RFC 7208 7.1
class MacroString {
 public:
  using Piece = std::variant<std::string, Macro>;

  /// Reads a macro-string, or an explain-string; it may be empty.
  static Parsed<MacroString> parse(std::string_view text, MacroUse use);
  /// Reads a domain-spec, which is never empty.
  static Parsed<MacroString> parse_domain_spec(std::string_view text);

  /// True if a macro of that letter occurs.
  [[nodiscard]] bool uses(MacroLetter letter) const { return (letters_ & bit(letter)) != 0; }
  [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }

  bool operator==(const MacroString&) const = default;

 private:
  static std::uint16_t bit(MacroLetter letter) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(letter));
  }
  std::string& literal();

  std::vector<Piece> pieces_;
  std::uint16_t letters_ = 0;
};

/// What macros stand for in one record. Everything is borrowed. RFC 7208 7.2
struct MacroContext {
  const IpAddress& client;
  std::string_view local_part;
  std::string_view sender_domain;
  std::string_view domain;
  std::string_view helo;
  std::string_view receiver;
  WallTime time{};
  /// The validated name of the client. RFC 7208 7.3
  std::string_view client_name = "unknown";
};

/// Why an expansion gives no name to ask.
enum class NoName : std::uint8_t {
  CannotExist,  ///< an empty or overlong label: no such name can be in the DNS
  NotAscii,     ///< a non-ASCII local part, or another value with such octets. RFC 8616 4
};

/// Expands a domain-spec to the name that is asked: one final dot is dropped, and whole labels are
/// cut from the left until at most 253 octets remain. Pure; its time depends on the pieces and
/// 253 octets, not on how long the values are. RFC 7208 7.3, RFC 8616 4
[[nodiscard]] std::expected<DomainName, NoName> expand_name(const MacroString& spec,
                                                            const MacroContext& context);

/// Expands an explanation text, cut at `max_length` octets. The octets are not checked.
/// RFC 7208 6.2
[[nodiscard]] std::string expand_text(const MacroString& text, const MacroContext& context,
                                      std::size_t max_length);

}  // namespace waarmerk::policy::spf
