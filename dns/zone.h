// DNS data in a text file, as a Lookup: for `waarmerk check --dns FILE` and for tests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "dns/lookup.h"

namespace waarmerk::dns {

/// TTL of every answer of a Zone.
inline constexpr std::chrono::seconds kZoneTtl{300};

/// Octets written as a value of a zone file: what Zone::parse reads back as the same octets.
[[nodiscard]] std::string escape_zone_text(std::string_view octets);

/// Records and scripted failures, read from text. Each line is one of
///
///     owner TYPE value      A AAAA MX TXT CNAME PTR NS TLSA; several lines are several records
///     owner TYPE !WORD      NXDOMAIN NODATA SERVFAIL TIMEOUT BOGUS, for that type
///     owner * !WORD         the same, for every type of the owner that has no line of its own
///     owner +ad             all answers of that owner are Secure
///     # a comment, or nothing
///
/// Exactly one space separates the parts. The value of TXT is the rest of the line, which may be
/// empty; `\DDD` is an octet in decimal and `\\` a backslash, in values and owners alike. A `!` at
/// its beginning or a space at an end must be written `\DDD`. MX is `preference name`, where `.` is
/// the root; TLSA is `usage selector matching hexadecimal`. Names may end in a dot; their case does
/// not matter.
///
/// A name exists if it, or a name below it, owns a line. `*.x` answers for the names below x that
/// do not exist and have no existing name in between (RFC 4592). CNAMEs are followed; a chain is
/// Secure if all its owners are.
///
/// Never changes after it was made, so any number of threads may ask it. It knows no time: TIMEOUT
/// answers at once.
class Zone final : public Lookup {
 public:
  /// A zone in which no name exists.
  Zone() = default;
  /// Reads a whole file. Errors say `source`:line.
  static Result<Zone> parse(std::string_view text, std::string_view source = "zone");

  /// Adds one TXT record, any octets. Like every change: before the zone is shared.
  void add_txt(const DomainName& owner, std::string octets);

  void prefetch(const Question&) override {}
  [[nodiscard]] AnswerPtr get(const Question& question, Instant deadline) override;

 private:
  /// What is known of one name; empty for names that exist only because of those below.
  struct Node {
    bool is_secure = false;
    std::map<Type, Answer> answers;
    /// For the types without an answer of their own.
    std::optional<Answer> otherwise;
  };

  Result<void> add_line(std::string_view line);
  Result<void> add_word(Node& node, std::string_view type, std::string_view word);
  Result<void> add_record(Node& node, Type type, std::string_view value);
  Node& node_at(const DomainName& name);
  [[nodiscard]] const Node* closest_match(const DomainName& name) const;
  [[nodiscard]] Answer answer(const Question& question) const;

  /// Every name that exists.
  std::unordered_map<DomainName, Node> nodes_;
};

}  // namespace waarmerk::dns
