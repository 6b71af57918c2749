#include "milter/daemon_log.h"

#include <syslog.h>

#include <vector>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>

namespace waarmerk::milter {

namespace {

constexpr const char* kIdent = "waarmerk-milter";

spdlog::level::level_enum level_of(DaemonLog::Level level) {
  switch (level) {
    case DaemonLog::Level::Info:
      return spdlog::level::info;
    case DaemonLog::Level::Warning:
      return spdlog::level::warn;
    case DaemonLog::Level::Error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::vector<spdlog::sink_ptr> sinks_for(Echo echo) {
  // Syslog adds time, ident and pid itself.
  std::vector<spdlog::sink_ptr> sinks{
      std::make_shared<spdlog::sinks::syslog_sink_mt>(kIdent, LOG_PID, LOG_MAIL, false)};
  if (echo == Echo::Stderr) {
    auto terminal = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    terminal->set_pattern("waarmerk-milter: %l: %v");
    sinks.push_back(std::move(terminal));
  }
  return sinks;
}

class SpdlogLog final : public DaemonLog {
 public:
  explicit SpdlogLog(std::vector<spdlog::sink_ptr> sinks)
      : logger_(kIdent, sinks.begin(), sinks.end()) {
    // A failing sink must not fail mail: there is nowhere left to say it.
    logger_.set_error_handler([](const std::string&) {});
  }

  void write(Level level, std::string_view line) override {
    logger_.log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<DaemonLog> make_daemon_log(Echo echo) {
  return std::make_unique<SpdlogLog>(sinks_for(echo));
}

}  // namespace waarmerk::milter
