// One pass over a line: members that count are read where they stand, all others are stepped over.
#include "reporting/collect/line_reader.h"

#include <utility>
#include <vector>

#include "reporting/collect/json_members.h"
#include "reporting/collect/line_names.h"
#include "reporting/collect/name_memory.h"
#include "reporting/record_text.h"

namespace waarmerk::reporting {
namespace {

using ondemand::value;
using namespace line_names;

/// Longer lines are damage, as for RecordParser.
constexpr std::size_t kMaxReadLine = 16 * kMaxLine;

std::optional<IpAddress> address_from(std::string_view text) {
  const auto address = IpAddress::parse(text);
  if (!address) return std::nullopt;
  return *address;
}

/// An evaluation as it is read: it may have no author domain.
struct ReadEvaluation {
  std::optional<DomainName> author;
  policy::DmarcResult result = policy::DmarcResult::None;
  std::optional<DomainName> policy_domain;
  std::optional<policy::Disposition> policy;
  std::string policy_tag;
  policy::DiscoveryMethod discovery = policy::DiscoveryMethod::TreeWalk;
  std::vector<policy::AlignedIdentifier> aligned;
  std::optional<policy::dmarc::Record> record;

  /// Needs an author.
  policy::DmarcEvaluation take() {
    return {.author_domain = std::move(*author),
            .result = result,
            .policy_domain = std::move(policy_domain),
            .organizational_domain = std::nullopt,
            .record = std::move(record),
            .policy = policy,
            .policy_tag = std::move(policy_tag),
            .aligned = std::move(aligned),
            .reason = {},
            .discovery = discovery};
  }
};

/// Reads one line into a record that is kept from line to line: what is set for one of them is set
/// for each.
class LineParser {
 public:
  LineParser(Record& record, NameMemory& names) : record_(record), names_(names) {}

  /// The record, or nullptr for a line that amends one.
  Result<const Record*> parse(ondemand::document& document) {
    ondemand::object object;
    if (const auto code = document.get_object().get(object)) {
      return fail("no JSON object: " + std::string(simdjson::error_message(code)));
    }
    record_.facts.oversized_header = false;
    record_.verdict.dmarc.clear();
    there_ = in_.each_member(object, kTop, [this](Top name, value& item) { top(name, item); });
    if (in_.syntax) return std::unexpected(std::move(*in_.syntax));
    // Anything behind the object is no part of a line.
    if (document.current_location().error() == simdjson::SUCCESS) {
      return fail("more than one JSON object");
    }
    return outcome();
  }

 private:
  void domain_name(value& item, std::optional<DomainName>& to) {
    in_.word_or_null(item, [this](std::string_view text) { return names_.find(text); }, to);
  }

  [[nodiscard]] bool has(Top name) const { return there_[static_cast<std::size_t>(name)]; }

  Result<const Record*> outcome() {
    if (!has(Top::Version)) return fail("missing, expected a whole number", "v");
    if (problem_of_version_) return std::unexpected(std::move(*problem_of_version_));
    if (version_ != kLogVersion) {
      return fail("version " + std::to_string(version_) + " of the format, expected 1", "v");
    }
    for (const Top name : {Top::Time, Top::Node, Top::Run}) {
      if (!has(name)) return fail("missing", std::string(kTop[std::to_underlying(name)].name));
    }
    if (problem_of_every_line_) return std::unexpected(std::move(*problem_of_every_line_));
    if (has(Top::Amends)) {
      if (problem_of_amends_) return std::unexpected(std::move(*problem_of_amends_));
      return nullptr;
    }
    if (in_.problem) return std::unexpected(std::move(*in_.problem));
    for (const auto& member : kTop) {
      if (member.presence == Presence::Required && !has(member.id)) {
        return fail("missing", std::string(member.name));
      }
    }
    if (auto problem = take_evaluations()) return std::unexpected(std::move(*problem));
    return &record_;
  }

  /// All of them, or the only one.
  std::optional<Error> take_evaluations() {
    record_.verdict.deciding = 0;
    if (has(Top::DmarcAll)) {
      if (!has(Top::DmarcDeciding)) return Error{"missing", "dmarc_deciding"};
      if (problem_of_deciding_) return std::move(problem_of_deciding_);
      if (deciding_ >= record_.verdict.dmarc.size()) {
        return Error{"expected an index into its list", "dmarc_deciding"};
      }
      record_.verdict.deciding = deciding_;
      return std::nullopt;
    }
    if (!has(Top::Dmarc)) return Error{"missing", "dmarc"};
    if (problem_of_one_) return std::move(problem_of_one_);
    if (one_.author) record_.verdict.dmarc.push_back(one_.take());
    return std::nullopt;
  }

