// Authentication-Results: ours, written; others', recognised when they could be read as ours.
// RFC 8601
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "policy/facts.h"
#include "policy/message.h"
#include "policy/settings.h"
#include "policy/verdict.h"

namespace waarmerk::policy {

/// The name of the field, in the spelling of the RFC.
inline constexpr std::string_view kAuthResultsName = "Authentication-Results";

/// One resinfo of a field. RFC 8601 2.2
struct MethodResult {
  std::string method;  ///< lower case
  /// The version after the method's name; 1 when absent.
  unsigned version = 1;
  std::string result;  ///< lower case
  std::string reason;
  /// "ptype.property" in lower case, with the unquoted value, in the order of the field. A value
  /// that is an address with a quoted local-part keeps those quotes.
  std::vector<std::pair<std::string, std::string>> properties;
  /// For people: written behind the result; comments that are read are dropped.
  std::string comment;

  bool operator==(const MethodResult&) const = default;
};

struct AuthenticationResults {
  std::string authserv_id;  ///< unquoted, as written; empty when the field begins with a result
  /// The version after the authserv-id; 1 when absent.
  unsigned version = 1;
  /// Empty for "none", and for a version that is not ours to interpret.
  std::vector<MethodResult> results;
  /// For people: written at the end; comments that are read are dropped.
  std::string comment;
  /// The body breaks the grammar somewhere; what could be read surely was kept.
  bool tolerated = false;

  bool operator==(const AuthenticationResults&) const = default;
};

/// Parses a field body. Strict first; deviations that are common in the wild set `tolerated`: they
/// cost the piece they are in, or nothing when its sense is plain. Error when no reading is sure:
/// an unbalanced comment or quote, a control octet, "none" beside results, or nothing at all.
/// Linear time, no recursion. RFC 8601 2.2
[[nodiscard]] Result<AuthenticationResults> parse_auth_results(std::string_view body);

/// True if a field with this body could be taken for one of ours by some reader: its authserv-id is
/// one of `ours` in any spelling (case, comments, quotes, final dot, version, A-label or U-label, a
/// job number after a slash), or it cannot be read surely and contains one of them. RFC 8601 5,
/// R-12..R-15
[[nodiscard]] bool could_be_ours(std::string_view body, const std::vector<std::string>& ours);

/// True if a field of this name could be taken for one of ours, whatever it says:
/// Authentication-Results and X-Waarmerk-*, in any case and with white space before the colon.
///
[[nodiscard]] bool is_claim(const HeaderField& field);

/// A header field to delete: `index` counts the fields of that name from the top, from 1, as the
/// milter protocol does.
struct FieldPosition {
  /// As received, also with white space before the colon; that is the name the MTA searches for.
  std::string name;
  /// Among the fields whose received name is equal in any case.
  unsigned index = 0;

  bool operator==(const FieldPosition&) const = default;
};

/// The fields of a message that must go: Authentication-Results that could be ours, and every
/// X-Waarmerk-* field, in any case and with white space before the colon. In the order in which
/// they are to be deleted: from the bottom of the message up, so that no deletion moves another.
/// Of `unread`, the names of further fields that stand below all of these, every one goes.
///
[[nodiscard]] std::vector<FieldPosition> forged_fields(HeaderFields fields,
                                                       const std::vector<std::string>& ours,
                                                       std::span<const std::string> unread = {});

/// The fields of a message that go by these settings: the forged ones, `own_id` being our name, and
/// if `milter.remove_foreign_results` is set, those of others that do not surely name one of
/// `milter.kept_authserv_ids`. Order and `unread` as in forged_fields(). R-16
[[nodiscard]] std::vector<FieldPosition> unwanted_fields(HeaderFields fields,
                                                         const Settings::Milter& settings,
                                                         const std::string& own_id,
                                                         std::span<const std::string> unread = {});

/// Who the client logged in as. No part of Facts: a name for a person is in no log of ours.
struct Login {
  /// The SASL mechanism.
  std::string mechanism;
  /// Empty: there was no login, or it is nobody's business whose it was.
  std::string name;

  bool operator==(const Login&) const = default;
};

/// What we say of a message: that its client logged in, SPF for each identity that was checked,
/// DMARC for each author domain, with the reasons why something else is done than its owner asks,
/// the client's reverse name where the mail server looked at it, then every signature. Of a message
/// that was not judged nothing but the login, and a comment. Whether there was a login is in
/// `facts`. The texts are not yet fit for a header field. R-05..R-08, R-11, R-23, K-23
[[nodiscard]] AuthenticationResults auth_results_of(std::string_view authserv_id,
                                                    const Facts& facts, const Verdict& verdict,
                                                    const Login& login = {});

/// At most so many results are written, in so many octets; a comment behind counts the rest.
inline constexpr std::size_t kMaxWrittenResults = 100;
inline constexpr std::size_t kMaxWrittenOctets = 20'000;

/// A field body that parses strictly, whatever the values, reasons and comments are (the names and
/// result words are ours): one field for all methods, folded with LF + SP below 78 columns where
/// possible, never above 998; no leading space. Values are quoted where they must be. Texts become
/// printable ASCII of at most 256 octets, and none can be mistaken for a result by a filter that
/// only searches: it holds no ';', and '=' nowhere but at its end.
/// RFC 8601 2.2, R-01..R-03, R-10, R-11, R-21
[[nodiscard]] std::string write_auth_results(const AuthenticationResults& results);

/// The body of our own field: what auth_results_of() says, written.
[[nodiscard]] std::string write_auth_results(std::string_view authserv_id, const Facts& facts,
                                             const Verdict& verdict, const Login& login = {});

}  // namespace waarmerk::policy
