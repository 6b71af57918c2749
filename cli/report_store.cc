#include "cli/report_store.h"

#include <sysexits.h>
#include <unistd.h>

#include "base/input_file.h"
#include "reporting/store/schema.h"
#include "reporting/store/store_address.h"

namespace waarmerk::cli {

Outcome<reporting::Database> open_collected(const policy::Settings& settings) {
  const auto address = reporting::read_store_address(settings.report.store);
  if (!address) return failure(EX_CONFIG, {address.error().text, "report.store"});
  if (address->dialect == reporting::SqlDialect::Sqlite &&
      ::access(address->target.c_str(), F_OK) != 0) {
    return failure(EX_NOINPUT, {"not there: nothing was collected; `waarmerk report collect` makes "
                                "it",
                                shown_path(address->target)});
  }
  auto database = reporting::open_store(settings.report.store);
  if (!database) return failure(EX_TEMPFAIL, database.error());
  return std::move(*database);
}

}  // namespace waarmerk::cli