  /// Reads what may turn out not to count, and gives back what is wrong with it.
  template <typename Read>
  std::optional<Error> apart(const Read& read) {
    auto earlier = std::exchange(in_.problem, std::nullopt);
    read();
    return std::exchange(in_.problem, std::move(earlier));
  }

  /// Reads what a line that amends must have, too.
  template <typename Read>
  void of_every_line(const Read& read) {
    auto problem = apart(read);
    if (problem && !problem_of_every_line_) problem_of_every_line_ = std::move(problem);
  }

  void top(Top name, value& item) {
    policy::Facts& facts = record_.facts;
    switch (name) {
      case Top::Version:
        problem_of_version_ = apart([&] { in_.number(item, version_); });
        return;
      case Top::Amends:
        problem_of_amends_ = apart([&] { in_.number(item, amends_); });
        return;
      case Top::Seq:
        return in_.number(item, record_.seq);
      case Top::Time:
        return of_every_line([&] { in_.word(item, timestamp_from, facts.time); });
      case Top::Node:
        return of_every_line([&] { in_.text(item, record_.node); });
      case Top::Run:
        return of_every_line([&] { in_.text(item, record_.run); });
      case Top::Decision:
        return decision(item);
      case Top::Exempt:
        return exemption(item);
      case Top::OversizedHeader:
        return in_.flag(item, facts.oversized_header);
      case Top::Client:
        return in_.object(item, kClient, [this](InClient, value& ip) {
          in_.word_or_null(ip, address_from, record_.facts.client.ip);
        });
      case Top::Envelope:
        return envelope(item);
      case Top::Spf:
        return in_.object(item, kSpf, [this](InSpf, value& identity) { spf(identity); });
      case Top::Dkim:
        return signatures(item);
      case Top::Dmarc:
        return only_evaluation(item);
      case Top::DmarcDeciding:
        problem_of_deciding_ = apart([&] { in_.number(item, deciding_); });
        return;
      case Top::DmarcAll:
        return all_evaluations(item);
      case Top::InternalError:
        return in_.text(item, facts.internal_error);
    }
  }

  // ---- The message ------------------------------------------------------------------------------

  void exemption(value& item) {
    std::optional<policy::Exemption> exemption;
    in_.word_or_null(item, policy::exemption_from, exemption);
    record_.facts.exemption = exemption.value_or(policy::Exemption::None);
  }

  void envelope(value& item) {
    policy::Envelope& envelope = record_.facts.envelope;
    envelope.to_report_mailbox = false;
    in_.object(item, kEnvelope, [this, &envelope](InEnvelope name, value& member) {
      switch (name) {
        case InEnvelope::Domain:
          return domain_name(member, envelope.mail_from_domain);
        case InEnvelope::NullSender:
          return in_.flag(member, envelope.null_sender);
        case InEnvelope::Address:
          return in_.text(member, envelope.mail_from_address);
        case InEnvelope::ToReportMailbox:
          return in_.flag(member, envelope.to_report_mailbox);
      }
    });
  }

  void spf(value& item) {
    policy::SpfOutcome& spf = record_.facts.spf_mail_from;
    in_.object(item, kIdentity, [this, &spf](InIdentity name, value& member) {
      switch (name) {
        case InIdentity::Result:
          return in_.word(member, policy::spf_result_from, spf.result);
        case InIdentity::Domain:
          return domain_name(member, spf.domain);
        case InIdentity::Reason:
          return in_.text(member, spf.reason);
      }
    });
  }

  void signatures(value& item) {
    auto& signatures = record_.facts.dkim;
    signatures.clear();
    in_.list(item, [this, &signatures](value& element) {
      signature(element, signatures.emplace_back());
    });
  }

  void signature(value& item, policy::DkimOutcome& signature) {
    in_.object(item, kSignature, [this, &signature](InSignature name, value& member) {
      switch (name) {
        case InSignature::Result:
          return in_.word(member, policy::dkim_result_from, signature.result);
        case InSignature::Domain:
          return domain_name(member, signature.domain);
        case InSignature::Selector:
          return in_.text(member, signature.selector);
        case InSignature::Cause:
          return in_.word(member, policy::dkim_cause_from, signature.cause);
      }
    });
  }

  // ---- What was decided -------------------------------------------------------------------------

  void decision(value& item) {
    policy::Decision& decision = record_.verdict.decision;
    in_.object(item, kDecision, [this, &decision](InDecision name, value& member) {
      switch (name) {
        case InDecision::Action:
          return in_.word(member, policy::action_kind_from, decision.action);
        case InDecision::Applied:
          return in_.word(member, policy::disposition_from, decision.applied);
        case InDecision::Overrides:
          return overrides(member);
      }
    });
  }

