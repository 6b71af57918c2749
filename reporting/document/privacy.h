// What a report must not tell of people.
#pragma once

#include <string>
#include <string_view>

namespace waarmerk::reporting {

/// The text without local parts of mail addresses: "refused alice@example.com" becomes "refused
/// @example.com". Whatever stands before an '@', back to a space or a bracket, or to its quotation
/// mark, is taken for one. Linear time. Pure. RFC 9990 7.2, A-20
[[nodiscard]] std::string without_local_parts(std::string_view text);

}  // namespace waarmerk::reporting
