// The OpenSPF suite for RFC 7208, read from its file.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "dns/lookup.h"
#include "policy/spf/evaluate.h"

namespace waarmerk::policy::spf {

/// So many cases were published.
inline constexpr std::size_t kPublishedSpfCases = 203;

/// One case: an SMTP client and its names, and the results that are right.
struct SpfCase {
  std::string id;
  std::string helo;
  std::string host;
  std::string mail_from;
  std::vector<std::string> results;
  std::optional<std::string> explanation;
  std::shared_ptr<dns::Lookup> zone;
};

std::ostream& operator<<(std::ostream& out, const SpfCase& c);

/// The question of a case, as a receiver reads it; nullopt where its identity has no domain to ask.
[[nodiscard]] std::optional<Request> request_of(const SpfCase& c);

/// Every case; none where the suite is absent.
[[nodiscard]] const std::vector<SpfCase>& spf_suite();

}  // namespace waarmerk::policy::spf
