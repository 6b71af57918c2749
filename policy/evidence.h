// Other knowledge about a message that fails under p=reject: what speaks for forgery, and what for
// mail that came indirectly. RFC 9989 7.4 wants more than the policy alone before a rejection.
#pragma once

#include <vector>

#include "policy/facts.h"
#include "policy/settings.h"
#include "policy/verdict.h"

namespace waarmerk::policy {

/// The items found for one failing evaluation. For indirect mail only things count that are tied to
/// an authenticated identity; a bare List-Id or a stranger's signature never does, since any sender
/// can add those. Pure. RFC 9989 7.4, P-02..P-04
[[nodiscard]] std::vector<EvidenceItem> weigh_evidence(const DmarcEvaluation& evaluation,
                                                       const Facts& facts,
                                                       const Settings& settings);

/// True if there is an item for forgery and none for indirect mail.
[[nodiscard]] bool shows_forgery(const std::vector<EvidenceItem>& evidence);

/// The first item for indirect mail, or nullptr.
[[nodiscard]] const EvidenceItem* first_indirect(const std::vector<EvidenceItem>& evidence);

/// Names of the items, as the log carries them.
inline constexpr std::string_view kForgeryUnsigned = "unauthorised-and-unsigned";
inline constexpr std::string_view kForgeryBrokenSignature = "unauthorised-and-signature-broken";
inline constexpr std::string_view kIndirectList = "list-identity";
inline constexpr std::string_view kIndirectChangedBody = "author-signature-body-changed";
inline constexpr std::string_view kIndirectForwarder = "known-forwarder";

}  // namespace waarmerk::policy
