#include "cli/report_send.h"

#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <memory>
#include <ostream>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "cli/files.h"
#include "cli/local_host.h"
#include "cli/report_dry_run.h"
#include "cli/report_store.h"
#include "cli/reporter.h"
#include "cli/resolver.h"
#include "cli/settings.h"
#include "reporting/delivery/sender.h"
#include "reporting/delivery/smtp_server.h"
#include "reporting/delivery/spool_mailer.h"

namespace waarmerk::cli {
namespace {

using reporting::Mailer;

/// The settings, if reports can be sent by them.
Outcome<policy::Settings> settings_for_sending(const std::string& file) {
  auto settings = load_usual_settings(file);
  if (!settings) return settings;
  if (auto checked = check_reporter(settings->report); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  return settings;
}

/// The first line of the file that the settings name.
Outcome<std::string> password_of(const policy::Settings::Report& settings) {
  constexpr std::size_t kMaxPasswordFile = std::size_t{1} << 20U;
  if (settings.smtp_user.empty()) return std::string();
  if (settings.smtp_password_file.empty()) {
    return failure(EX_CONFIG, {"needed for report.smtp_user", "report.smtp_password_file"});
  }
  const auto text = read_settings_file(settings.smtp_password_file, kMaxPasswordFile);
  if (!text) return failure(EX_CONFIG, text.error());
  std::string password(trim_right(std::string_view(*text).substr(0, text->find('\n'))));
  if (password.empty()) {
    return failure(EX_CONFIG, {"its first line is empty, and should be the password",
                               name_of(settings.smtp_password_file)});
  }
  return password;
}

Outcome<std::unique_ptr<Mailer>> open_mailer(const SendOptions& options,
                                             const policy::Settings::Report& settings) {
  if (!options.spool.empty()) {
    auto spool = reporting::SpoolMailer::open(options.spool);
    if (!spool) return failure(EX_NOINPUT, spool.error());
    return std::move(*spool);
  }
  const auto server = reporting::SmtpServer::parse(settings.smtp);
  if (!server) return failure(EX_CONFIG, {server.error().text, "report.smtp"});
  const bool is_secret = settings.smtp_tls == policy::SmtpTls::Required || server->is_loopback();
  if (!settings.smtp_user.empty() && !is_secret) {
    return failure(EX_CONFIG, {"its password could go over the network in clear: set "
                               "smtp_tls = \"required\"",
                               "report.smtp_user"});
  }
  auto password = password_of(settings);
  if (!password) return std::unexpected(password.error());
  auto mailer = reporting::SmtpMailer::open(settings, submitter_of(settings), std::move(*password));
  if (!mailer) return failure(EX_UNAVAILABLE, mailer.error());
  return std::move(*mailer);
}

/// Differs from that of every other process, also of those of another start of a machine.
std::string owner_name(const Clock& clock) {
  return fmt::format("{} {} {}", local_host_name(), ::getpid(),
                     clock.now().time_since_epoch().count());
}

struct Figure {
  std::string_view name;
  std::string_view meaning;
  std::uint64_t value;
};

std::array<Figure, 7> figures_of(const reporting::SendSummary& summary) {
  return {{{"frozen", "reports closed", summary.frozen},
           {"reports_sent", "reports sent", summary.reports_sent},
           {"reports_without", "reports that nobody gets", summary.reports_without},
           {"mails", "mails handed over", summary.mails},
           {"refused", "mails refused or given up", summary.refused},
           {"delayed", "reports put off", summary.delayed},
           {"troubles", "reports put off because of an error", summary.troubles}}};
}

void print(const reporting::SendSummary& summary, const std::vector<std::string>& said,
           Output output, std::ostream& out) {
  switch (output) {
    case Output::Text:
      for (const Figure& figure : figures_of(summary)) {
        out << fmt::format("{:>12}  {}\n", figure.value, figure.meaning);
      }
      return;
    case Output::Json: {
      JsonWriter json;
      json.object_begin();
      for (const Figure& figure : figures_of(summary)) json.field(figure.name, figure.value);
      json.key("said").array_begin();
      for (const std::string& line : said) json.string(line);
      out << json.array_end().object_end().text() << "\n";
      return;
    }
  }
}

/// Everything that sending and looking ahead have in common.
struct Ready {
  policy::Settings settings;
  std::unique_ptr<Resolver> resolver;
  reporting::Database database;
};

Outcome<Ready> make_ready(const SendOptions& options, const Clock& clock) {
  auto settings = settings_for_sending(options.config_file);
  if (!settings) return std::unexpected(settings.error());
  auto database = open_collected(*settings);
  if (!database) return std::unexpected(database.error());
  auto resolver = open_resolver(options.zone_file, *settings, clock);
  if (!resolver) return std::unexpected(resolver.error());
  return Ready{std::move(*settings), std::move(*resolver), std::move(*database)};
}

// ---- Signals ------------------------------------------------------------------------------------

volatile std::sig_atomic_t told_to_stop = 0;

extern "C" void on_stop(int) { told_to_stop = 1; }

bool listen_for_stop() {
  struct sigaction action = {};
  action.sa_handler = on_stop;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  // A mail server, or a reader of ours, that goes away is an error like others.
  return std::signal(SIGPIPE, SIG_IGN) != SIG_ERR;
}

}  // namespace

bool is_told_to_stop() {
  [[maybe_unused]] static const bool listens = listen_for_stop();
  return told_to_stop != 0;
}

int report_send(const SendOptions& options, Output output, const Streams& streams,
                const std::function<bool()>& stop) {
  const SystemClock clock;
  auto ready = make_ready(options, clock);
  if (!ready) return complain(ready.error(), streams);
  const auto mailer = open_mailer(options, ready->settings.report);
  if (!mailer) return complain(mailer.error(), streams);

  reporting::Outbox outbox(ready->database);
  reporting::Sender sender({outbox, ready->resolver->lookup(), **mailer, clock}, ready->settings,
                           reporter_of(ready->settings.report, options.generator),
                           owner_name(clock));
  std::vector<std::string> said;
  const auto say = [&](const std::string& line) {
    const std::string shown = printable(line, 1000);
    if (output == Output::Json) said.push_back(shown);
    if (output == Output::Text) streams.out << shown << std::endl;
  };
  const auto summary = sender.run(say, stop);
  if (!summary) return complain({EX_TEMPFAIL, {summary.error()}}, streams);
  print(*summary, said, output, streams.out);
  const int status = finish(streams);
  return status == EX_OK && summary->troubles > 0 ? EX_TEMPFAIL : status;
}

int report_dry_run(const SendOptions& options, Output output, const Streams& streams) {
  const SystemClock clock;
  auto ready = make_ready(options, clock);
  if (!ready) return complain(ready.error(), streams);
  reporting::Outbox outbox(ready->database);
  const auto shown = print_dry_run({outbox, ready->resolver->lookup(), clock}, ready->settings,
                                   output, streams.out);
  if (!shown) return complain({EX_TEMPFAIL, {shown.error()}}, streams);
  return finish(streams);
}

}  // namespace waarmerk::cli
