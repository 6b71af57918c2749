#include "policy/gather.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "policy/author_domain.h"
#include "policy/dmarc/alignment.h"
#include "policy/dmarc/discovery.h"
#include "policy/dmarc/list_comparison.h"
#include "policy/list_trace.h"
#include "policy/spf/check.h"
#include "policy/spf/identity.h"

namespace waarmerk::policy {
namespace {

constexpr std::size_t kMaxTraceText = 1024;
/// What parts the records of an answer in the evidence.
constexpr std::string_view kBetweenRecords = " | ";

/// The door to the DNS for one message, how long it stands open, and the public suffix list if
/// that stands in for tree walks.
struct Asking {
  dns::Lookup& lookup;
  Instant deadline;
  const dmarc::PublicSuffixList* list;
};

/// True if the recipient's domain is among those that are kept.
bool note_recipient(std::string_view recipient, std::vector<std::string>& domains) {
  const auto at = recipient.rfind('@');
  if (at == std::string_view::npos) return false;
  const auto domain = DomainName::parse(recipient.substr(at + 1));
  if (!domain) return false;
  if (std::ranges::find(domains, domain->text()) != domains.end()) return true;
  if (domains.size() >= kMaxRecipientDomains) return false;
  domains.push_back(domain->text());
  return true;
}

void note_recipients(const MessageParts& parts, Envelope& envelope) {
  const auto kept = static_cast<unsigned>(parts.recipients.size());
  envelope.recipient_count = std::max(parts.recipient_count, kept);
  unsigned listed = 0;
  for (const std::string& recipient : parts.recipients) {
    if (note_recipient(recipient, envelope.recipient_domains)) ++listed;
  }
  envelope.unlisted_recipients = envelope.recipient_count - listed;
}

bool is_mailbox(std::string_view recipient, const MailAddress& mailbox) {
  const auto at = recipient.rfind('@');
  if (at == std::string_view::npos || !iequals(recipient.substr(0, at), mailbox.local_part())) {
    return false;
  }
  return DomainName::parse(recipient.substr(at + 1)) == mailbox.domain();
}

/// Recipients that were not kept may be anybody.
bool is_to_report_mailboxes(const MessageParts& parts, const Settings& settings) {
  if (parts.recipients.empty() || parts.recipient_count > parts.recipients.size()) return false;
  return std::ranges::all_of(parts.recipients, [&settings](const std::string& recipient) {
    return std::ranges::any_of(settings.report.mailboxes, [&recipient](const MailAddress& mailbox) {
      return is_mailbox(recipient, mailbox);
    });
  });
}

Envelope envelope_of(const MessageParts& parts, const Settings& settings) {
  Envelope envelope;
  envelope.null_sender = parts.mail_from.empty();
  if (!envelope.null_sender) {
    envelope.mail_from_domain = spf::mail_from_identity(parts.mail_from, parts.client.helo).domain;
  }
  note_recipients(parts, envelope);
  envelope.to_report_mailbox = is_to_report_mailboxes(parts, settings);
  if (settings.log.addresses) {
    envelope.mail_from_address = parts.mail_from;
    const auto kept = std::min(parts.recipients.size(), kMaxRecipientDomains);
    envelope.recipient_addresses.assign(parts.recipients.begin(),
                                        parts.recipients.begin() + static_cast<long>(kept));
  }
  return envelope;
}

/// `personal` takes the names that hold the local part; nullptr if they may be known.
spf::Checked check_identity(const spf::Identity& identity, const MessageParts& parts,
                            const Settings& settings, const Asking& asking,
                            spf::PersonalNames* personal) {
  SpfOutcome outcome{.domain = identity.domain};
  if (!parts.client.ip) {
    outcome.reason = "no client address";
    return {outcome, std::nullopt};
  }
  if (!identity.domain) {
    outcome.reason = "no domain to check";
    return {outcome, std::nullopt};
  }
  const spf::Request request{.client = *parts.client.ip,
                             .domain = *identity.domain,
                             .local_part = identity.local_part,
                             .helo = parts.client.helo,
                             .receiver = parts.receiver,
                             .time = parts.time,
                             .personal = personal};
  return spf::check(settings.engine, request, {.voids = settings.spf.void_limit}, asking.lookup,
                    asking.deadline);
}

void add_author_walk(const DomainName& author, const Asking& asking, Facts& facts) {
  facts.walks.push_back(
      asking.list == nullptr
          ? dmarc::walk(author, asking.lookup, asking.deadline)
          : dmarc::listed_author(author, *asking.list, asking.lookup, asking.deadline));
}

void add_walk(const DomainName& start, const Asking& asking, Facts& facts) {
  if (find_walk(facts, start) != nullptr) return;
  facts.walks.push_back(asking.list == nullptr ? dmarc::walk(start, asking.lookup, asking.deadline)
                                               : dmarc::listed(start, *asking.list));
}

/// Whether the author domain exists matters only where the record above it that applies says np.
/// RFC 9989 3.2.13, 4.7; D-52, D-53
void note_existence(const Asking& asking, dmarc::Walk& walk) {
  const dmarc::PolicySource source = dmarc::policy_source(walk);
  if (source.record == nullptr || *source.domain == walk.start || !source.record->np) return;
  walk.start_exists = dmarc::domain_exists(walk.start, asking.lookup, asking.deadline);
}

/// The walk of each author domain: the record that applies and the organizational domain.
void gather_authors(const Asking& asking, Facts& facts) {
  for (const DomainName& author : facts.author.domains) add_author_walk(author, asking, facts);
  for (dmarc::Walk& walk : facts.walks) note_existence(asking, walk);
}

/// True if `identifier` may align with an author.
bool concerns_author(const DomainName& identifier, const Facts& facts) {
  return std::ranges::any_of(facts.author.domains, [&](const DomainName& author) {
    const auto organization = dmarc::organizational_domain(*find_walk(facts, author));
    return identifier == author || dmarc::needs_walk(identifier, author, organization);
  });
}

/// The two identities of SPF, of which both are evaluated and kept. RFC 7208 2.3, 2.4; S-01..S-03
class SpfGathering {
 public:
  SpfGathering(const MessageParts& parts, const Settings& settings, const Asking& asking)
      : parts_(parts),
        settings_(settings),
        asking_(asking),
        helo_(spf::helo_identity(parts.client.helo)),
        sender_(spf::mail_from_identity(parts.mail_from, parts.client.helo)) {}

