// Records, names and answers for the terms of SPF records. RFC 7208 4, 5, 6
#include "policy/spf/terms.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "policy/spf/questions.h"

namespace waarmerk::policy::spf {
namespace {

// Hints of one check, whatever its records say. A budget of ten terms needs no more.
constexpr unsigned kMaxPrefetches = 20;

Match match_if(bool matches) { return matches ? Match::Yes : Match::No; }

/// A null MX is none. RFC 7505
bool is_host(const dns::MailExchange& mx) { return mx.exchange.has_value(); }

}  // namespace

std::string shown(const DomainName& domain) { return printable(domain.text(), 253); }

Terms::Terms(const Request& request, const Limits& limits, dns::Lookup& lookup, Instant deadline)
    : request_(request),
      lookup_(lookup),
      budget_(limits, deadline),
      client_names_(request.client, limits.ptr, lookup, deadline),
      prefetches_left_(kMaxPrefetches) {}

// ---- Records ------------------------------------------------------------------------------------

std::expected<Published, NoRecord> Terms::fetch(const DomainName& domain) {
  const auto no_record = [](SpfResult result, std::string reason) {
    return std::unexpected(NoRecord{result, std::move(reason)});
  };
  if (domain.label_count() < 2) {
    return no_record(SpfResult::None,
                     shown(domain) + " is a single label, not a domain with a record");
  }
  const auto answer = lookup_.get({domain, dns::Type::Txt}, budget_.deadline());
  if (dns::is_error(answer->status)) {
    return no_record(SpfResult::TempError, "the DNS gave no answer for the record of " +
                                               shown(domain) + " (" +
                                               std::string(to_string(answer->status)) + ")");
  }
  const auto records = spf_records(answer->texts);
  if (records.empty()) return no_record(SpfResult::None, "no SPF record at " + shown(domain));
  if (records.size() > 1) {
    return no_record(SpfResult::PermError,
                     std::to_string(records.size()) + " SPF records at " + shown(domain));
  }
  auto record = parse_record(records.front());
  if (!record) {
    return no_record(SpfResult::PermError,
                     "syntax error in the record of " + shown(domain) + " at offset " +
                         std::to_string(record.error().offset) + ": " + record.error().what);
  }
  look_ahead(*record, domain);
  return Published{domain, std::move(*record), answer};
}

// ---- Mechanisms ---------------------------------------------------------------------------------

Match Terms::match(const Mechanism& mechanism, const Place& place) {
  const IpAddress& client = request_.client;
  return std::visit(
      Overloaded{[](const All&) { return Match::Yes; },
                 [&client](const Ip4& ip4) { return match_if(ip4.network.contains(client)); },
                 [&client](const Ip6& ip6) { return match_if(ip6.contains(client)); },
                 [](const Include&) { return Match::No; },
                 [&](const A& a) { return match_a(a, place); },
                 [&](const Mx& mx) { return match_mx(mx, place); },
                 [&](const Ptr& ptr) { return match_ptr(ptr, place); },
                 [&](const Exists& exists) { return match_exists(exists, place); }},
      mechanism);
}

/// RFC 7208 5.3
Match Terms::match_a(const A& a, const Place& place) {
  if (!begin_term(a.domain ? &*a.domain : nullptr, place)) return Match::Halted;
  const auto name = target(a.domain, place.domain);
  if (!name) return no_name(name.error(), place);
  const auto answer = ask({*name, address_type(request_.client)}, place);
  if (!answer) return Match::Halted;
  if (answer->status != dns::Status::Found && !budget_.spend_void(place)) return Match::Halted;
  return match_if(has_client(*answer, a.cidr));
}

/// The hosts are taken in the order of the reply; one beyond the limit is an error only when it is
/// reached. A name without MX records is not its own mail host. RFC 7208 4.6.4, 5.4
Match Terms::match_mx(const Mx& mx, const Place& place) {
  if (!begin_term(mx.domain ? &*mx.domain : nullptr, place)) return Match::Halted;
  const auto name = target(mx.domain, place.domain);
  if (!name) return no_name(name.error(), place);
  const auto hosts = ask({*name, dns::Type::Mx}, place);
  if (!hosts) return Match::Halted;
  const auto questions = host_questions(*hosts);
  for (const auto& question : questions) prefetch(question);
  bool found_nothing = hosts->status != dns::Status::Found;
  for (const auto& question : questions) {
    const auto answer = ask(question, place);
    if (!answer) return Match::Halted;
    if (has_client(*answer, mx.cidr)) return Match::Yes;
    found_nothing = found_nothing || answer->status != dns::Status::Found;
  }
  if (std::ranges::count_if(hosts->exchanges, is_host) > budget_.limits().mx) {
    budget_.halt(SpfResult::PermError, "more than " + std::to_string(budget_.limits().mx) +
                                           " mail hosts for " + to_string(place));
    return Match::Halted;
  }
  return found_nothing && !budget_.spend_void(place) ? Match::Halted : Match::No;
}

/// The address questions for the hosts within the limit.
std::vector<dns::Question> Terms::host_questions(const dns::Answer& hosts) const {
  std::vector<dns::Question> questions;
  for (const auto& host : hosts.exchanges) {
    if (questions.size() == budget_.limits().mx) break;
    if (is_host(host)) questions.push_back({*host.exchange, address_type(request_.client)});
  }
  return questions;
}

/// Whoever sends from an address decides what its PTR records say, so their errors are no errors of
/// the domain's. RFC 7208 5.5
Match Terms::match_ptr(const Ptr& ptr, const Place& place) {
  if (!begin_term(ptr.domain ? &*ptr.domain : nullptr, place)) return Match::Halted;
  const auto name = target(ptr.domain, place.domain);
  if (!name) return Match::No;
  const auto status = client_names_.status();
  const bool is_void = status == dns::Status::NoData || status == dns::Status::NxDomain;
  if (is_void && !budget_.spend_void(place)) return Match::Halted;
  return match_if(client_names_.any_at_or_below(*name));
}

/// RFC 7208 5.7
Match Terms::match_exists(const Exists& exists, const Place& place) {
  if (!begin_term(&exists.domain, place)) return Match::Halted;
  const auto name = expand(exists.domain, place.domain);
  if (!name) return no_name(name.error(), place);
  const auto answer = ask({*name, dns::Type::A}, place);
  if (!answer) return Match::Halted;
  if (answer->status == dns::Status::Found) return Match::Yes;
  return budget_.spend_void(place) ? Match::No : Match::Halted;
}

/// Pays for a term that asks the DNS. The PTR question of %{p} is one of its own, once. False: it
/// was one too many. RFC 7208 4.6.4
bool Terms::begin_term(const MacroString* spec, const Place& place) {
  if (!budget_.spend_term(place)) return false;
  const bool asks_ptr = spec != nullptr && spec->uses(MacroLetter::ClientName);
  if (!asks_ptr || client_names_.asked()) return true;
  return budget_.spend_term(place);
}

/// A name that the DNS cannot hold is one that it does not hold.
Match Terms::no_name(NoName why, const Place& place) {
  if (why == NoName::NotAscii || budget_.spend_void(place)) return Match::No;
  return Match::Halted;
}

/// The answer, or nullptr when a DNS error ends the check. RFC 7208 5
dns::AnswerPtr Terms::ask(const dns::Question& question, const Place& place) {
  auto answer = lookup_.get(question, budget_.deadline());
  if (!dns::is_error(answer->status)) return answer;
  budget_.halt(SpfResult::TempError,
               "the DNS gave no answer for " + std::string(to_string(question.type)) + " of " +
                   shown(question.name) + " (" + std::string(to_string(answer->status)) +
                   "), needed by " + to_string(place));
  return nullptr;
}

bool Terms::has_client(const dns::Answer& answer, const DualCidr& cidr) const {
  const IpAddress& client = request_.client;
  const unsigned length = client.is_v4() ? cidr.v4 : cidr.v6;
  return std::ranges::any_of(answer.addresses, [&client, length](const IpAddress& address) {
    return client.matches(address, length);
  });
}

// ---- Names and texts ----------------------------------------------------------------------------

MacroContext Terms::context(const DomainName& domain) const {
  return {.client = request_.client,
          .local_part = request_.local_part,
          .sender_domain = request_.domain.text(),
          .domain = domain.text(),
          .helo = request_.helo,
          .receiver = request_.receiver,
          .time = request_.time};
}

std::expected<DomainName, NoName> Terms::expand(const MacroString& spec, const DomainName& domain) {
  MacroContext values = context(domain);
  std::optional<DomainName> client_name;
  if (spec.uses(MacroLetter::ClientName)) client_name = client_names_.best_for(domain);
  if (client_name) values.client_name = client_name->text();
  auto name = expand_name(spec, values);
  if (name && is_personal(spec, domain)) request_.personal->add(*name);
  return name;
}

/// True if the local part, which is to stay secret, is in what the text becomes.
bool Terms::is_personal(const MacroString& text, const DomainName& domain) const {
  if (request_.personal == nullptr) return false;
  return text.uses(MacroLetter::LocalPart) || text.uses(MacroLetter::Sender) ||
         (text.uses(MacroLetter::Domain) && request_.personal->contains(domain));
}

std::expected<DomainName, NoName> Terms::target(const std::optional<MacroString>& spec,
                                                const DomainName& domain) {
  if (!spec) return domain;
  return expand(*spec, domain);
}

std::optional<DomainName> Terms::referred(const MacroString& spec, const Place& place) {
  if (!begin_term(&spec, place)) return std::nullopt;
  auto name = expand(spec, place.domain);
  if (name) return std::move(*name);
  if (name.error() == NoName::CannotExist) {
    budget_.halt(SpfResult::PermError, to_string(place) + " gives no domain name");
  }
  return std::nullopt;
}

std::string Terms::explain(const ExplanationSource& source) {
  const auto name = expand(source.spec, source.domain);
  if (!name) return {};
  const auto answer = lookup_.get({*name, dns::Type::Txt}, budget_.deadline());
  if (answer->status != dns::Status::Found || answer->texts.size() != 1) return {};
  const auto text = MacroString::parse(answer->texts.front(), MacroUse::Explanation);
  if (!text || is_personal(*text, source.domain)) return {};
  MacroContext values = context(source.domain);
  std::optional<DomainName> client_name;
  if (text->uses(MacroLetter::ClientName)) client_name = client_names_.best_for(source.domain);
  if (client_name) values.client_name = client_name->text();
  const std::string expanded = expand_text(*text, values, kMaxExplanation);
  return is_all_ascii(expanded) ? printable(expanded, kMaxExplanation) : std::string();
}

/// Hints what the terms of a record will ask. Changes nothing but time.
void Terms::look_ahead(const Record& record, const DomainName& domain) {
  const auto questions = questions_ahead(record, context(domain), budget_.terms_left());
  for (const auto& question : questions) prefetch(question);
}

void Terms::prefetch(const dns::Question& question) {
  if (prefetches_left_ == 0) return;
  --prefetches_left_;
  lookup_.prefetch(question);
}

}  // namespace waarmerk::policy::spf
