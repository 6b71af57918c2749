// What was decided about a message, and why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/domain_name.h"
#include "policy/dmarc/method.h"
#include "policy/dmarc/record.h"

namespace waarmerk::policy {

/// Result of DMARC for one author domain. RFC 9989 9.2
enum class DmarcResult : std::uint8_t {
  None,       ///< no usable record, or no author domain
  Pass,       ///< an authenticated identifier is aligned
  Fail,       ///< none is
  TempError,  ///< a DNS error left it open: neither pass nor fail (RFC 9989 5.3.6)
  PermError,  ///< a record that begins as DMARC but cannot be applied (D-64)
};
[[nodiscard]] std::string_view to_string(DmarcResult result);
[[nodiscard]] std::optional<DmarcResult> dmarc_result_from(std::string_view name);

enum class Mechanism : std::uint8_t { Spf, Dkim };
[[nodiscard]] std::string_view to_string(Mechanism mechanism);
[[nodiscard]] std::optional<Mechanism> mechanism_from(std::string_view name);

/// An authenticated identifier in alignment with the author domain. RFC 9989 4.4
struct AlignedIdentifier {
  Mechanism mechanism = Mechanism::Spf;
  DomainName domain;
  /// Identical to the author domain; otherwise they share the organizational domain.
  bool identical = false;

  bool operator==(const AlignedIdentifier&) const = default;
};

/// DMARC for one author domain. RFC 9989 4.10, 5.3
struct DmarcEvaluation {
  DomainName author_domain;
  DmarcResult result = DmarcResult::None;
  /// Where the applied record was found; nullopt without a record.
  std::optional<DomainName> policy_domain;
  /// nullopt when a DNS error left it open.
  std::optional<DomainName> organizational_domain;
  std::optional<dmarc::Record> record;
  /// The policy that is requested: chosen among p, sp and np, then one step milder if t=y.
  std::optional<Disposition> policy;
  /// The tag it was chosen from: "p", "sp" or "np"; empty without a record.
  std::string policy_tag;
  std::vector<AlignedIdentifier> aligned;
  /// One sentence: what aligned, or why nothing did.
  std::string reason;
  /// How the record and the organizational domain were found.
  DiscoveryMethod discovery = DiscoveryMethod::TreeWalk;

  /// What the domain owner asks for this message: nothing unless it fails.
  [[nodiscard]] Disposition requested() const;
  [[nodiscard]] bool spf_aligned() const;
  [[nodiscard]] bool dkim_aligned() const;

  bool operator==(const DmarcEvaluation&) const = default;
};

/// Other knowledge about a failing message under p=reject. design: on_reject = "evidence"
struct EvidenceItem {
  enum class Speaks : std::uint8_t { ForForgery, ForIndirectMail };
  Speaks speaks = Speaks::ForForgery;
  /// One of the names in policy/evidence.h; stable, scripts may look for them.
  std::string name;
  /// What was seen: a domain, a result.
  std::string value;

  bool operator==(const EvidenceItem&) const = default;
};

/// Why the applied disposition differs from the requested one. RFC 9990 3.1.6
struct Override {
  enum class Type : std::uint8_t {
    LocalPolicy,
    MailingList,
    Other,
    PolicyTestMode,
    TrustedForwarder,
  };
  Type type = Type::LocalPolicy;
  std::string comment;

  bool operator==(const Override&) const = default;
};
[[nodiscard]] std::string_view to_string(Override::Type type);
[[nodiscard]] std::optional<Override::Type> override_type_from(std::string_view name);

/// What the mail server is told to do.
enum class ActionKind : std::uint8_t {
  Accept,  ///< deliver, with the Authentication-Results field
  Tag,     ///< deliver, marked for the user's junk folder
  Hold,    ///< into the mail server's quarantine
  Reject,  ///< refuse for good (5xx)
  Defer,   ///< refuse for now (4xx)
};
[[nodiscard]] std::string_view to_string(ActionKind action);
[[nodiscard]] std::optional<ActionKind> action_kind_from(std::string_view name);

/// What made us refuse or mark: selects the SMTP reply from the table of replies.
enum class Cause : std::uint8_t {
  None,
  DmarcPolicy,
  DmarcTempError,
  SpfFail,
  SpfTempError,
  SpfPermError,
  SeveralFromFields,
  SeveralFromDomains,
  NoFrom,
  OversizedHeader,
  InternalError,
  Rule,  ///< one of the postmaster's rules, and nothing else
};
[[nodiscard]] std::string_view to_string(Cause cause);
[[nodiscard]] std::optional<Cause> cause_from(std::string_view name);

struct Decision {
  /// What the domain owner asks for this message (none when it passes or has no policy).
  Disposition requested = Disposition::None;
  /// What was applied, in the words of RFC 9990.
  Disposition applied = Disposition::None;
  /// What is done.
  ActionKind action = ActionKind::Accept;
  /// What would have been done had neither the mode nor a rule with "only_monitor" held it back.
  ActionKind would = ActionKind::Accept;
  Cause cause = Cause::None;
  /// The setting or rule that decided, e.g. "on_reject=evidence", "default", "exempt".
  std::string rule;
  /// Empty where nothing differs, but for a test mode (t=y): that made the request itself milder.
  std::vector<Override> overrides;
  /// One sentence, the same in log, reply, header and explanation. Printable ASCII.
  std::string why;

  bool operator==(const Decision&) const = default;
};

struct Verdict {
  /// One for each author domain, in order; empty without any.
  std::vector<DmarcEvaluation> dmarc;
  /// Index into `dmarc` of the evaluation that decided; 0 when there is only one.
  std::size_t deciding = 0;
  std::vector<EvidenceItem> evidence;
  Decision decision;

  /// The evaluation that decided, or nullptr when there is no author domain.
  [[nodiscard]] const DmarcEvaluation* deciding_dmarc() const {
    return deciding < dmarc.size() ? &dmarc[deciding] : nullptr;
  }

  bool operator==(const Verdict&) const = default;
};

}  // namespace waarmerk::policy
