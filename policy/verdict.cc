#include "policy/verdict.h"

#include <algorithm>

#include "base/words.h"

namespace waarmerk::policy {
namespace {

constexpr Words<DmarcResult, 5> kDmarcResults{{{
    {DmarcResult::None, "none"},
    {DmarcResult::Pass, "pass"},
    {DmarcResult::Fail, "fail"},
    {DmarcResult::TempError, "temperror"},
    {DmarcResult::PermError, "permerror"},
}}};

constexpr Words<Mechanism, 2> kMechanisms{{{
    {Mechanism::Spf, "spf"},
    {Mechanism::Dkim, "dkim"},
}}};

constexpr Words<Override::Type, 5> kOverrideTypes{{{
    {Override::Type::LocalPolicy, "local_policy"},
    {Override::Type::MailingList, "mailing_list"},
    {Override::Type::Other, "other"},
    {Override::Type::PolicyTestMode, "policy_test_mode"},
    {Override::Type::TrustedForwarder, "trusted_forwarder"},
}}};

constexpr Words<ActionKind, 5> kActions{{{
    {ActionKind::Accept, "accept"},
    {ActionKind::Tag, "tag"},
    {ActionKind::Hold, "hold"},
    {ActionKind::Reject, "reject"},
    {ActionKind::Defer, "defer"},
}}};

constexpr Words<Cause, 12> kCauses{{{
    {Cause::None, "none"},
    {Cause::DmarcPolicy, "dmarc_policy"},
    {Cause::DmarcTempError, "dmarc_temperror"},
    {Cause::SpfFail, "spf_fail"},
    {Cause::SpfTempError, "spf_temperror"},
    {Cause::SpfPermError, "spf_permerror"},
    {Cause::SeveralFromFields, "several_from_fields"},
    {Cause::SeveralFromDomains, "several_from_domains"},
    {Cause::NoFrom, "no_from"},
    {Cause::OversizedHeader, "oversized_header"},
    {Cause::InternalError, "internal_error"},
    {Cause::Rule, "rule"},
}}};

bool has_aligned(const DmarcEvaluation& evaluation, Mechanism mechanism) {
  return std::ranges::any_of(evaluation.aligned, [mechanism](const AlignedIdentifier& identifier) {
    return identifier.mechanism == mechanism;
  });
}

}  // namespace

std::string_view to_string(DmarcResult result) { return kDmarcResults.word(result); }
std::optional<DmarcResult> dmarc_result_from(std::string_view name) {
  return kDmarcResults.find(name);
}

std::string_view to_string(Mechanism mechanism) { return kMechanisms.word(mechanism); }
std::optional<Mechanism> mechanism_from(std::string_view name) { return kMechanisms.find(name); }

std::string_view to_string(Override::Type type) { return kOverrideTypes.word(type); }
std::optional<Override::Type> override_type_from(std::string_view name) {
  return kOverrideTypes.find(name);
}

std::string_view to_string(ActionKind action) { return kActions.word(action); }
std::optional<ActionKind> action_kind_from(std::string_view name) { return kActions.find(name); }

std::string_view to_string(Cause cause) { return kCauses.word(cause); }
std::optional<Cause> cause_from(std::string_view name) { return kCauses.find(name); }

Disposition DmarcEvaluation::requested() const {
  return result == DmarcResult::Fail ? policy.value_or(Disposition::None) : Disposition::None;
}
bool DmarcEvaluation::spf_aligned() const { return has_aligned(*this, Mechanism::Spf); }
bool DmarcEvaluation::dkim_aligned() const { return has_aligned(*this, Mechanism::Dkim); }

}  // namespace waarmerk::policy