  [[nodiscard]] bool concerns_author(const Facts& facts) const {
    return sender_.domain && policy::concerns_author(*sender_.domain, facts);
  }

  void gather_sender(Facts& facts) { facts.spf_mail_from = check(sender_, facts); }

  /// The null reverse-path stands for postmaster at the HELO name: the same question. S-03
  void gather_helo(Facts& facts) {
    facts.spf_helo = sender_ == helo_ ? facts.spf_mail_from : check(helo_, facts);
  }

  /// Names that were asked and hold a local part that is not to be remembered.
  [[nodiscard]] const spf::PersonalNames& personal() const { return personal_; }

 private:
  SpfOutcome check(const spf::Identity& identity, Facts& facts) {
    const bool is_secret = !settings_.log.addresses && identity.local_part != spf::kNoLocalPart;
    spf::Checked checked =
        check_identity(identity, parts_, settings_, asking_, is_secret ? &personal_ : nullptr);
    if (auto& found = checked.disagreement) {
      found->native = personal_.hidden_in(std::move(found->native));
      found->reference = personal_.hidden_in(std::move(found->reference));
      facts.disagreements.push_back(std::move(*found));
    }
    checked.outcome.reason = personal_.hidden_in(std::move(checked.outcome.reason));
    return std::move(checked.outcome);
  }

