// Fields of CSV that a spreadsheet can open without harm.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waarmerk::cli {

/// A field in quotes; a text that a spreadsheet would take for a formula begins with an apostrophe.
/// RFC 4180
[[nodiscard]] std::string csv_text(std::string_view text);

/// Fields as one line with its end. A field of digits alone is a number and stands without quotes.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& fields);

}  // namespace waarmerk::cli
