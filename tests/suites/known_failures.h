// The suite cases that are known to fail, read from known_failures.txt beside this file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waarmerk {

/// A case id as gtest takes it for a test name.
[[nodiscard]] std::string case_name(std::string_view id);

/// The rule of every runner. An empty `complaint` is a pass. A case that is not listed has to pass;
/// a listed one that fails is reported, and one that passes fails, so that the list stays honest.
void expect_pass(std::string_view id, const std::string& complaint);

/// Why the case is known to fail, e.g. of "spf/a-cidr6"; nullopt for a case that has to pass.
/// Thread-safe.
[[nodiscard]] std::optional<std::string> known_failure(std::string_view id);

}  // namespace waarmerk
