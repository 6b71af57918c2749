// The [[test]] blocks of a configuration, read by the table of keys.
#pragma once

#include <span>
#include <vector>

#include "policy/config_block.h"
#include "policy/config_tests/config_test.h"
#include "policy/configuration.h"

namespace waarmerk::policy {

/// At most so many tests: they run at every start and reload.
inline constexpr std::size_t kMaxTests = 1000;

/// The tests without a fault, in order, and the faults of all.
struct ReadTests {
  std::vector<ConfigTest> tests;
  std::vector<Finding> findings;
};

/// Reads the blocks. Total; pure.
[[nodiscard]] ReadTests read_tests(std::span<const ConfigBlock> blocks);

}  // namespace waarmerk::policy
