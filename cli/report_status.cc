#include "cli/report_status.h"

#include <sysexits.h>

#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/outcome.h"
#include "cli/report_store.h"
#include "cli/settings.h"
#include "cli/table.h"
#include "reporting/record_text.h"
#include "reporting/store/heard_nodes.h"
#include "reporting/store/outbox.h"
#include "reporting/store/retention.h"

namespace waarmerk::cli {
namespace {

using reporting::DeliveryState;
using reporting::ReportState;
using reporting::StoredReport;

constexpr std::size_t kStates = reporting::kReportStateWords.table.size();

struct Day {
  std::uint64_t messages = 0;
  std::array<std::uint64_t, kStates> reports{};
};

/// A report that is not done although its day is closed.
struct Waiting {
  const StoredReport* report;
  std::string why;
};

/// Everything that is printed.
struct Status {
  std::vector<StoredReport> reports;
  std::map<std::chrono::sys_days, Day> days;
  std::vector<Waiting> waiting;
  std::vector<reporting::HeardNode> nodes;
  std::optional<std::chrono::sys_days> closed;
};

/// What the mail server said last, if it has said anything.
std::string why_mail_waits(const std::vector<reporting::StoredDelivery>& deliveries) {
  const auto taken =
      std::ranges::count(deliveries, DeliveryState::Submitted, &reporting::StoredDelivery::state);
  std::string why =
      std::to_string(taken) + " of " + std::to_string(deliveries.size()) + " mails handed over";
  for (const auto& delivery : deliveries) {
    if (delivery.state == DeliveryState::Submitted || delivery.reply.empty()) continue;
    return why + "; " + delivery.address + ": " + delivery.reply;
  }
  return why;
}

Result<std::string> why_it_waits(const StoredReport& report, reporting::Outbox& outbox) {
  switch (report.state) {
    case ReportState::Frozen:
      if (report.delays == 0) return "its turn has not come";
      return "put off " + std::to_string(report.delays) + " times by errors of the DNS";
    case ReportState::Rendered: {
      const auto deliveries = outbox.deliveries(report.id);
      if (!deliveries) return std::unexpected(deliveries.error());
      return why_mail_waits(*deliveries);
    }
    case ReportState::Submitted:
      return "a sender was interrupted; the next one ends it";
    case ReportState::Collecting:
    case ReportState::Done:
      break;
  }
  return std::string();
}

Result<Status> read_status(reporting::Database& database, WallTime now) {
  reporting::Outbox outbox(database);
  Status status;
  auto reports = outbox.list(std::chrono::sys_days{});
  auto nodes = reporting::heard_nodes(database);
  const auto closed = outbox.last_closed_day(now);
  if (!reports) return std::unexpected(reports.error());
  if (!nodes) return std::unexpected(nodes.error());
  if (!closed) return std::unexpected(closed.error());
  status.reports = std::move(*reports);
  status.nodes = std::move(*nodes);
  status.closed = *closed;
  for (const StoredReport& report : status.reports) {
    Day& day = status.days[report.key.day];
    day.messages += report.messages.all;
    ++day.reports.at(static_cast<std::size_t>(report.state));
    if (report.state == ReportState::Collecting || report.state == ReportState::Done) continue;
    auto why = why_it_waits(report, outbox);
    if (!why) return std::unexpected(why.error());
    status.waiting.push_back({&report, std::move(*why)});
  }
  return status;
}

void print_days(const Status& status, const StatusOptions& options, std::ostream& out) {
  std::vector<Column> columns{{"DAY"}, {"MESSAGES", Align::Right}};
  static constexpr std::array<std::string_view, kStates> kHeadings{"COLLECTING", "FROZEN",
                                                                   "RENDERED", "SUBMITTED", "DONE"};
  for (const auto heading : kHeadings) columns.push_back({heading, Align::Right});
  Table table(std::move(columns));
  for (const auto& [date, day] : status.days) {
    std::vector<std::string> cells{reporting::day_text(date), std::to_string(day.messages)};
    for (const auto count : day.reports) cells.push_back(std::to_string(count));
    table.add(cells);
  }
  if (!status.days.empty()) table.print(out, options.width);
}

void print_waiting(const Status& status, const StatusOptions& options, std::ostream& out) {
  if (status.waiting.empty()) return;
  Table table({{"WAITS"}, {"DAY"}, {"STATE"}, {"WHY"}});
  for (const Waiting& waiting : status.waiting) {
    table.add({waiting.report->key.policy.domain.text(),
               reporting::day_text(waiting.report->key.day),
               std::string(reporting::kReportStateWords.word(waiting.report->state)), waiting.why});
  }
  out << "\n";
  table.print(out, options.width);
}

void print_text(const Status& status, const StatusOptions& options, std::ostream& out) {
  print_days(status, options, out);
  print_waiting(status, options, out);
  if (!status.nodes.empty()) {
    Table table({{"MAIL-SERVER"}, {"HEARD-OF"}});
    for (const auto& node : status.nodes) {
      table.add({node.node, reporting::timestamp(node.newest)});
    }
    out << "\n";
    table.print(out, options.width);
  }
  if (status.closed) {
    out << "\nAll mail servers have closed " << reporting::day_text(*status.closed) << ".\n";
  }
}

void write_json(const Status& status, std::ostream& out) {
  JsonWriter json;
  json.object_begin().key("days").array_begin();
  for (const auto& [date, day] : status.days) {
    json.object_begin().field("day", reporting::day_text(date)).field("messages", day.messages);
    for (std::size_t i = 0; i < kStates; ++i) {
      json.field(reporting::kReportStateWords.table.at(i).second, day.reports.at(i));
    }
    json.object_end();
  }
  json.array_end().key("waiting").array_begin();
  for (const Waiting& waiting : status.waiting) {
    json.object_begin().field("policy_domain", waiting.report->key.policy.domain.text());
    json.field("day", reporting::day_text(waiting.report->key.day));
    json.field("state", reporting::kReportStateWords.word(waiting.report->state));
    json.field("why", waiting.why).object_end();
  }
  json.array_end().key("nodes").array_begin();
  for (const auto& node : status.nodes) {
    json.object_begin().field("node", node.node);
    json.field("newest", reporting::timestamp(node.newest)).object_end();
  }
  json.array_end().key("closed");
  if (status.closed) {
    json.string(reporting::day_text(*status.closed));
  } else {
    json.null();
  }
  out << json.object_end().text() << "\n";
}

}  // namespace

int report_status(const StatusOptions& options, Output output, const Streams& streams) {
  const auto settings = load_usual_settings(options.config_file);
  if (!settings) return complain(settings.error(), streams);
  auto database = open_collected(*settings);
  if (!database) return complain(database.error(), streams);
  const auto status = read_status(*database, SystemClock().now());
  if (!status) return complain({EX_TEMPFAIL, {status.error()}}, streams);
  switch (output) {
    case Output::Text:
      print_text(*status, options, streams.out);
      break;
    case Output::Json:
      write_json(*status, streams.out);
      break;
  }
  return finish(streams);
}

int report_expire(const std::string& config_file, Output output, const Streams& streams) {
  const auto settings = load_usual_settings(config_file);
  if (!settings) return complain(settings.error(), streams);
  auto database = open_collected(*settings);
  if (!database) return complain(database.error(), streams);
  const auto expired =
      reporting::expire(*database, SystemClock().now(), settings->report.retention_days);
  if (!expired) return complain({EX_TEMPFAIL, {expired.error()}}, streams);
  switch (output) {
    case Output::Text:
      streams.out << "removed " << expired->reports << " reports, " << expired->runs
                  << " runs of the daemon and " << expired->files << " files from memory\n";
      break;
    case Output::Json: {
      JsonWriter json;
      json.object_begin().field("reports", expired->reports).field("runs", expired->runs);
      streams.out << json.field("files", expired->files).object_end().text() << "\n";
      break;
    }
  }
  return finish(streams);
}

}  // namespace waarmerk::cli
