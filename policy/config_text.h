// Configurations as text: the documented file that is shipped, and the values in force.
#pragma once

#include <string>

#include "policy/configuration.h"
#include "policy/options.h"

namespace waarmerk::policy {

/// A value as TOML writes it, on one line.
[[nodiscard]] std::string toml_text(const OptionValue& value);

/// The text of etc/waarmerk.toml: every option with its reason, as a comment with its default
/// unless an installation says it; then a rule and a test with all their keys, as a comment.
[[nodiscard]] std::string documented_config();

/// Every option with its value, and behind it where that came from; then the rules in force. The
/// text is a configuration itself, with the same settings where it finds the same files.
[[nodiscard]] std::string effective_config(const Configuration& configuration);

}  // namespace waarmerk::policy
