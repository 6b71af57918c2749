#include "cli/report_dry_run.h"

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "reporting/delivery/sending_plan.h"

namespace waarmerk::cli {
namespace {

using reporting::Destination;
using reporting::ReportState;
using reporting::SendingPlan;
using reporting::StoredReport;

constexpr std::chrono::seconds kDnsPatience{60};
constexpr Words<Destination::Kind, 3> kKinds{{{{Destination::Kind::Allowed, "allowed"},
                                               {Destination::Kind::Refused, "refused"},
                                               {Destination::Kind::Open, "open"}}}};

/// A report and what would become of it.
struct Foreseen {
  StoredReport report;
  std::uint64_t rows = 0;
  SendingPlan plan;
  /// Of a report that is written already.
  std::vector<reporting::StoredDelivery> deliveries;
};

std::string line_of(const Foreseen& foreseen) {
  const StoredReport& report = foreseen.report;
  return report.key.policy.domain.text() + " " + reporting::day_text(report.key.day) + ": " +
         std::to_string(report.messages.all) + " messages in " + std::to_string(foreseen.rows) +
         " rows";
}

std::string line_of(const Destination& destination) {
  switch (destination.kind) {
    case Destination::Kind::Allowed:
      return "  to " + destination.address->text() + ": " + destination.why;
    case Destination::Kind::Refused:
      return "  not to " + destination.uri + ": " + destination.why;
    case Destination::Kind::Open:
      return "  perhaps to " + destination.uri + ": " + destination.why;
  }
  return {};
}

void print_text(const Foreseen& foreseen, std::ostream& out) {
  out << printable(line_of(foreseen), 1000) << "\n";
  for (const Destination& destination : foreseen.plan.destinations) {
    out << printable(line_of(destination), 1000) << "\n";
  }
  for (const auto& delivery : foreseen.deliveries) {
    out << printable("  " + delivery.address + ": part " + std::to_string(delivery.part) + " is " +
                         std::string(reporting::kDeliveryStateWords.word(delivery.state)) +
                         (delivery.reply.empty() ? "" : ": " + delivery.reply),
                     1000)
        << "\n";
  }
  if (!foreseen.plan.objection.empty()) out << "  to nobody: " << foreseen.plan.objection << "\n";
}

void write_destination(const Destination& destination, JsonWriter& json) {
  json.object_begin().field("uri", destination.uri).key("address");
  if (destination.address) {
    json.string(destination.address->text());
  } else {
    json.null();
  }
  json.field("kind", kKinds.word(destination.kind)).field("why", destination.why).object_end();
}

void write_json(const Foreseen& foreseen, JsonWriter& json) {
  const StoredReport& report = foreseen.report;
  json.object_begin().field("policy_domain", report.key.policy.domain.text());
  json.field("day", reporting::day_text(report.key.day)).field("generation", report.generation);
  json.field("state", reporting::kReportStateWords.word(report.state));
  json.field("messages", report.messages.all).field("rows", foreseen.rows);
  json.key("destinations").array_begin();
  for (const auto& destination : foreseen.plan.destinations) write_destination(destination, json);
  json.array_end().key("deliveries").array_begin();
  for (const auto& delivery : foreseen.deliveries) {
    json.object_begin().field("address", delivery.address).field("part", delivery.part);
    json.field("state", reporting::kDeliveryStateWords.word(delivery.state));
    json.field("reply", delivery.reply).object_end();
  }
  json.array_end().key("to_nobody");
  // A report that is written already has its addresses.
  const std::string why = foreseen.deliveries.empty() ? foreseen.plan.why_nobody() : "";
  if (why.empty()) {
    json.null();
  } else {
    json.string(why);
  }
  json.object_end();
}

Result<Foreseen> foresee(const StoredReport& report, const DryRunParts& parts,
                         const policy::Settings& settings) {
  Foreseen foreseen{.report = report};
  auto counted = parts.outbox.each_row(report.id, [&](const reporting::CountedRow&) {
    ++foreseen.rows;
    return Result<void>();
  });
  if (!counted) return std::unexpected(counted.error());
  if (report.state == ReportState::Rendered || report.state == ReportState::Submitted) {
    auto deliveries = parts.outbox.deliveries(report.id);
    if (!deliveries) return std::unexpected(deliveries.error());
    foreseen.deliveries = std::move(*deliveries);
    return foreseen;
  }
  auto plan = reporting::plan_sending(report, parts.outbox, settings, parts.lookup,
                                      parts.clock.instant() + kDnsPatience);
  if (!plan) return std::unexpected(plan.error());
  foreseen.plan = std::move(*plan);
  return foreseen;
}

/// The last day that a run would close.
Result<std::chrono::sys_days> last_day(const DryRunParts& parts, const policy::Settings& settings) {
  const WallTime now = parts.clock.now();
  const auto heard = parts.outbox.last_closed_day(now);
  if (!heard) return std::unexpected(heard.error());
  const auto late = reporting::last_day_by_grace(now, settings.report.grace);
  return std::max(heard->value_or(late), late);
}

}  // namespace

Result<void> print_dry_run(const DryRunParts& parts, const policy::Settings& settings,
                           Output output, std::ostream& out) {
  const auto last = last_day(parts, settings);
  if (!last) return std::unexpected(last.error());
  const auto reports = parts.outbox.list(std::chrono::sys_days{});
  if (!reports) return std::unexpected(reports.error());
  JsonWriter json;
  json.array_begin();
  for (const StoredReport& report : *reports) {
    const bool is_open = report.state == ReportState::Collecting && report.key.day > *last;
    if (is_open || report.state == ReportState::Done) continue;
    const auto foreseen = foresee(report, parts, settings);
    if (!foreseen) return std::unexpected(foreseen.error());
    if (output == Output::Text) print_text(*foreseen, out);
    if (output == Output::Json) write_json(*foreseen, json);
  }
  if (output == Output::Json) out << json.array_end().text() << "\n";
  return {};
}

}  // namespace waarmerk::cli
