// What a collector needs of a store. Abstract so that tests can lose it, and measurements leave it
// out.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "reporting/collect/batch.h"
#include "reporting/store/database.h"

namespace waarmerk::reporting {

/// Where counted mail goes. One thread.
class CountStore {
 public:
  virtual ~CountStore() = default;
  /// See the functions of these names in reporting/store/counts.h.
  [[nodiscard]] virtual Result<RunProgress> load_run(const std::string& node,
                                                     const std::string& run) = 0;
  [[nodiscard]] virtual Result<std::optional<FileProgress>> load_file(const std::string& path) = 0;
  [[nodiscard]] virtual Result<void> store(const Batch& batch, WallTime now) = 0;
};

/// The tables of a database, which must outlive this object.
class DatabaseCountStore final : public CountStore {
 public:
  explicit DatabaseCountStore(Database& database) : database_(database) {}
  [[nodiscard]] Result<RunProgress> load_run(const std::string& node,
                                             const std::string& run) override;
  [[nodiscard]] Result<std::optional<FileProgress>> load_file(const std::string& path) override;
  [[nodiscard]] Result<void> store(const Batch& batch, WallTime now) override;

 private:
  Database& database_;
};

}  // namespace waarmerk::reporting
