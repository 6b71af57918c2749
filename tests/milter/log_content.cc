#include "tests/milter/log_content.h"

#include <algorithm>
#include <numeric>
#include <variant>

#include "reporting/log_lines.h"
#include "tests/support/whole_file.h"

namespace waarmerk::support {

void LogContent::add(std::string_view octets) {
  reporting::LogLines lines(octets);
  while (const auto entry = lines.next()) {
    if (!*entry) {
      ++damaged;
    } else if (const auto* record = std::get_if<reporting::Record>(&**entry)) {
      ++records[message_name(record->facts)];
    }
  }
  if (!lines.rest().empty()) ++unfinished;
}

std::size_t LogContent::total() const {
  return std::accumulate(records.begin(), records.end(), std::size_t{0},
                         [](std::size_t sum, const auto& one) { return sum + one.second; });
}

std::size_t LogContent::missing_or_twice(const LoadOutcome& load) const {
  return static_cast<std::size_t>(std::ranges::count_if(load.answers, [this](const auto& one) {
    const auto found = records.find(one.first);
    return found == records.end() || found->second != 1;
  }));
}

LogContent read_logs(const std::filesystem::path& folder) {
  LogContent content;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.find("aggregate") != std::string::npos) content.add(read_whole(entry.path()));
  }
  return content;
}

}  // namespace waarmerk::support
