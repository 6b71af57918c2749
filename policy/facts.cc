#include "policy/facts.h"

#include <algorithm>

#include "base/words.h"

namespace waarmerk::policy {
namespace {

constexpr Words<SpfResult, 7> kSpfResults{{{
    {SpfResult::None, "none"},
    {SpfResult::Neutral, "neutral"},
    {SpfResult::Pass, "pass"},
    {SpfResult::Fail, "fail"},
    {SpfResult::SoftFail, "softfail"},
    {SpfResult::TempError, "temperror"},
    {SpfResult::PermError, "permerror"},
}}};

constexpr Words<DkimResult, 7> kDkimResults{{{
    {DkimResult::None, "none"},
    {DkimResult::Pass, "pass"},
    {DkimResult::Fail, "fail"},
    {DkimResult::Policy, "policy"},
    {DkimResult::Neutral, "neutral"},
    {DkimResult::TempError, "temperror"},
    {DkimResult::PermError, "permerror"},
}}};

constexpr Words<DkimCause, 11> kDkimCauses{{{
    {DkimCause::None, "none"},
    {DkimCause::Syntax, "syntax"},
    {DkimCause::Key, "key"},
    {DkimCause::Algorithm, "algorithm"},
    {DkimCause::BodyHash, "body-hash"},
    {DkimCause::HeaderHash, "header-hash"},
    {DkimCause::Expired, "expired"},
    {DkimCause::BodyLength, "body-length"},
    {DkimCause::Limit, "limit"},
    {DkimCause::Dns, "dns"},
    {DkimCause::Unsupported, "unsupported"},
}}};

constexpr Words<FromKind, 5> kFromKinds{{{
    {FromKind::One, "one"},
    {FromKind::SeveralDomains, "several_domains"},
    {FromKind::SeveralFields, "several_fields"},
    {FromKind::None, "none"},
    {FromKind::Unusable, "unusable"},
}}};

constexpr Words<Exemption, 5> kExemptions{{{
    {Exemption::None, "none"},
    {Exemption::Loopback, "loopback"},
    {Exemption::Authenticated, "authenticated"},
    {Exemption::Network, "network"},
    {Exemption::NoClientAddress, "no_client_address"},
}}};

}  // namespace

std::string_view to_string(SpfResult result) { return kSpfResults.word(result); }
std::optional<SpfResult> spf_result_from(std::string_view name) { return kSpfResults.find(name); }

std::string_view to_string(DkimResult result) { return kDkimResults.word(result); }
std::optional<DkimResult> dkim_result_from(std::string_view name) {
  return kDkimResults.find(name);
}

std::string_view to_string(DkimCause cause) { return kDkimCauses.word(cause); }
std::optional<DkimCause> dkim_cause_from(std::string_view name) { return kDkimCauses.find(name); }

std::string_view to_string(FromKind kind) { return kFromKinds.word(kind); }
std::optional<FromKind> from_kind_from(std::string_view name) { return kFromKinds.find(name); }

std::string_view to_string(Exemption exemption) { return kExemptions.word(exemption); }
std::optional<Exemption> exemption_from(std::string_view name) { return kExemptions.find(name); }

bool is_judged(const Facts& facts) {
  return facts.exemption == Exemption::None && facts.internal_error.empty() &&
         !facts.oversized_header;
}

const dmarc::Walk* find_walk(const Facts& facts, const DomainName& domain) {
  const auto walk = std::ranges::find(facts.walks, domain, &dmarc::Walk::start);
  return walk == facts.walks.end() ? nullptr : &*walk;
}

}  // namespace waarmerk::policy
