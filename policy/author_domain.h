// The From header field and the author domains it holds, read as an adversary wrote it.
// RFC 5322 3.4, 4.4; RFC 6854; RFC 9989 5.3.1
#pragma once

#include "policy/facts.h"
#include "policy/message.h"

namespace waarmerk::policy {

/// At most so many author domains are evaluated. D-06
inline constexpr std::size_t kMaxAuthorDomains = 5;

/// The author domains of a message. All From fields count, in any case of the name and with white
/// space before the colon; never Sender or Resent-From. Display names, comments, quoted strings and
/// encoded words never yield a domain. Linear in the length of the fields; no recursion.
///
/// A field that can be read in two ways, or that holds an address whose domain is none, is
/// Unusable: see mailbox_domains(). With several fields the domains of all are collected; if one of
/// them cannot be read, `truncated` and `problem` say that the evaluation is incomplete.
/// Pure. D-01..D-16, I-01..I-06
[[nodiscard]] Author author_domains(HeaderFields fields);

}  // namespace waarmerk::policy
