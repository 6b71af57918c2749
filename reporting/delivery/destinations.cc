// Whether the owner of an address has agreed to get the reports about a domain. RFC 9990 4
#include "reporting/delivery/destinations.h"

#include <algorithm>
#include <utility>

#include "policy/dmarc/discovery.h"
#include "policy/gather.h"
#include "reporting/delivery/report_uri.h"

namespace waarmerk::reporting {
namespace {

using Kind = Destination::Kind;

Destination refused(std::string why) { return {.kind = Kind::Refused, .why = std::move(why)}; }

Destination open(std::string why) { return {.kind = Kind::Open, .why = std::move(why)}; }

Destination allowed(MailAddress address, std::string why) {
  return {.kind = Kind::Allowed, .address = std::move(address), .why = std::move(why)};
}

/// True if `text` begins with v=DMARC1 as its first tag; nothing else is needed. A-54
std::optional<policy::dmarc::Record> consent_in(const dns::Answer& answer) {
  for (const std::string& text : answer.texts) {
    if (auto record = policy::dmarc::parse_record(text)) return std::move(*record);
  }
  return std::nullopt;
}

/// Judges the addresses of one policy. Keeps the walk from the policy domain for all of them.
class Judge {
 public:
  Judge(const PublishedPolicy& policy, const policy::Settings& settings, dns::Lookup& lookup,
        Instant deadline)
      : policy_(policy),
        list_(policy::list_in_force(settings)),
        never_(settings.report.never),
        lookup_(lookup),
        deadline_(deadline) {}

  [[nodiscard]] Destination judge(const std::string& uri) {
    const auto address = address_of(uri);
    if (!address) return refused("no address: " + address.error().text);
    const DomainName& host = address->domain();
    const auto never = std::ranges::find_if(
        never_, [&host](const DomainName& name) { return host.is_at_or_below(name); });
    if (never != never_.end()) return refused("report.never names " + never->text());
    if (host == policy_.domain) return allowed(*address, "at the policy domain itself");
    const auto same = shares_organization(host);
    if (same == true) return allowed(*address, "in the organization of " + policy_.domain.text());
    Destination external = by_consent(*address);
    // Whoever has agreed may have it in either case.
    if (!same && external.kind == Kind::Refused) {
      return open("a DNS error hides whether " + host.text() + " is of the organization of " +
                  policy_.domain.text());
    }
    return external;
  }

 private:
  [[nodiscard]] policy::dmarc::Walk walk_from(const DomainName& start) {
    return list_ == nullptr ? policy::dmarc::walk(start, lookup_, deadline_)
                            : policy::dmarc::listed(start, *list_);
  }

  /// nullopt: a DNS error leaves that open. A-50
  std::optional<bool> shares_organization(const DomainName& host) {
    if (!own_walk_) own_walk_ = walk_from(policy_.domain);
    return policy::dmarc::same_organization(*own_walk_, walk_from(host));
  }

  /// By the record with which a host agrees. A-51..A-54
  Destination by_consent(const MailAddress& address) {
    const DomainName& host = address.domain();
    const auto name = host.prefixed(policy_.domain.text() + "._report._dmarc");
    if (!name) return refused("the name by which " + host.text() + " would agree is too long");
    const dns::AnswerPtr answer = lookup_.get({*name, dns::Type::Txt}, deadline_);
    if (dns::is_error(answer->status)) {
      return open("no answer for " + name->text() + " (" +
                  std::string(dns::to_string(answer->status)) + ")");
    }
    const auto consent = consent_in(*answer);
    if (!consent) {
      return refused(host.text() + " does not take reports about " + policy_.domain.text() +
                     ": no DMARC record at " + name->text());
    }
    return as_redirected(address, *consent, "by the record at " + name->text());
  }

  /// The host may name another address, but only its own. A-55
  static Destination as_redirected(const MailAddress& address, const policy::dmarc::Record& consent,
                                   const std::string& why) {
    std::optional<MailAddress> other;
    for (const std::string& uri : consent.rua) {
      auto named = address_of(uri);
      if (!named) continue;
      if (named->domain() != address.domain()) {
        return refused(address.domain().text() + " sends reports on to another host, " +
                       named->domain().text() + ", which it may not");
      }
      if (!other) other = std::move(*named);
    }
    return allowed(other.value_or(address), why);
  }

  const PublishedPolicy& policy_;
  const policy::dmarc::PublicSuffixList* list_;
  const std::vector<DomainName>& never_;
  dns::Lookup& lookup_;
  Instant deadline_;
  std::optional<policy::dmarc::Walk> own_walk_;
};

}  // namespace

std::vector<Destination> destinations_of(const PublishedPolicy& policy,
                                         const policy::Settings& settings, dns::Lookup& lookup,
                                         Instant deadline) {
  Judge judge(policy, settings, lookup, deadline);
  std::vector<Destination> judged;
  std::size_t taken = 0;
  for (const std::string& uri : policy.record.rua) {
    // What is beyond the limit costs no questions either.
    Destination destination =
        taken < kMaxDestinations
            ? judge.judge(uri)
            : refused("more than " + std::to_string(kMaxDestinations) + " addresses");
    const auto is_the_same = [&destination](const Destination& other) {
      return other.kind == Kind::Allowed && other.address == destination.address;
    };
    if (destination.kind == Kind::Allowed && std::ranges::any_of(judged, is_the_same)) {
      destination = refused("named before");
    }
    if (destination.kind != Kind::Refused) ++taken;
    destination.uri = uri;
    judged.push_back(std::move(destination));
  }
  return judged;
}

}  // namespace waarmerk::reporting
