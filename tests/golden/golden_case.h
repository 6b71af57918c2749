// One folder of tests/golden: the evidence of a message and what must come of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dns/zone.h"
#include "policy/gather.h"
#include "policy/message.h"
#include "policy/settings.h"

namespace waarmerk::golden {

/// What stands in a folder: `envelope` (lines "key: value"), `message.eml` (octet-exact), `zone`,
/// optionally `settings.toml`, and a sentence in `why`.
struct GoldenCase {
  std::string name;
  policy::MessageParts parts;
  policy::SplitMessage message;
  policy::Settings settings;
  dns::Zone zone;
  /// What `message` points into.
  std::string octets;
};

/// The folders of tests/golden, sorted.
[[nodiscard]] std::vector<std::string> case_names();
/// A case name as gtest takes it.
[[nodiscard]] std::string test_name(std::string_view case_name);
/// Reads a case; throws std::runtime_error with the file when it is incomplete.
[[nodiscard]] GoldenCase read_case(const std::string& name);
/// Compares `got` with the file of that name in the case's folder; with UPDATE_GOLDEN=1 in the
/// environment writes it instead.
void expect_file(const GoldenCase& golden, std::string_view file, const std::string& got);

}  // namespace waarmerk::golden
