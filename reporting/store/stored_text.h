// Octets of any kind as a text that every database takes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waarmerk::reporting {

/// The text with NUL and each octet that is no well-formed UTF-8 as \DDD, decimal, and a backslash
/// as two: PostgreSQL has no NUL in a text, nor in JSON. Everything else stays as it is. Nothing is
/// lost.
[[nodiscard]] std::string stored_text(std::string_view octets);
/// Reads what stored_text wrote; nullopt for a bad escape.
[[nodiscard]] std::optional<std::string> octets_of(std::string_view stored);

}  // namespace waarmerk::reporting
