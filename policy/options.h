// The table of options: every key of the configuration, what it takes, and where it goes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "policy/settings.h"

namespace waarmerk::policy {

/// A value as the configuration file can hold it.
using OptionValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

/// One key. The table is the single source: the parser, the defaults, the checks and the test of
/// etc/waarmerk.toml all read it.
struct Option {
  /// Dotted, e.g. "policy.on_reject".
  std::string key;
  /// What it takes, for error messages: "\"tag\", \"hold\" or \"reject\"", "a number from 1 to
  /// 100".
  std::string expects;
  /// Stores a value; error text without place when the type or the range is wrong.
  std::function<Result<void>(Settings&, const OptionValue&)> store;
  /// The value that these settings have.
  std::function<OptionValue(const Settings&)> show;
};

/// Every option, in the order of etc/waarmerk.toml. Built once; immutable; thread-safe.
[[nodiscard]] const std::vector<Option>& options();

/// The option of that key, or nullptr.
[[nodiscard]] const Option* find_option(std::string_view key);

/// The known key that is nearest to a mistyped one; empty if none is near.
[[nodiscard]] std::string nearest_key(std::string_view key);

}  // namespace waarmerk::policy
