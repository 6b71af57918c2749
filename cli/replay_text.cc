// A replay for people.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "cli/replay_output.h"
#include "cli/replay_tables.h"
#include "reporting/opendmarc_history.h"
#include "reporting/record_text.h"

namespace waarmerk::cli {
namespace {

using policy::to_string;
using reporting::Change;
using reporting::ChangeTable;

/// A longer key is cut in the table; JSON and CSV have it whole.
constexpr std::size_t kMaxKeyWidth = 60;

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "0 %";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string arrow(Change change) {
  return fmt::format("{} -> {}", to_string(change.before), to_string(change.after));
}

std::string head(const ReplayOutcome& outcome) {
  const auto& report = outcome.report;
  std::string text = fmt::format("Messages: {}", grouped(report.messages));
  if (report.first) {
    text += fmt::format(", from {} to {}", reporting::timestamp(*report.first).substr(0, 10),
                        reporting::timestamp(*report.last).substr(0, 10));
  }
  text += fmt::format(", decided again under {} (mode \"{}\").\n", printable(outcome.candidate),
                      reporting::to_word(outcome.mode));
  return text + fmt::format("Changed: {} ({}). As before: {}.\n", grouped(report.changed),
                            percent(report.changed, report.messages),
                            grouped(report.messages - report.changed));
}

std::string matrix_text(const NamedMatrix& named, const reporting::ReplayReport& report) {
  if (report.messages == 0) return {};
  const reporting::ChangeMatrix& matrix = report.*named.matrix;
  std::string text = fmt::format("\n{}\n  {:10}", named.heading, "before");
  for (const auto after : kReplayActions) {
    text += fmt::format("{:>13}", fmt::format("-> {}", to_string(after)));
  }
  text += "\n";
  for (const auto before : kReplayActions) {
    std::string line = fmt::format("  {:10}", to_string(before));
    std::uint64_t sum = 0;
    for (const auto after : kReplayActions) {
      const std::uint64_t count = matrix.at({before, after});
      sum += count;
      line += fmt::format("{:>13}", grouped(count));
    }
    if (sum > 0) text += line + "\n";
  }
  return text;
}

std::string samples_of(const reporting::Tally& tally) {
  std::string text;
  for (const std::string& sample : tally.samples) text += (text.empty() ? "" : " ") + sample;
  return tally.count > tally.samples.size() ? text + " ..." : text;
}

std::string table_text(const NamedTable& named, const ReplayOutcome& outcome) {
  const ChangeTable& table = outcome.report.*named.table;
  const auto rows = table.rows();
  if (rows.empty()) return {};
  const std::size_t shown = outcome.top == 0 ? rows.size() : std::min(outcome.top, rows.size());
  std::size_t width = 0;
  for (std::size_t i = 0; i < shown; ++i) {
    width = std::max(width, std::min(rows[i].key.size(), kMaxKeyWidth));
  }
  std::string text = fmt::format("\n{}\n", named.heading);
  for (std::size_t i = 0; i < shown; ++i) {
    const ChangeTable::Row& row = rows[i];
    fmt::format_to(std::back_inserter(text), "{:>13}  {:16}", grouped(row.tally.count),
                   arrow(row.change));
    if (width > 0) {
      fmt::format_to(std::back_inserter(text), "  {:{}}", printable(row.key, kMaxKeyWidth), width);
    }
    text += "  " + samples_of(row.tally) + "\n";
  }
  if (shown < rows.size()) {
    text += fmt::format("{:>13}  rows more; --top 0 shows all\n", grouped(rows.size() - shown));
  }
  if (table.others() > 0) {
    text += fmt::format("{:>13}  messages under other keys: this table is full\n",
                        grouped(table.others()));
  }
  return text;
}

/// "  12 messages ...", where there are any.
std::string note(std::uint64_t count, std::string_view text) {
  return count == 0 ? std::string() : fmt::format("{:>13}  {}\n", grouped(count), text);
}

std::string notes(const ReplayOutcome& outcome) {
  const auto& report = outcome.report;
  std::string text =
      note(report.exempt, "messages were exempt: they were not judged then and are not now") +
      note(report.cut, "messages whose line was cut: they may differ for that alone") +
      note(report.amendments, "lines say that an earlier decision could not be carried out") +
      note(outcome.damaged, "lines or messages could not be read and are not counted");
  if (!text.empty()) text.insert(0, "\nTo be noted\n");
  if (!outcome.untried.empty()) {
    text +=
        "\nNot tried: these settings decide what is known of a message, and that was found out\n"
        "under the other value\n";
  }
  for (const auto& option : outcome.untried) {
    text += fmt::format("  {} = {}, before: {}\n", option.key, printable(option.candidate, 100),
                        printable(option.current, 100));
  }
  if (outcome.history_messages == 0) return text;
  text += fmt::format("\n{} messages come from OpenDMARC's history. What it does not say:\n",
                      grouped(outcome.history_messages));
  for (const std::string_view sentence : reporting::kHistoryAssumptions) {
    text += fmt::format("  - {}\n", sentence);
  }
  return text;
}

std::string_view basis_sentence(reporting::Basis basis) {
  switch (basis) {
    case reporting::Basis::Action:
      return "Changes are counted by what is done with the mail (--compare action).\n";
    case reporting::Basis::Would:
      return "Changes are counted by what would be done, but for the mode and \"only_monitor\" "
             "(--compare would).\n";
  }
  return {};
}

}  // namespace

std::string replay_text(const ReplayOutcome& outcome) {
  std::string text = head(outcome);
  text += basis_sentence(outcome.basis);
  for (const NamedMatrix& matrix : kReplayMatrices) text += matrix_text(matrix, outcome.report);
  for (const NamedTable& table : kReplayTables) text += table_text(table, outcome);
  return text + notes(outcome);
}

}  // namespace waarmerk::cli
