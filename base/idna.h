// Internationalized domain names: U-labels to A-labels.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace waarmerk {

/// The A-label form of a domain name that may hold U-labels, by IDNA2008 with the non-transitional
/// UTS-46 mapping: letters fold to lower case, dot variants (U+3002, U+FF0E, U+FF61) become '.'.
/// "xn--" labels are checked to decode. Error for invalid UTF-8, unassigned code points, a broken
/// bidi rule or an overlong name. Pure; thread-safe. RFC 5890, RFC 8616 3
[[nodiscard]] Result<std::string> to_a_labels(std::string_view name);

}  // namespace waarmerk
