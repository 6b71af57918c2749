// The suite cases that are known to fail, read from known_failures.txt beside this file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waarmerk {

/// Why the case is known to fail, e.g. of "spf/a-cidr6"; nullopt for a case that has to pass. A
/// runner reports a listed case that fails, and fails a listed case that passes. Thread-safe.
[[nodiscard]] std::optional<std::string> known_failure(std::string_view id);

}  // namespace waarmerk
