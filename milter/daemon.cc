#include "milter/daemon.h"

#include <sysexits.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <expected>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/input_file.h"
#include "dns/ares_resolver.h"
#include "dns/cache.h"
#include "milter/check_settings.h"
#include "milter/dry_run.h"
#include "milter/libmilter_edge.h"
#include "milter/listener.h"
#include "milter/process.h"
#include "milter/reload.h"
#include "milter/service.h"
#include "milter/signals.h"
#include "policy/config_file.h"
#include "policy/dkim/key_cache.h"
#include "reporting/log_file.h"
#include "reporting/posix_log_storage.h"

namespace waarmerk::milter {

namespace {

/// After a stop: so long nothing must have happened before the end.
constexpr std::chrono::milliseconds kQuiet{250};

/// Fewer connections than a busy mail server may open.
constexpr std::size_t kFewDescriptors = 4096;

/// Why the daemon does not start, and the exit code that says so.
struct StartFailure {
  int exit_code = EX_SOFTWARE;
  Error error;
};
using Started = std::expected<void, StartFailure>;

Started or_exit(Result<void> result, int exit_code) {
  if (!result) return std::unexpected(StartFailure{exit_code, std::move(result.error())});
  return {};
}

/// Everything that needs rights, then none of them. M-39
Started open_and_drop(const policy::Settings& settings) {
  if (auto opened = or_exit(open_milter(settings.milter), EX_UNAVAILABLE); !opened) return opened;
  return or_exit(become(settings.milter.user), EX_NOPERM);
}

/// Beyond the limit a mail server waits for its connection until it goes on without us.
void allow_connections(DaemonLog& log) {
  const std::size_t limit = raise_descriptor_limit();
  if (limit >= kFewDescriptors) return;
  log.warning("only " + std::to_string(limit) + " files and connections can be open at once");
}

int give_up(DaemonLog& log, const StartFailure& failure) {
  log.error(to_string(failure.error));
  return failure.exit_code;
}

/// What a reload runs into, it says; it never ends the daemon.
void reload_safely(Service& service, const DaemonOptions& options) {
  try {
    reporting::PosixLogStorage trial;
    reload(service,
           {options.read_file(options.config_file, policy::kMaxConfigBytes),
            shown_path(options.config_file), options.read_file},
           trial);
  } catch (const std::exception& failure) {
    service.report_failure(failure.what());
  }
}

/// What became of the lines of this run, for the last word.
std::string tally(const reporting::LogCounters& lines) {
  std::string text =
      std::to_string(lines.written) + " lines written, " + std::to_string(lines.lost) + " lost";
  if (lines.failed_syncs > 0) text += ", " + std::to_string(lines.failed_syncs) + " syncs failed";
  return text;
}

/// Serves, waits for what is at work, and ends the process. Sessions of libmilter's threads may
/// hold on to everything here, so nothing is taken apart. M-38
[[noreturn]] void serve(Service& service, const SignalThread& signals) {
  DaemonLog& log = service.daemon_log();
  log.info("ready");
  const auto served = run_milter(service);
  // A stop before libmilter listens can end it with an error. M-38
  const bool is_stopped = served || signals.saw_stop();
  if (!is_stopped) log.error(served.error().text);
  const Instant patience_ends = service.clock().instant() + service.settings()->milter.drain;
  if (!service.activity().wait_until_quiet(kQuiet, patience_ends)) {
    log.warning("messages are still at work: they are left to the mail server");
  }
  service.log().sync();
  // No line that is being written is cut in two, and who is still at work answers nobody.
  service.log().between_lines([&] {
    log.info("stopped: " + tally(service.log().counters()));
    std::quick_exit(is_stopped ? EX_OK : EX_SOFTWARE);
  });
  std::unreachable();
}

}  // namespace

std::vector<policy::Finding> prepare_log(const policy::Settings& settings) {
  const std::string& user = settings.milter.user;
  if (auto made = prepare_directory(settings.log.directory, user); !made) {
    return {{policy::Severity::Error, "log.directory", made.error().text}};
  }
  std::vector<policy::Finding> findings;
  reporting::PosixLogStorage storage;
  // Not as root: the file would be one that the daemon cannot write to.
  const auto done =
      do_as(user, [&] { findings = try_log(settings, storage, SystemClock().now()); });
  if (!done) return {{policy::Severity::Error, "milter.user", done.error().text}};
  return findings;
}

int run_daemon(policy::Configuration configuration, const DaemonOptions& options) {
  const policy::Settings& settings = configuration.settings;
  const auto daemon_log = make_daemon_log(options.echo);
  const SystemClock clock;
  allow_connections(*daemon_log);
  if (auto opened = open_and_drop(settings); !opened) return give_up(*daemon_log, opened.error());
  const auto resolver = start_resolver(settings.dns);
  if (!resolver) return give_up(*daemon_log, {EX_UNAVAILABLE, resolver.error()});
  configuration.add(remote_servers(**resolver));
  say_findings(configuration, *daemon_log);

  dns::CachedLookup lookup(
      clock, **resolver, {.bytes = settings.dns.cache_bytes, .waiting = settings.dns.max_waiting});
  policy::dkim::KeyCache keys;
  reporting::PosixLogStorage storage;
  reporting::LogFile log(
      {host_name(), run_name(clock.now())}, {settings.log.directory, settings.log.sync}, storage,
      [&](std::string_view line, const Error& why) {
        daemon_log->error("line not in the log (" + why.text + "): " + std::string(line));
      },
      [&](std::uint64_t lost) {
        daemon_log->warning("the log takes lines again, " + std::to_string(lost) + " were lost");
      });
  Service service(settings, {lookup, keys, log, clock, *daemon_log, host_name()});
  const SignalThread signals([&service, &options] { reload_safely(service, options); },
                             wake_listeners);
  serve(service, signals);
}

}  // namespace waarmerk::milter
