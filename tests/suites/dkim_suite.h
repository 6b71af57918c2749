// The DKIM suite, read from its files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "dns/zone.h"
#include "policy/facts.h"

namespace waarmerk::policy::dkim {

/// So many cases were published.
inline constexpr std::size_t kPublishedDkimCases = 257;

/// A message, its DNS, and the results that are right.
struct DkimCase {
  std::string id;
  std::string file;
  std::string zone;
  std::int64_t time = 0;
  /// For each signature a result, several with '|' between, or "notpass", "any", "none".
  std::vector<std::string> expected;
};

std::ostream& operator<<(std::ostream& out, const DkimCase& c);

/// A message that the suite holds and its index leaves out: it has no header, so no signature.
inline const DkimCase kUnindexedDkimCase{.id = "chasquid/03-bad_message",
                                         .file = "chasquid/03-bad_message.eml",
                                         .zone = "chasquid/03-bad_message.zone.txt",
                                         .expected = {"none"}};

/// Every case of the index; none where the suite is absent.
[[nodiscard]] const std::vector<DkimCase>& dkim_suite();

/// The octets of one of its files.
[[nodiscard]] std::string dkim_suite_file(const std::string& name);

/// The suite's zones have two columns, an owner and the octets of a TXT record or a word.
[[nodiscard]] dns::Zone read_suite_zone(std::string_view text);

/// Whether a result is the expected word, or one of several with '|' between, or fits "notpass" or
/// "any".
[[nodiscard]] bool fits(DkimResult result, std::string_view expected);

}  // namespace waarmerk::policy::dkim
