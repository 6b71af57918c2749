// Tests that describe no message that could arrive: they would prove nothing.
#include <algorithm>
#include <array>
#include <optional>

#include "policy/config_tests/config_test.h"

namespace waarmerk::policy {
namespace {

using Clause = std::optional<std::string>;

Clause record_that_is_bogus(const ConfigTest& test) {
  if (test.dnssec != dns::Security::Bogus || test.policy == kUnreachableRecord) return std::nullopt;
  return "dnssec = \"bogus\": such a record is not read; expected policy = \"temperror\" with it";
}

Clause policy_of_another(const ConfigTest& test) {
  const auto applies = [&](const DomainName& author) {
    return author.is_at_or_below(*test.policy_domain);
  };
  if (!test.policy_domain || std::ranges::any_of(test.author_domain, applies)) return std::nullopt;
  return "policy_domain = \"" + test.policy_domain->text() +
         "\" applies to no author; expected an author_domain or one above it";
}

/// RFC 7208 2.4, 4.3
Clause pass_of_nobody(const ConfigTest& test) {
  const bool has_domain = test.mail_from_domain || DomainName::parse(test.helo);
  if (test.spf != SpfResult::Pass || has_domain) return std::nullopt;
  return "spf = \"pass\" is for nobody; expected mail_from_domain, or a name in helo";
}

}  // namespace

std::vector<std::string> impossibilities(const ConfigTest& test) {
  constexpr std::array kChecks = {record_that_is_bogus, policy_of_another, pass_of_nobody};
  std::vector<std::string> clauses;
  for (const auto check : kChecks) {
    if (auto clause = check(test)) clauses.push_back(std::move(*clause));
  }
  return clauses;
}

}  // namespace waarmerk::policy
