// Asks for the names of the client, and for the addresses that confirm them. RFC 7208 5.5
#include "policy/spf/client_names.h"

#include <algorithm>

#include "policy/spf/questions.h"

namespace waarmerk::policy::spf {

ClientNames::ClientNames(const IpAddress& client, unsigned max_names, dns::Lookup& lookup,
                         Instant deadline)
    : client_(client), max_names_(max_names), lookup_(lookup), deadline_(deadline) {}

dns::Status ClientNames::status() {
  ask();
  return *status_;
}

void ClientNames::ask() {
  if (status_) return;
  const auto reverse = DomainName::from_octets(client_.reverse_name());
  if (!reverse) {
    status_ = dns::Status::NxDomain;
    return;
  }
  const auto answer = lookup_.get({*reverse, dns::Type::Ptr}, deadline_);
  status_ = answer->status;
  const auto count = std::min<std::size_t>(answer->names.size(), max_names_);
  for (std::size_t i = 0; i < count; ++i) names_.push_back({answer->names[i], std::nullopt});
}

bool ClientNames::validate(Name& candidate) {
  if (!candidate.is_validated) {
    const auto answer = lookup_.get({candidate.name, address_type(client_)}, deadline_);
    candidate.is_validated =
        std::ranges::find(answer->addresses, client_) != answer->addresses.end();
  }
  return *candidate.is_validated;
}

bool ClientNames::any_at_or_below(const DomainName& domain) {
  ask();
  return std::ranges::any_of(names_, [&](Name& candidate) {
    return candidate.name.is_at_or_below(domain) && validate(candidate);
  });
}

std::optional<DomainName> ClientNames::best_for(const DomainName& domain) {
  ask();
  const auto distance = [&domain](const Name& candidate) {
    if (candidate.name == domain) return 0;
    return candidate.name.is_at_or_below(domain) ? 1 : 2;
  };
  for (const int wanted : {0, 1, 2}) {
    for (Name& candidate : names_) {
      if (distance(candidate) == wanted && validate(candidate)) return candidate.name;
    }
  }
  return std::nullopt;
}

}  // namespace waarmerk::policy::spf
