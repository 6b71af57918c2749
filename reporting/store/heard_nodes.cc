#include "reporting/store/heard_nodes.h"

#include "reporting/store/stored_report.h"
#include "reporting/store/stored_text.h"

namespace waarmerk::reporting {

Result<std::vector<HeardNode>> heard_nodes(Database& database) {
  std::vector<HeardNode> nodes;
  const auto read = database.query(
      "SELECT node, MAX(newest) FROM runs GROUP BY node ORDER BY node", {},
      {SqlType::Text, SqlType::Integer}, [&nodes](const SqlRow& row) {
        nodes.push_back({octets_of(text_of(row[0])).value_or("?"), time_from(row[1])});
      });
  if (!read) return std::unexpected(read.error());
  return nodes;
}

}  // namespace waarmerk::reporting
