#include "reporting/collect/count_store.h"

#include "reporting/store/counts.h"

namespace waarmerk::reporting {

Result<RunProgress> DatabaseCountStore::load_run(const std::string& node, const std::string& run) {
  return reporting::load_run(database_, node, run);
}

Result<std::optional<FileProgress>> DatabaseCountStore::load_file(const std::string& path) {
  return reporting::load_file(database_, path);
}

Result<void> DatabaseCountStore::store(const Batch& batch, WallTime now) {
  return store_batch(database_, batch, now);
}

}  // namespace waarmerk::reporting
