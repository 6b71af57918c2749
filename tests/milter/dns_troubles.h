// The troubles that a name server can make, as a table.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "tests/support/zone_server.h"

namespace waarmerk::support {

struct DnsTroubleCase {
  std::string name;
  test::Trouble trouble;
  /// As judgement() says it: "spf dkim dmarc answer".
  std::string judgement;
  /// How the question for the SPF record ended.
  std::string status;
};
inline std::ostream& operator<<(std::ostream& out, const DnsTroubleCase& row) {
  return out << row.name;
}

/// What is overcome: the message is judged as without the trouble.
[[nodiscard]] std::vector<DnsTroubleCase> troubles_overcome();
/// Packets that are lost, late, or no reply to the query.
[[nodiscard]] std::vector<DnsTroubleCase> troubles_of_the_way();
/// Replies that say that there is no answer, or say it wrongly.
[[nodiscard]] std::vector<DnsTroubleCase> troubles_of_the_server();
/// Replies whose octets make no sense.
[[nodiscard]] std::vector<DnsTroubleCase> troubles_of_the_octets();
/// Answers, strange as they are: their results are final.
[[nodiscard]] std::vector<DnsTroubleCase> strange_answers();

}  // namespace waarmerk::support
