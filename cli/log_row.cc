#include "cli/log_row.h"

#include <algorithm>

#include "base/text.h"
#include "reporting/record_text.h"

namespace waarmerk::cli {
namespace {

/// To the second: "2026-05-01T12:30:05Z".
std::string time_text(WallTime time) {
  constexpr std::size_t kToTheSecond = std::string_view("2026-05-01T12:30:05").size();
  return reporting::timestamp(time).substr(0, kToTheSecond) + "Z";
}

std::string author_text(const policy::Author& author) {
  if (author.domains.empty()) return "-";
  const std::string& first = author.domains.front().text();
  if (author.domains.size() == 1) return first;
  return first + "+" + std::to_string(author.domains.size() - 1);
}

/// "pass" if one passes, else what became of the first.
std::string dkim_text(const policy::Facts& facts) {
  if (facts.dkim.empty()) return "none";
  const bool passes = std::ranges::find(facts.dkim, policy::DkimResult::Pass,
                                        &policy::DkimOutcome::result) != facts.dkim.end();
  return passes ? "pass" : std::string(to_string(facts.dkim.front().result));
}

std::string dmarc_text(const policy::Verdict& verdict) {
  const policy::DmarcEvaluation* dmarc = verdict.deciding_dmarc();
  return dmarc == nullptr ? "-" : std::string(to_string(dmarc->result));
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

}  // namespace

std::vector<Column> record_columns() {
  return {{"TIME"}, {"QUEUE-ID"}, {"AUTHOR"}, {"CLIENT"}, {"SPF"},
          {"DKIM"}, {"DMARC"},    {"ACTION"}, {"WHY"}};
}

std::vector<std::string> record_cells(const reporting::Record& record) {
  const policy::Facts& facts = record.facts;
  return {time_text(facts.time),
          or_dash(facts.queue_id),
          author_text(facts.author),
          facts.client.ip ? facts.client.ip->text() : "-",
          std::string(to_string(facts.spf_mail_from.result)),
          dkim_text(facts),
          dmarc_text(record.verdict),
          std::string(to_string(record.verdict.decision.action)),
          record.verdict.decision.why};
}

std::string record_line(const reporting::Record& record) {
  const auto cells = record_cells(record);
  return printable(cells[0] + " " + cells[1] + " " + cells[7] + ": from " + cells[2] + " by " +
                       cells[3] + ", spf=" + cells[4] + " dkim=" + cells[5] + " dmarc=" + cells[6] +
                       ", " + cells[8],
                   1400);
}

std::string amendment_line(const reporting::Amendment& amendment) {
  return printable(time_text(amendment.time) + " amends record " +
                       std::to_string(amendment.amends) + " of run " + amendment.run + ": " +
                       amendment.problem,
                   1400);
}

}  // namespace waarmerk::cli
