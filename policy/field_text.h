// Text as it may stand in a header field or a reply that we write.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace waarmerk::policy {

/// Lines of header fields end before this column where they can. RFC 5322 2.1.1
inline constexpr std::size_t kFoldColumn = 78;

/// Network text as one phrase for people: printable ASCII stays, white space (line ends too)
/// becomes single spaces, every other octet becomes '?'. At most `max_length` octets: then it is
/// cut between words and ends in "...". Pure.
[[nodiscard]] std::string phrase(std::string_view text, std::size_t max_length);

/// Appends `text`, a line with single spaces, to `out`, and turns spaces into LF + SP where a line
/// would reach kFoldColumn. `column` is where the line that `out` ends with has come to; it is
/// moved on. Unfolding gives back `text`, also inside quoted strings. A word that is too long stays
/// whole. RFC 5322 2.2.3
void append_folded(std::string& out, std::size_t& column, std::string_view text);

}  // namespace waarmerk::policy
