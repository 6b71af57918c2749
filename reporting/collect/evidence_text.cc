// What tuple_of() reads, as one text. Each part says how long it is: no two lists of parts look the
// same.
#include <chrono>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "reporting/collect/tuples.h"

namespace waarmerk::reporting {
namespace {

class EvidenceText {
 public:
  explicit EvidenceText(std::string& to) : to_(to) {}

  void add(std::string_view text) {
    number(text.size());
    to_.append(text);
  }
  void add(const DomainName& name) { add(std::string_view(name.text())); }
  template <typename Enum>
    requires std::is_enum_v<Enum>
  void add(Enum value) {
    to_.push_back(static_cast<char>(std::to_underlying(value)));
  }
  /// No enumerator and no name is what stands for nothing.
  template <typename Value>
  void add(const std::optional<Value>& value) {
    to_.push_back(value ? 'y' : 'n');
    if (value) add(*value);
  }
  void number(std::uint64_t number) {
    for (; number >= 0x80U; number >>= 7U) to_.push_back(static_cast<char>(number | 0x80U));
    to_.push_back(static_cast<char>(number));
  }

 private:
  std::string& to_;
};

void add_message(const Record& record, EvidenceText& text) {
  const policy::Facts& facts = record.facts;
  const auto day = std::chrono::floor<std::chrono::days>(facts.time).time_since_epoch().count();
  text.number(static_cast<std::uint64_t>(day));
  const auto octets = facts.client.ip->octets();
  text.add(std::string_view(reinterpret_cast<const char*>(octets.data()), octets.size()));
  text.add(facts.envelope.mail_from_domain);
  text.number(facts.envelope.mail_from_address.empty() ? 0 : 1);
  text.add(facts.spf_mail_from.domain);
  text.add(facts.spf_mail_from.result);
  const bool is_error = facts.spf_mail_from.result == policy::SpfResult::TempError ||
                        facts.spf_mail_from.result == policy::SpfResult::PermError;
  text.add(std::string_view(is_error ? facts.spf_mail_from.reason : std::string()));
  text.number(facts.dkim.size());
  for (const policy::DkimOutcome& signature : facts.dkim) {
    text.add(signature.domain);
    text.add(std::string_view(signature.selector));
    text.add(signature.result);
    text.add(signature.cause);
  }
}

void add_evaluation(const policy::DmarcEvaluation& evaluation, EvidenceText& text) {
  text.add(evaluation.result);
  text.add(evaluation.author_domain);
  text.add(evaluation.policy_domain);
  text.add(evaluation.discovery);
  text.add(std::string_view(evaluation.record->text));
  text.add(evaluation.policy);
  text.add(std::string_view(evaluation.policy_tag));
  text.number(evaluation.aligned.size());
  for (const policy::AlignedIdentifier& aligned : evaluation.aligned) {
    text.add(aligned.mechanism);
    text.add(aligned.domain);
  }
}

}  // namespace

void append_evidence(const Record& record, std::size_t position, std::string& to) {
  EvidenceText text(to);
  add_message(record, text);
  add_evaluation(record.verdict.dmarc[position], text);
  const policy::Decision& decision = record.verdict.decision;
  text.number(position == record.verdict.deciding ? 1 : 0);
  text.add(decision.applied);
  text.number(decision.overrides.size());
  for (const policy::Override& given : decision.overrides) {
    text.add(given.type);
    text.add(std::string_view(given.comment));
  }
}

}  // namespace waarmerk::reporting