  void overrides(value& item) {
    auto& overrides = record_.verdict.decision.overrides;
    overrides.clear();
    in_.list(item, [this, &overrides](value& element) {
      policy::Override& override = overrides.emplace_back();
      in_.object(element, kOverride, [this, &override](InOverride name, value& member) {
        switch (name) {
          case InOverride::Type:
            return in_.word(member, policy::override_type_from, override.type);
          case InOverride::Comment:
            return in_.text(member, override.comment);
        }
      });
    });
  }

  /// Of a message without author domain most members are null. And where all evaluations are there,
  /// this one does not count.
  void only_evaluation(value& item) {
    bool has_null_author = false;
    problem_of_one_ = apart([&] { has_null_author = evaluation(item, one_); });
    if (has_null_author) problem_of_one_.reset();
  }

  void all_evaluations(value& item) {
    in_.list(item, [this](value& element) {
      ReadEvaluation read;
      if (evaluation(element, read)) in_.complain("wrong value, expected an author domain");
      if (read.author) record_.verdict.dmarc.push_back(read.take());
    });
  }

  /// True if the author domain is null.
  bool evaluation(value& item, ReadEvaluation& read) {
    bool has_null_author = false;
    in_.object(item, kEvaluation, [&](InEvaluation name, value& member) {
      switch (name) {
        case InEvaluation::Result:
          return in_.word(member, policy::dmarc_result_from, read.result);
        case InEvaluation::AuthorDomain:
          has_null_author = in_.is_null(member);
          return domain_name(member, read.author);
        case InEvaluation::PolicyDomain:
          return domain_name(member, read.policy_domain);
        case InEvaluation::Policy:
          return in_.word_or_null(member, policy::disposition_from, read.policy);
        case InEvaluation::PolicyTag:
          if (!in_.is_null(member)) in_.text(member, read.policy_tag);
          return;
        case InEvaluation::Discovery:
          return in_.word(member, discovery_from, read.discovery);
        case InEvaluation::Aligned:
          return aligned(member, read.aligned);
        case InEvaluation::Record:
          if (!in_.is_null(member)) in_.text(member, read.record.emplace().text);
          return;
      }
    });
    return has_null_author;
  }

  void aligned(value& item, std::vector<policy::AlignedIdentifier>& aligned) {
    in_.list(item, [this, &aligned](value& element) {
      std::optional<policy::Mechanism> mechanism;
      std::optional<DomainName> domain;
      in_.object(element, kAligned, [&](InAligned name, value& member) {
        switch (name) {
          case InAligned::Mechanism:
            mechanism.emplace();
            return in_.word(member, policy::mechanism_from, *mechanism);
          case InAligned::Domain:
            domain_name(member, domain);
            if (!domain) in_.complain("wrong value, expected a domain name");
            return;
        }
      });
      if (mechanism && domain) aligned.push_back({*mechanism, std::move(*domain), false});
    });
  }

  Record& record_;
  NameMemory& names_;
  MemberReader in_;
  std::bitset<kTop.size()> there_;
  std::uint64_t version_ = 0;
  std::uint64_t amends_ = 0;
  std::uint64_t deciding_ = 0;
  ReadEvaluation one_;
  std::optional<Error> problem_of_version_;
  std::optional<Error> problem_of_every_line_;
  std::optional<Error> problem_of_amends_;
  std::optional<Error> problem_of_deciding_;
  std::optional<Error> problem_of_one_;
};

}  // namespace

struct LineReader::State {
  ondemand::parser parser{kMaxReadLine};
  /// The line with the room behind it that the parser wants to be able to look at.
  std::vector<char> padded;
  Record record;
  NameMemory names;
};

LineReader::LineReader() : state_(std::make_unique<State>()) {}
LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;

Result<const Record*> LineReader::read(std::string_view line) {
  if (line.size() > kMaxReadLine) return fail("a line of more than 1 MB");
  auto& padded = state_->padded;
  if (padded.size() < line.size() + simdjson::SIMDJSON_PADDING) {
    padded.resize(line.size() + simdjson::SIMDJSON_PADDING);
  }
  line.copy(padded.data(), line.size());
  ondemand::document document;
  const auto code = state_->parser.iterate(padded.data(), line.size(), padded.size()).get(document);
  if (code != simdjson::SUCCESS) {
    return fail("no JSON object: " + std::string(simdjson::error_message(code)));
  }
  return LineParser(state_->record, state_->names).parse(document);
}

}  // namespace waarmerk::reporting
