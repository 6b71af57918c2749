// Base64 as DKIM uses it. RFC 4648 4, RFC 6376 2.10
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waarmerk {

/// The octets of a base64 text. Folding white space anywhere is skipped; padding may be missing;
/// anything else out of place (a stray character, padding inside, one dangling digit) gives
/// nullopt.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);
/// Padded base64 text without line breaks.
[[nodiscard]] std::string encode_base64(std::string_view octets);

}  // namespace waarmerk
