// What the daemon says of itself and of each message: syslog, and the terminal.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace waarmerk::milter {

/// Takes one line at a time, without newline; what comes from the network must be printable
/// already. Thread-safe; never throws, never waits for long. Abstract so that tests can read it.
class DaemonLog {
 public:
  enum class Level : std::uint8_t { Info, Warning, Error };

  virtual ~DaemonLog() = default;
  virtual void write(Level level, std::string_view line) = 0;

  void info(std::string_view line) { write(Level::Info, line); }
  void warning(std::string_view line) { write(Level::Warning, line); }
  void error(std::string_view line) { write(Level::Error, line); }
};

enum class Echo : std::uint8_t { None, Stderr };

/// Syslog, facility mail, ident "waarmerk-milter"; with Echo::Stderr standard error as well.
[[nodiscard]] std::unique_ptr<DaemonLog> make_daemon_log(Echo echo);

}  // namespace waarmerk::milter
