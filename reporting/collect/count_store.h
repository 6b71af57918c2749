// What a collector needs of a store. Abstract so that tests can lose it, and measurements leave it
// out.
#pragma once

#include <optional>
#include <string>
#include <utility>

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
  [[nodiscard]] virtual Result<void> store(Batch batch, WallTime now) = 0;
};

/// The tables of a database, which must outlive this object. Several hosts may have the same one,
/// and files of the same names: those of `host`, which is not empty, are kept apart.
class DatabaseCountStore final : public CountStore {
 public:
  DatabaseCountStore(Database& database, std::string host)
      : database_(database), host_(std::move(host)) {}
  [[nodiscard]] Result<RunProgress> load_run(const std::string& node,
                                             const std::string& run) override;
  [[nodiscard]] Result<std::optional<FileProgress>> load_file(const std::string& path) override;
  [[nodiscard]] Result<void> store(Batch batch, WallTime now) override;

 private:
  /// "mx1.example.net:/var/log/waarmerk/aggregate-2026-05-01.jsonl"
  [[nodiscard]] std::string on_host(const std::string& path) const { return host_ + ":" + path; }

  Database& database_;
  std::string host_;
};

}  // namespace waarmerk::reporting