  const MessageParts& parts_;
  const Settings& settings_;
  const Asking& asking_;
  spf::Identity helo_;
  spf::Identity sender_;
  spf::PersonalNames personal_;
};

/// The identifiers whose alignment may be in question: what was authenticated, what could not be
/// checked now, and signatures that broke on the header or the body.
std::vector<DomainName> identifiers(const Facts& facts) {
  std::vector<DomainName> found;
  const SpfOutcome& spf = facts.spf_mail_from;
  if (spf.domain && (spf.result == SpfResult::Pass || spf.result == SpfResult::TempError)) {
    found.push_back(*spf.domain);
  }
  for (const DkimOutcome& signature : facts.dkim) {
    const bool in_question =
        signature.result == DkimResult::Pass || signature.result == DkimResult::Fail ||
        signature.result == DkimResult::TempError || signature.result == DkimResult::Policy;
    if (signature.domain && in_question && signature.cause != DkimCause::Limit) {
      found.push_back(*signature.domain);
    }
  }
  return found;
}

/// The walks of the identifiers that could share an author's organizational domain.
/// RFC 9989 4.10.2; T-14
void gather_walks(const Asking& asking, Facts& facts) {
  for (const DomainName& identifier : identifiers(facts)) {
    if (concerns_author(identifier, facts)) add_walk(identifier, asking, facts);
  }
}

/// Only the organizational domains can tell whether the list is the identifier's: it does not stand
/// below it, but more than the last label is common.
bool needs_walks(const DomainName& list, const DomainName& identifier) {
  return !list.is_at_or_below(identifier) && list.last_labels(2) == identifier.last_labels(2);
}

/// A list's identity is evidence only next to something authenticated: only then is it looked up.
void gather_lists(const Asking& asking, Facts& facts) {
  const auto passed = [&facts](const DomainName& identifier) {
    const SpfOutcome& spf = facts.spf_mail_from;
    return (spf.result == SpfResult::Pass && spf.domain == identifier) ||
           std::ranges::any_of(facts.dkim, [&identifier](const DkimOutcome& signature) {
             return signature.result == DkimResult::Pass && signature.domain == identifier;
           });
  };
  for (const ListTrace& list : facts.lists) {
    for (const DomainName& identifier : identifiers(facts)) {
      if (!passed(identifier) || !needs_walks(list.domain, identifier)) continue;
      add_walk(list.domain, asking, facts);
      add_walk(identifier, asking, facts);
    }
  }
}

/// What the list would have said of a message whose walks are all there.
void compare_list(const Settings& settings, const Asking& asking, Facts& facts) {
  if (!settings.dmarc.compare_psl || asking.list != nullptr) return;
  const auto* list = dmarc::PublicSuffixList::of_host(settings.dmarc.psl_sections);
  if (list != nullptr) facts.list_differences = dmarc::compare_with_list(facts, *list);
}

/// All records of the answer, since it may be their number that decided.
std::string trace_text(const dns::Answer& answer) {
  if (dns::is_error(answer.status)) return printable(answer.detail, kMaxTraceText);
  std::string joined;
  for (const std::string& text : answer.texts) {
    if (joined.size() > kMaxTraceText) break;
    if (!joined.empty()) joined += kBetweenRecords;
    joined += text;
  }
  return printable(joined, kMaxTraceText);
}

std::vector<DnsTrace> traces_of(const dns::MessageLookup& lookup,
                                const spf::PersonalNames& personal) {
  std::vector<DnsTrace> traces;
  for (const auto& [question, answer] : lookup.trace()) {
    if (!personal.contains(question.name)) traces.push_back(trace_of(question, *answer));
  }
  return traces;
}

}  // namespace

dkim::Options dkim_options(const Settings& settings, const Author& author) {
  return {.max_signatures = settings.dkim.max_signatures,
          .min_rsa_bits = settings.dkim.min_rsa_bits,
          .refuse_body_length = settings.dkim.on_body_length == OnBodyLength::Policy,
          .clock_skew = settings.dkim.clock_skew,
          .preferred = author.domains};
}

const dmarc::PublicSuffixList* list_in_force(const Settings& settings) {
  switch (settings.dmarc.org_domain) {
    case DiscoveryMethod::TreeWalk:
      return nullptr;
    case DiscoveryMethod::Psl:
      return dmarc::PublicSuffixList::of_host(settings.dmarc.psl_sections);
  }
  return nullptr;
}

DnsTrace trace_of(const dns::Question& question, const dns::Answer& answer) {
  return {question.name, question.type, answer.status, answer.security, trace_text(answer)};
}

std::vector<std::string> records_of(const DnsTrace& trace) {
  std::vector<std::string> records;
  std::string_view rest = trace.text;
  for (auto end = rest.find(kBetweenRecords); end != std::string_view::npos;
       end = rest.find(kBetweenRecords)) {
    records.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + kBetweenRecords.size());
  }
  records.emplace_back(rest);
  return records;
}

bool is_whole(const DnsTrace& trace) {
  const bool was_emptied = trace.status == dns::Status::Found && trace.text.empty();
  return trace.text.size() < kMaxTraceText && !was_emptied;
}

Facts gather(const MessageParts& parts, const Settings& settings, dns::MessageLookup& lookup,
             Instant deadline) {
  Facts facts;
  facts.queue_id = parts.queue_id;
  facts.time = parts.time;
  facts.client = parts.client;
  facts.exemption = parts.exemption;
  facts.envelope = envelope_of(parts, settings);
  facts.author = author_domains(parts.fields);
  facts.oversized_header = parts.oversized_header;
  facts.forged_fields = parts.forged_fields;
  facts.internal_error = parts.internal_error;
  if (!is_judged(facts)) return facts;
  facts.lists = list_traces(parts.fields);
  gather_answers(parts, settings, lookup, deadline, facts);
  return facts;
}

void gather_answers(const MessageParts& parts, const Settings& settings, dns::MessageLookup& lookup,
                    Instant deadline, Facts& facts) {
  const Asking asking{lookup, deadline, list_in_force(settings)};
  // What decides about the author comes first, and strangers' names last: time and questions are
  // bounded, and a sender who spends them must not thereby hide what the author domain says.
  gather_authors(asking, facts);
  SpfGathering spf(parts, settings, asking);
  const bool sender_first = spf.concerns_author(facts);
  if (sender_first) spf.gather_sender(facts);
  if (parts.verifier != nullptr) {
    facts.dkim = parts.verifier->finish(asking.lookup, parts.time, deadline);
    std::ranges::move(parts.verifier->disagreements(), std::back_inserter(facts.disagreements));
  }
  if (!sender_first) spf.gather_sender(facts);
  gather_walks(asking, facts);
  spf.gather_helo(facts);
  gather_lists(asking, facts);
  compare_list(settings, asking, facts);
  facts.dns = traces_of(lookup, spf.personal());
}

}  // namespace waarmerk::policy
