// The table of a test's keys: what each one is for, what it takes, and where it goes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/config_tests/config_test.h"
#include "policy/options.h"

namespace waarmerk::policy {

/// One key of a [[test]].
struct TestKey {
  std::string name;
  /// Lines of documentation, without comment signs and without a newline at the end.
  std::string reason;
  /// A value that it could have, for the documentation.
  OptionValue example;
  /// What it takes, for error messages.
  std::string expects;
  /// Stores a value, or says what is wrong with it.
  std::function<std::vector<ValueFault>(ConfigTest&, const OptionValue&)> store;
};

/// Every key, in the order of etc/waarmerk.toml: the name, the message, what is expected. Built
/// once; immutable; thread-safe.
[[nodiscard]] const std::vector<TestKey>& test_keys();
/// The key of that name, or nullptr.
[[nodiscard]] const TestKey* find_test_key(std::string_view name);

}  // namespace waarmerk::policy
