#include "reporting/collect/count_store.h"

#include "reporting/store/counts.h"

namespace waarmerk::reporting {

Result<RunProgress> DatabaseCountStore::load_run(const std::string& node, const std::string& run) {
  return reporting::load_run(database_, node, run);
}

Result<std::optional<FileProgress>> DatabaseCountStore::load_file(const std::string& path) {
  auto known = reporting::load_file(database_, on_host(path));
  if (known && *known) (*known)->path = path;
  return known;
}

Result<void> DatabaseCountStore::store(Batch batch, WallTime now) {
  for (FileProgress& file : batch.files) file.path = on_host(file.path);
  return store_batch(database_, batch, now);
}

}  // namespace waarmerk::reporting
