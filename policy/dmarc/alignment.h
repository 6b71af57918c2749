// Policy choice, alignment and the DMARC result for one author domain. Pure. RFC 9989 4.4, 4.7, 5.3
#pragma once

#include <optional>
#include <vector>

#include "policy/facts.h"
#include "policy/verdict.h"

namespace waarmerk::policy::dmarc {

/// Evaluates DMARC for `author` from the evidence: which record applies (D-50), which of p, sp and
/// np (D-51..D-57), which identifiers are aligned (D-70..D-78), and what a DNS error leaves open
/// (D-60..D-62, T-19). Reads `facts.walks`, `facts.spf_mail_from`, `facts.dkim`. Total; pure.
///
/// None: no record applies, or only one that cannot be used (then `record` stays empty, D-32).
/// Pass: an identifier is aligned, whatever else failed.
/// TempError: the record is unknown, or an identifier might be aligned that a DNS error kept from
/// being authenticated or compared. A walk that is missing in `facts` counts as failed.
/// Fail: none of these. PermError does not arise: RFC 9989 4.10.1 gives every record a meaning.
[[nodiscard]] DmarcEvaluation evaluate_author(const DomainName& author, const Facts& facts);

/// A domain that a mechanism speaks for: it was authenticated, or a DNS error kept that open.
struct Identifier {
  Mechanism mechanism = Mechanism::Spf;
  DomainName domain;
  bool authenticated = false;
};

/// How an identifier stands to the author domain.
enum class Standing : std::uint8_t {
  Identical,
  SameOrganization,
  NotAligned,
  Open,  ///< a DNS error hides it
};

struct ComparedIdentifier {
  Identifier identifier;
  Standing standing = Standing::NotAligned;
};

/// How each identifier of the message stands to the author domain of an evaluation, in the order of
/// the message: signatures from the top, then MAIL FROM. What evaluate_author() decides by, for
/// people who ask why. Nothing without a record that applies. Pure. RFC 9989 4.10.2, D-70..D-78
[[nodiscard]] std::vector<ComparedIdentifier> compare_identifiers(const DmarcEvaluation& evaluation,
                                                                  const Facts& facts);

/// The DNSSEC state of the record that applies: of the answer at its name, or Bogus if no record
/// is known since an answer of the author's walk was refused for that (TempError), else Unknown.
///
[[nodiscard]] dns::Security record_security(const DmarcEvaluation& evaluation, const Facts& facts);

/// True if a walk from `identifier` can matter for the alignment with an author domain whose
/// organizational domain is `organization`: only names at or below it can share it. Spares the
/// queries for strangers' names. An identifier that is the author domain needs none. With an open
/// organization (nullopt), names that share the author's top-level domain can matter.
/// RFC 9989 4.10.2
[[nodiscard]] bool needs_walk(const DomainName& identifier, const DomainName& author,
                              const std::optional<DomainName>& organization);

}  // namespace waarmerk::policy::dmarc
