#include "cli/csv.h"

#include <algorithm>

#include "base/text.h"

namespace waarmerk::cli {

std::string csv_text(std::string_view text) {
  constexpr std::string_view kFormulaBegins = "=+-@\t\r";
  std::string field = "\"";
  if (!text.empty() && kFormulaBegins.find(text.front()) != std::string_view::npos) field += '\'';
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + '"';
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (!line.empty()) line += ',';
    const bool number = !field.empty() && std::ranges::all_of(field, is_digit);
    line += number ? field : csv_text(field);
  }
  return line + "\r\n";
}

}  // namespace waarmerk::cli
