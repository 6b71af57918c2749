#include "policy/gather.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "policy/author_domain.h"
#include "policy/dmarc/alignment.h"
#include "policy/dmarc/discovery.h"
#include "policy/list_trace.h"
#include "policy/spf/evaluate.h"
#include "policy/spf/identity.h"

namespace waarmerk::policy {
namespace {

constexpr std::size_t kMaxRecipientDomains = 100;
constexpr std::size_t kMaxTraceText = 1024;

/// The door to the DNS for one message, and how long it stands open.
struct Asking {
  dns::Lookup& lookup;
  Instant deadline;
};

void note_recipients(const std::vector<std::string>& recipients, Envelope& envelope) {
  envelope.recipient_count = static_cast<unsigned>(recipients.size());
  for (const std::string& recipient : recipients) {
    if (envelope.recipient_domains.size() >= kMaxRecipientDomains) return;
    const auto at = recipient.rfind('@');
    if (at == std::string::npos) continue;
    const auto domain = DomainName::parse(recipient.substr(at + 1));
    if (!domain) continue;
    auto& domains = envelope.recipient_domains;
    if (std::ranges::find(domains, domain->text()) == domains.end()) {
      domains.push_back(domain->text());
    }
  }
}

Envelope envelope_of(const MessageParts& parts, const Settings& settings) {
  Envelope envelope;
  envelope.null_sender = parts.mail_from.empty();
  if (!envelope.null_sender) {
    envelope.mail_from_domain =
        spf::mail_from_identity(parts.mail_from, parts.client.helo).domain;
  }
  note_recipients(parts.recipients, envelope);
  if (settings.log.addresses) {
    envelope.mail_from_address = parts.mail_from;
    const auto kept = std::min(parts.recipients.size(), kMaxRecipientDomains);
    envelope.recipient_addresses.assign(parts.recipients.begin(),
                                        parts.recipients.begin() + static_cast<long>(kept));
  }
  return envelope;
}

SpfOutcome check_identity(const spf::Identity& identity, const MessageParts& parts,
                          const Settings& settings, const Asking& asking) {
  SpfOutcome outcome{.domain = identity.domain};
  if (!parts.client.ip) {
    outcome.reason = "no client address";
    return outcome;
  }
  if (!identity.domain) {
    outcome.reason = "no domain to check";
    return outcome;
  }
  const spf::Request request{.client = *parts.client.ip,
                             .domain = *identity.domain,
                             .local_part = identity.local_part,
                             .helo = parts.client.helo,
                             .receiver = parts.receiver,
                             .time = parts.time};
  return spf::check_host(request, {.voids = settings.spf.void_limit}, asking.lookup,
                         asking.deadline);
}

/// Both identities are always evaluated and kept. RFC 7208 2.3, 2.4; S-01, S-02
void gather_spf(const MessageParts& parts, const Settings& settings, const Asking& asking,
                Facts& facts) {
  const auto helo = spf::helo_identity(parts.client.helo);
  const auto sender = spf::mail_from_identity(parts.mail_from, parts.client.helo);
  facts.spf_helo = check_identity(helo, parts, settings, asking);
  // The null reverse-path stands for postmaster at the HELO name: the same question. S-03
  facts.spf_mail_from =
      sender == helo ? facts.spf_helo : check_identity(sender, parts, settings, asking);
}

void add_walk(const DomainName& start, const Asking& asking, Facts& facts) {
  if (find_walk(facts, start) != nullptr) return;
  facts.walks.push_back(dmarc::walk(start, asking.lookup, asking.deadline));
}

/// Whether the author domain exists matters only where the record above it that applies says np.
/// RFC 9989 3.2.13, 4.7; D-52, D-53
void note_existence(const Asking& asking, dmarc::Walk& walk) {
  const dmarc::PolicySource source = dmarc::policy_source(walk);
  if (source.record == nullptr || *source.domain == walk.start || !source.record->np) return;
  walk.start_exists = dmarc::domain_exists(walk.start, asking.lookup, asking.deadline);
}

/// The identifiers whose alignment may be in question: what passed, what failed, and what could not
/// be checked now.
std::vector<DomainName> identifiers(const Facts& facts) {
  std::vector<DomainName> found;
  const SpfOutcome& spf = facts.spf_mail_from;
  if (spf.domain && (spf.result == SpfResult::Pass || spf.result == SpfResult::TempError)) {
    found.push_back(*spf.domain);
  }
  for (const DkimOutcome& signature : facts.dkim) {
    if (signature.domain && signature.cause != DkimCause::Limit) found.push_back(*signature.domain);
  }
  return found;
}

/// The walk of each author domain, and of each identifier that could share its organizational domain.
/// RFC 9989 4.10.2; T-14
void gather_walks(const Asking& asking, Facts& facts) {
  for (const DomainName& author : facts.author.domains) add_walk(author, asking, facts);
  for (dmarc::Walk& walk : facts.walks) note_existence(asking, walk);
  for (const DomainName& author : facts.author.domains) {
    const auto organization = dmarc::organizational_domain(*find_walk(facts, author));
    for (const DomainName& identifier : identifiers(facts)) {
      if (dmarc::needs_walk(identifier, author, organization)) add_walk(identifier, asking, facts);
    }
  }
}

/// Only the organizational domains can tell whether the list is the identifier's: it does not stand
/// below it, but more than the last label is common.
bool needs_walks(const DomainName& list, const DomainName& identifier) {
  return !list.is_at_or_below(identifier) && list.last_labels(2) == identifier.last_labels(2);
}

/// A list's identity is evidence only next to something authenticated: only then is it looked up.
void gather_lists(const MessageParts& parts, const Asking& asking, Facts& facts) {
  facts.lists = list_traces(parts.fields);
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

std::string trace_text(const dns::Answer& answer) {
  if (dns::is_error(answer.status)) return printable(answer.detail, kMaxTraceText);
  return answer.texts.empty() ? std::string() : printable(answer.texts.front(), kMaxTraceText);
}

std::vector<DnsTrace> traces_of(const dns::MessageLookup& lookup) {
  std::vector<DnsTrace> traces;
  for (const auto& [question, answer] : lookup.trace()) {
    traces.push_back({question.name, question.type, answer->status, answer->security,
                      trace_text(*answer)});
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

Facts gather(const MessageParts& parts, const Settings& settings, dns::MessageLookup& lookup,
             Instant deadline) {
  Facts facts;
  facts.queue_id = parts.queue_id;
  facts.time = parts.time;
  facts.client = parts.client;
  facts.exemption = parts.exemption;
  facts.envelope = envelope_of(parts, settings);
  facts.author = author_domains(parts.fields);
  facts.forged_fields = parts.forged_fields;
  facts.internal_error = parts.internal_error;
  if (parts.exemption != Exemption::None) return facts;

  const Asking asking{lookup, deadline};
  gather_spf(parts, settings, asking, facts);
  if (parts.verifier != nullptr) {
    facts.dkim = parts.verifier->finish(asking.lookup, parts.time, deadline);
  }
  gather_walks(asking, facts);
  gather_lists(parts, asking, facts);
  facts.dns = traces_of(lookup);
  return facts;
}

}  // namespace waarmerk::policy
