#include "reporting/delivery/sending_plan.h"

#include <algorithm>

namespace waarmerk::reporting {
namespace {

using std::chrono::days;

/// The name of the list at or below which a domain stands; nullptr if there is none.
const DomainName* named_by(const std::vector<DomainName>& list, const DomainName& domain) {
  const auto found = std::ranges::find_if(
      list, [&domain](const DomainName& name) { return domain.is_at_or_below(name); });
  return found == list.end() ? nullptr : &*found;
}

/// What stands against a report by the settings and its own numbers.
std::string objection_to(const StoredReport& report, const policy::Settings::Report& settings) {
  if (report.key.policy.record.rua.empty()) return "its record asks for no reports";
  if (const auto* never = named_by(settings.never, report.key.policy.domain)) {
    return "report.never names " + never->text();
  }
  if (report.messages.ordinary == 0) return "only report traffic was seen";
  return {};
}

/// Whether a domain whose mail never passes gets a report.
Result<bool> is_active(const StoredReport& report, Outbox& outbox,
                       const policy::Settings::Report& settings) {
  if (settings.active_days == 0) return true;
  if (named_by(settings.always, report.key.policy.domain) != nullptr) return true;
  // Of the report's own day, however late it is sent.
  const auto first = report.key.day - days(settings.active_days - 1);
  return outbox.had_pass_since(report.key.policy.domain, first);
}

}  // namespace

std::vector<std::string> SendingPlan::addresses() const {
  std::vector<std::string> found;
  for (const Destination& destination : destinations) {
    if (destination.kind == Destination::Kind::Allowed) {
      found.push_back(destination.address->text());
    }
  }
  return found;
}

bool SendingPlan::is_open() const {
  return std::ranges::any_of(destinations, [](const Destination& destination) {
    return destination.kind == Destination::Kind::Open;
  });
}

std::string SendingPlan::why_nobody() const {
  if (!objection.empty()) return objection;
  if (!addresses().empty()) return {};
  std::string why = "no address may get it";
  const char* separator = ": ";
  for (const Destination& destination : destinations) {
    why += separator + destination.uri + " (" + destination.why + ")";
    separator = ", ";
  }
  return why;
}

Result<SendingPlan> plan_sending(const StoredReport& report, Outbox& outbox,
                                 const policy::Settings& settings, dns::Lookup& lookup,
                                 Instant deadline) {
  SendingPlan plan{.objection = objection_to(report, settings.report)};
  if (!plan.objection.empty()) return plan;
  const auto active = is_active(report, outbox, settings.report);
  if (!active) return std::unexpected(active.error());
  if (!*active) {
    plan.objection =
        "none of its mail passed DMARC in " + std::to_string(settings.report.active_days) + " days";
    return plan;
  }
  plan.destinations = destinations_of(report.key.policy, settings, lookup, deadline);
  return plan;
}

std::chrono::sys_days last_day_by_grace(WallTime now, std::chrono::minutes grace) {
  return std::chrono::floor<days>(now - grace) - days(1);
}

}  // namespace waarmerk::reporting
