// A folder with everything a daemon under test needs: configuration, socket, log.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/milter/milter_process.h"

namespace waarmerk::support {

/// Where the daemon lives. The folder goes away with this object.
class DaemonFolder {
 public:
  DaemonFolder();

  [[nodiscard]] std::string config_file() const { return folder_.file("waarmerk.toml"); }
  [[nodiscard]] std::string socket() const { return folder_.file("milter.sock"); }
  [[nodiscard]] std::filesystem::path logs() const { return folder_.path() / "log"; }
  /// The files of the log of today and of tomorrow, whether they exist or not: no test runs longer.
  [[nodiscard]] std::vector<std::filesystem::path> daily_logs() const;
  [[nodiscard]] std::string file(std::string_view name) const { return folder_.file(name); }

  /// A configuration with which the daemon runs here, as `user` if that is not empty. Mode enforce;
  /// 192.0.2.0/24 is exempt; `no_from` is what is done to the other messages without From.
  [[nodiscard]] std::string config(std::string_view no_from = "reject",
                                   std::string_view user = {}) const;
  /// Replaces the configuration file at once, whatever stands in its place.
  void configure(const std::string& text) const;
  /// Renames what there is of daily_logs() as a log rotation does, to "old-N-aggregate-...".
  void rotate(unsigned number) const;

 private:
  TemporaryFolder folder_;
};

}  // namespace waarmerk::support
