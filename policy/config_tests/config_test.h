// A test in the configuration: a message in short words, and what is to become of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/facts.h"
#include "policy/settings.h"
#include "policy/verdict.h"

namespace waarmerk::policy {

/// The words of `policy` beside the text of a record.
inline constexpr std::string_view kNoRecord = "none";
inline constexpr std::string_view kUnreachableRecord = "temperror";

/// One [[test]]. A value; policy/config_tests/keys.cc tells what each member means.
struct ConfigTest {
  std::string name;
  /// Where it begins in the configuration.
  std::uint32_t line = 0;

  std::vector<DomainName> author_domain;
  std::string policy{kNoRecord};
  /// Where the record stands; nullopt: at the first author domain.
  std::optional<DomainName> policy_domain;
  dns::Security dnssec = dns::Security::Unknown;
  std::optional<DomainName> mail_from_domain;
  SpfResult spf = SpfResult::None;
  std::vector<DomainName> signed_by;
  std::vector<DomainName> broken_signature_of;
  std::vector<DomainName> list_id;
  std::optional<IpAddress> client;
  std::string client_name;
  std::string helo;
  std::string tls;
  std::vector<DomainName> recipients;

  /// What mode "enforce" is to do.
  std::optional<ActionKind> action;
  std::optional<std::string> rule;
  std::optional<DmarcResult> dmarc;
  std::optional<Override::Type> override;
};

/// What no message has together, one clause each: empty for a test that can be. Pure.
[[nodiscard]] std::vector<std::string> impossibilities(const ConfigTest& test);

/// The message that the test describes. Its client is exempt where the settings say so. Pure.
[[nodiscard]] Facts facts_of(const ConfigTest& test, const Settings::Exempt& exempt);

}  // namespace waarmerk::policy
