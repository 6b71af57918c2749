// The table of options: every key of the configuration, why it is there, what it takes, and where
// it goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/settings.h"

namespace waarmerk::policy {

/// A value as the configuration file can hold it.
using OptionValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

/// Why a value was not taken, as one clause without place: "11 is out of range".
struct ValueFault {
  std::string text;
  /// The item of a list, from 0; nullopt: it is about the whole value.
  std::optional<std::size_t> item;
  /// "lists/partners:12" if it is about a line of a file that the value names; else empty.
  std::string place = {};
};

/// What an option is called, and what the postmaster is told of it.
struct About {
  /// Section and name with a dot between them, or the name alone: "policy.on_reject", "mode".
  std::string key;
  /// Lines of documentation, without comment signs and without a newline at the end.
  std::string reason;
  /// What etc/waarmerk.toml says for an installation beside Postfix; nullopt: the default.
  std::optional<OptionValue> installed;
};

/// One key. The table is the single source: the parser, the defaults, the checks, `waarmerk config`
/// and etc/waarmerk.toml come from it.
struct Option : About {
  /// What it takes, for error messages: "\"tag\", \"hold\" or \"reject\"", "a number from 1 to
  /// 100".
  std::string expects;
  /// Stores a value, or says everything that is wrong with it; then the settings may hold a part
  /// of it and are of no use.
  std::function<std::vector<ValueFault>(Settings&, const OptionValue&)> store;
  /// The value that these settings have.
  std::function<OptionValue(const Settings&)> show;

  /// The part of the key before the dot; empty for an option outside the sections.
  [[nodiscard]] std::string_view section() const;
  /// The part behind it.
  [[nodiscard]] std::string_view name() const;
};

/// Every option, in the order of etc/waarmerk.toml: section by section, those of none first. Built
/// once; immutable; thread-safe.
[[nodiscard]] const std::vector<Option>& options();

/// The option of that key, or nullptr.
[[nodiscard]] const Option* find_option(std::string_view key);
/// True if an option stands in the section of that name.
[[nodiscard]] bool is_section(std::string_view name);

/// The known key that is nearest to a mistyped or misplaced one; empty if none is near.
[[nodiscard]] std::string nearest_key(std::string_view key);
/// The section that is nearest to a mistyped one, or the block "rule" or "test"; empty if none is
/// near.
[[nodiscard]] std::string nearest_section(std::string_view name);
/// The one of `known` that is nearest to a mistyped word; empty if none is near.
[[nodiscard]] std::string nearest_word(std::string_view word,
                                       std::span<const std::string_view> known);

}  // namespace waarmerk::policy
