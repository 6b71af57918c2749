// Lists of mailboxes, read for their domains as an adversary wrote them.
// RFC 5322 3.4, 4.4; RFC 6854
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/domain_name.h"
#include "base/result.h"

namespace waarmerk::policy {

/// At most so many domains of one message are read, equal ones included; it bounds the IDNA
/// mapping.
inline constexpr std::size_t kMaxDomainsRead = 300;

/// How many domains may still be read: shared by the fields of one message.
struct ReadingBudget {
  std::size_t domains = kMaxDomainsRead;
};

/// The domains of the mailboxes in one field.
struct MailboxDomains {
  /// Distinct, in the order they stand.
  std::vector<DomainName> domains;
  /// There are more domains than asked for, or more than the budget. The rest was not read.
  bool truncated = false;

  bool operator==(const MailboxDomains&) const = default;
};

/// The domains of all mailboxes in an address-list, groups included, at most `max_domains`.
/// What is read is taken off `budget`.
///
/// The rule that keeps it safe: every '@' outside comments, quoted strings and encoded words
/// belongs to a domain that is returned (or to an obsolete route, which names none), else the list
/// is refused. No other reader can then find an author that is not in the result. Under that rule
/// some broken lists are taken: a display name without quotes that holds '.', "[...]" or the
/// address itself; dots in odd places of a local part; an element or angle brackets without any
/// '@'; a group without its final ';'; a final dot of a domain.
///
/// Error: two readings are possible, or a domain is none (an address literal, characters or
/// U-labels that the DNS cannot hold); the text names the fault and quotes no local part. Linear
/// time, memory for `max_domains` names, no recursion. Pure; thread-safe.
/// RFC 5322 3.4, 4.4, RFC 6854 2
[[nodiscard]] Result<MailboxDomains> mailbox_domains(std::string_view list, std::size_t max_domains,
                                                     ReadingBudget& budget);

}  // namespace waarmerk::policy
