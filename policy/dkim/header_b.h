// The piece of b= by which people tell signatures apart. RFC 6008 4
#pragma once

#include <string>
#include <vector>

namespace waarmerk::policy::dkim {

/// For each of `signatures` (texts of b= without white space) its beginning: at least 8 octets, and
/// as many as tell it from every different one; the whole text if it is shorter. Sorting is all the
/// work. RFC 6008 4
[[nodiscard]] std::vector<std::string> distinct_beginnings(
    const std::vector<std::string>& signatures);

}  // namespace waarmerk::policy::dkim
