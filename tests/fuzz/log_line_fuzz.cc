// reporting/record.h: any octets as a line; what is read is written in a form that is read alike.
#include "reporting/record.h"

#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const auto read = reporting::parse_record(text);
  if (!read) return;
  const std::string line = reporting::write_record(*read);
  const auto again = reporting::parse_record(line);
  require(again.has_value());
  require(reporting::write_record(*again) == line);
}

}  // namespace waarmerk
