#include "cli/outcome.h"

#include <ostream>

#include "base/text.h"

namespace waarmerk::cli {

int complain(const Failure& failure, const Streams& streams) {
  for (const Error& error : failure.errors) {
    streams.err << printable(to_string(error), 1000) << "\n";
  }
  return failure.status;
}

}  // namespace waarmerk::cli
