// Other knowledge about a message that fails under p=reject: what speaks for forgery, and what for
// mail that came indirectly. RFC 9989 7.4 wants more than the policy alone before a rejection.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "policy/facts.h"
#include "policy/settings.h"
#include "policy/verdict.h"

namespace waarmerk::policy {

/// Names of the items, as the log and `ignore_evidence` have them.
inline constexpr std::string_view kForgeryUnsigned = "unauthorised-and-unsigned";
inline constexpr std::string_view kForgeryBrokenSignature = "unauthorised-and-signature-broken";
inline constexpr std::string_view kIndirectList = "list-identity";
inline constexpr std::string_view kIndirectChangedBody = "author-signature-body-changed";
inline constexpr std::string_view kIndirectForwarder = "known-forwarder";
inline constexpr std::string_view kIndirectKnownList = "known-list";
inline constexpr std::string_view kIndirectUndecided = "identity-undecided";

/// What an item is called, which way it speaks, and what it means, as a sentence without its full
/// stop.
struct EvidenceKind {
  std::string_view name;
  EvidenceItem::Speaks speaks;
  std::string_view sentence;
};
/// Every kind of item.
inline constexpr std::array<EvidenceKind, 7> kEvidenceKinds{{
    {kForgeryUnsigned, EvidenceItem::Speaks::ForForgery,
     "the client may not send for the envelope domain, and no signature of the author's domain "
     "could be held against a key of it"},
    {kForgeryBrokenSignature, EvidenceItem::Speaks::ForForgery,
     "the client may not send for the envelope domain, and the signature of the author's domain "
     "does not match the header"},
    {kIndirectForwarder, EvidenceItem::Speaks::ForIndirectMail,
     "it came through a forwarder that is configured as known"},
    {kIndirectKnownList, EvidenceItem::Speaks::ForIndirectMail,
     "it came from a list that is configured as known and that proved its identity"},
    {kIndirectList, EvidenceItem::Speaks::ForIndirectMail,
     "it came from a mailing list that proved its identity"},
    {kIndirectChangedBody, EvidenceItem::Speaks::ForIndirectMail,
     "the author's domain signed it, and on its way through the list only the body was changed"},
    {kIndirectUndecided, EvidenceItem::Speaks::ForIndirectMail,
     "a DNS error keeps open whether a list or a known forwarder signed it"},
}};
/// The kind of that name, or nullptr.
[[nodiscard]] const EvidenceKind* find_evidence(std::string_view name);

/// The items found for one failing evaluation, without those that the settings ignore. For indirect
/// mail only things count that are tied to an authenticated identity; a bare List-Id or a
/// stranger's signature never does, since any sender can add those. Pure. RFC 9989 7.4, P-02..P-04
[[nodiscard]] std::vector<EvidenceItem> weigh_evidence(const DmarcEvaluation& evaluation,
                                                       const Facts& facts,
                                                       const Settings& settings);

/// True if there is an item for forgery and none for indirect mail.
[[nodiscard]] bool shows_forgery(const std::vector<EvidenceItem>& evidence);

/// True if there is an item that says: through a forwarder or list that the postmaster knows.
[[nodiscard]] bool is_vouched_for(const std::vector<EvidenceItem>& evidence);

/// The first item for indirect mail, or nullptr.
[[nodiscard]] const EvidenceItem* first_indirect(const std::vector<EvidenceItem>& evidence);

}  // namespace waarmerk::policy
