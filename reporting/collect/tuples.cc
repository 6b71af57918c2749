// Results stay as they were found; what was done about them is told beside them.
#include "reporting/collect/tuples.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "base/text.h"
#include "reporting/record_text.h"

namespace waarmerk::reporting {
namespace {

using policy::Disposition;
using policy::DkimOutcome;
using policy::DkimResult;
using policy::DmarcEvaluation;
using policy::DmarcResult;
using policy::Override;
using policy::SpfResult;

// ---- What was done ------------------------------------------------------------------------------

/// A report tells of evaluations under a record: without one there is nobody to tell. With a DNS
/// error there is, where the record was found before it.
bool is_reported(const DmarcEvaluation& evaluation) {
  if (!evaluation.record || !evaluation.policy_domain) return false;
  switch (evaluation.result) {
    case DmarcResult::Pass:
    case DmarcResult::Fail:
    case DmarcResult::TempError:
      return true;
    case DmarcResult::None:
    case DmarcResult::PermError:
      return false;
  }
  return false;
}

/// What passes is never reported as refused by DMARC, whatever another filter or a rule did with it
/// what does not pass, as what was done with the message. RFC 9990 App. A, A-09
ReportDisposition disposition_of(const DmarcEvaluation& evaluation, Disposition applied) {
  if (evaluation.result == DmarcResult::Pass) {
    const bool enforcing = evaluation.policy.value_or(Disposition::None) != Disposition::None;
    return enforcing ? ReportDisposition::Pass : ReportDisposition::None;
  }
  switch (applied) {
    case Disposition::None:
      return ReportDisposition::None;
    case Disposition::Quarantine:
      return ReportDisposition::Quarantine;
    case Disposition::Reject:
      return ReportDisposition::Reject;
  }
  return ReportDisposition::None;
}

/// What the tag says from which the policy was chosen.
std::optional<Disposition> published_policy(const DmarcEvaluation& evaluation,
                                            const policy::dmarc::Record& record) {
  if (evaluation.policy_tag == "np") return record.np;
  if (evaluation.policy_tag == "sp") return record.sp;
  return record.p;
}

bool softened_by_test_mode(const DmarcEvaluation& evaluation, const policy::dmarc::Record& record) {
  return evaluation.result == DmarcResult::Fail && record.testing &&
         published_policy(evaluation, record) != evaluation.policy;
}

/// What the postmaster's policy said of the author domain that decided, as far as it explains a
/// difference between what was asked for and what was done.
std::vector<Override> reasons_of_decision(const policy::Decision& decision, bool differs) {
  std::vector<Override> reasons;
  for (const Override& given : decision.overrides) {
    if (differs || given.type == Override::Type::PolicyTestMode) reasons.push_back(given);
  }
  return reasons;
}

/// Why the disposition is not what the domain owner asked for; RFC 9990 3.1.6, P-13. What was done
/// with a message of several authors was decided for one of them, whom the others need not know.
std::vector<Override> reasons_of(const Record& record, std::size_t position,
                                 const policy::dmarc::Record& published) {
  const policy::Verdict& verdict = record.verdict;
  const DmarcEvaluation& evaluation = verdict.dmarc[position];
  const bool differs = evaluation.requested() != verdict.decision.applied;
  std::vector<Override> reasons;
  if (position == verdict.deciding) {
    reasons = reasons_of_decision(verdict.decision, differs);
  } else {
    if (softened_by_test_mode(evaluation, published)) {
      reasons.push_back({Override::Type::PolicyTestMode, "the record says t=y"});
    }
    const bool fails = evaluation.result != DmarcResult::Pass;
    if (differs && fails) {
      reasons.push_back({Override::Type::LocalPolicy, "decided for another author of the message"});
    }
  }
  if (evaluation.result == DmarcResult::TempError) {
    reasons.insert(reasons.begin(), {Override::Type::Other, "a DNS error left the result open"});
  }
  for (Override& reason : reasons) reason.comment = printable(reason.comment, kMaxText);
  return reasons;
}

// ---- Raw results --------------------------------------------------------------------------------

/// The order of A-10.
enum class SignatureRank : std::uint8_t { AlignedStrictly, AlignedRelaxed, Passed, Other };

SignatureRank rank_of(const DkimOutcome& signature, const DmarcEvaluation& evaluation) {
  if (signature.result != DkimResult::Pass) return SignatureRank::Other;
  if (signature.domain == evaluation.author_domain) return SignatureRank::AlignedStrictly;
  const bool aligned = std::ranges::any_of(evaluation.aligned, [&](const auto& identifier) {
    return identifier.mechanism == policy::Mechanism::Dkim && identifier.domain == signature.domain;
  });
  return aligned ? SignatureRank::AlignedRelaxed : SignatureRank::Passed;
}

/// Names of the DNS may hold any octets.
std::string name_text(const DomainName& name) {
  return is_plain_name(name) ? name.text() : spell_name(name);
}

/// One that was not tried, or that names no key, is no result.
bool was_attempted(const DkimOutcome& signature) {
  return signature.domain && !signature.selector.empty() &&
         signature.cause != policy::DkimCause::Limit;
}

ReportedDkim reported(const DkimOutcome& signature) {
  const bool passed = signature.result == DkimResult::Pass;
  return {.domain = name_text(*signature.domain),
          .selector = printable(signature.selector, kMaxText),
          .result = signature.result,
          .human_result = passed ? std::string() : std::string(to_string(signature.cause))};
}

std::vector<ReportedDkim> reported_signatures(const std::vector<DkimOutcome>& signatures,
                                              const DmarcEvaluation& evaluation) {
  std::vector<const DkimOutcome*> attempted;
  for (const DkimOutcome& signature : signatures) {
    if (was_attempted(signature)) attempted.push_back(&signature);
  }
  std::ranges::stable_sort(attempted, {}, [&evaluation](const DkimOutcome* signature) {
    return rank_of(*signature, evaluation);
  });
  if (attempted.size() > kMaxReportedSignatures) attempted.resize(kMaxReportedSignatures);
  std::vector<ReportedDkim> all;
  all.reserve(attempted.size());
  for (const DkimOutcome* signature : attempted) all.push_back(reported(*signature));
  return all;
}

/// MAIL FROM alone. Where the log keeps addresses, the names that SPF asked may hold a local
/// part: then the result has to do.
std::optional<ReportedSpf> reported_spf(const policy::Facts& facts) {
  const policy::SpfOutcome& spf = facts.spf_mail_from;
  if (!spf.domain) return std::nullopt;
  const bool is_error = spf.result == SpfResult::TempError || spf.result == SpfResult::PermError;
  const bool may_tell = is_error && facts.envelope.mail_from_address.empty();
  return ReportedSpf{.domain = name_text(*spf.domain),
                     .result = spf.result,
                     .human_result = may_tell ? printable(spf.reason, kMaxText) : std::string()};
}

}  // namespace

const policy::dmarc::Record& PublishedRecords::of(const std::string& text) {
  if (const auto found = known_.find(text); found != known_.end()) return found->second;
  if (known_.size() >= kMaxKept) known_.clear();
  std::string_view whole = text;
  if (text.size() >= kMaxText) whole = whole.substr(0, whole.rfind(';'));
  policy::dmarc::Record record =
      policy::dmarc::parse_record(whole).value_or(policy::dmarc::Record{});
  record.text = printable(text, text.size());
  return known_.emplace(text, std::move(record)).first->second;
}

bool is_counted(const Record& record) {
  return is_judged(record.facts) && record.facts.client.ip &&
         record.verdict.decision.action != policy::ActionKind::Defer;
}

bool is_ordinary(const policy::Envelope& envelope) {
  return !envelope.null_sender && !envelope.to_report_mailbox;
}

bool has_tuple(const Record& record, std::size_t position) {
  return is_counted(record) && is_reported(record.verdict.dmarc[position]);
}

ReportTuple tuple_of(const Record& record, std::size_t position, PublishedRecords& known) {
  const policy::Facts& facts = record.facts;
  const DmarcEvaluation& evaluation = record.verdict.dmarc[position];
  const policy::dmarc::Record& published = known.of(evaluation.record->text);
  const auto& sender = facts.envelope.mail_from_domain;
  return {.key = {.policy = {.domain = *evaluation.policy_domain,
                             .discovery = evaluation.discovery,
                             .record = published},
                  .day = std::chrono::floor<std::chrono::days>(facts.time)},
          .row = {.source_ip = *facts.client.ip,
                  .disposition = disposition_of(evaluation, record.verdict.decision.applied),
                  .dkim_aligned = evaluation.dkim_aligned(),
                  .spf_aligned = evaluation.spf_aligned(),
                  .reasons = reasons_of(record, position, published),
                  .header_from = name_text(evaluation.author_domain),
                  .envelope_from = sender ? name_text(*sender) : std::string(),
                  .dkim = reported_signatures(facts.dkim, evaluation),
                  .spf = reported_spf(facts)}};
}

std::vector<ReportTuple> tuples_of(const Record& record, PublishedRecords& known) {
  std::vector<ReportTuple> tuples;
  tuples.reserve(record.verdict.dmarc.size());
  for (std::size_t i = 0; i < record.verdict.dmarc.size(); ++i) {
    if (has_tuple(record, i)) tuples.push_back(tuple_of(record, i, known));
  }
  return tuples;
}

}  // namespace waarmerk::reporting
