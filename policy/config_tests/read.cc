#include "policy/config_tests/read.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "policy/block_reader.h"
#include "policy/config_tests/keys.h"

namespace waarmerk::policy {

ReadTests read_tests(std::span<const ConfigBlock> blocks) {
  ReadTests read;
  if (blocks.size() > kMaxTests) {
    read.findings.push_back({.text = "more than " + std::to_string(kMaxTests) + " tests",
                             .line = blocks[kMaxTests].line});
    blocks = blocks.first(kMaxTests);
  }
  for (const ConfigBlock& block : blocks) {
    ConfigTest test{.line = block.line};
    const std::string* name = text_in(block, "name");
    const auto store = [&](const TestKey& key, const OptionValue& value) {
      return key.store(test, value);
    };
    auto findings = read_block(block, test_keys(), store, spoken_block(kTestBlock, name));
    std::ranges::move(
        missing_keys(block, test_keys(), {"name", "action"}, spoken_block(kTestBlock, name)),
        std::back_inserter(findings));
    if (findings.empty()) {
      for (const std::string& clause : impossibilities(test)) {
        findings.push_back({.text = spoken_block(kTestBlock, name) + clause, .line = test.line});
      }
    }
    if (findings.empty()) read.tests.push_back(std::move(test));
    std::ranges::move(findings, std::back_inserter(read.findings));
  }
  return read;
}

}  // namespace waarmerk::policy
