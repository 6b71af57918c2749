#include "cli/output.h"

#include <sysexits.h>

#include <ostream>

namespace waarmerk::cli {

int finish(const Streams& streams) {
  if (streams.out.flush()) return EX_OK;
  streams.err << "standard output: cannot be written\n";
  return EX_IOERR;
}

}  // namespace waarmerk::cli
