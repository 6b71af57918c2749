// A store with counted mail, settings that send it, and the program itself.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "reporting/collect/batch.h"
#include "tests/support/scratch_folder.h"

namespace waarmerk::cli {

/// The day before yesterday, in UTC: it is closed, whatever the time is.
[[nodiscard]] std::chrono::sys_days closed_day();

/// One report about mail that passed.
[[nodiscard]] reporting::BatchReport report_about(const std::string& domain, const std::string& rua,
                                                  std::uint64_t messages = 1);

class ReportLab {
 public:
  /// `store` is that of the settings; empty: a file in the folder.
  explicit ReportLab(std::string store = {});

  /// Stores reports as if they had been collected until an hour ago.
  void count(std::vector<reporting::BatchReport> reports);
  /// Lets the leases of dead senders end.
  void forget_leases() const;
  /// The first number of a query's answer.
  [[nodiscard]] std::int64_t number(const std::string& sql) const;

  /// Writes the settings: with `lines` in [report], and mail for that port of loopback.
  void configure(std::uint16_t port, const std::string& lines = {});
  [[nodiscard]] const std::string& config() const { return config_; }
  [[nodiscard]] const std::string& store() const { return store_; }
  [[nodiscard]] const support::ScratchFolder& folder() const { return folder_; }

  /// Starts `waarmerk report send` with these settings and an empty zone; its output is in the
  /// folder.
  [[nodiscard]] pid_t start_sending() const;

 private:
  support::ScratchFolder folder_;
  std::string store_;
  std::string config_;
  int runs_ = 0;
};

}  // namespace waarmerk::cli
