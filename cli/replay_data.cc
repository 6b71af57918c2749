// A replay for programs: JSON and CSV.
#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "cli/csv.h"
#include "cli/replay_output.h"
#include "cli/replay_tables.h"
#include "reporting/opendmarc_history.h"
#include "reporting/record_text.h"

namespace waarmerk::cli {
namespace {

using policy::to_string;
using reporting::Change;
using reporting::ChangeTable;

/// The rows that are asked for.
std::vector<ChangeTable::Row> top_rows(const ChangeTable& table, std::size_t top) {
  auto rows = table.rows();
  if (top != 0 && rows.size() > top) rows.resize(top);
  return rows;
}

/// Calls `visit(change, count)` for every cell that holds messages.
template <typename Visit>
void each_cell(const reporting::ChangeMatrix& matrix, const Visit& visit) {
  for (const auto before : kReplayActions) {
    for (const auto after : kReplayActions) {
      const Change change{before, after};
      if (matrix.at(change) > 0) visit(change, matrix.at(change));
    }
  }
}

// ---- JSON ---------------------------------------------------------------------------------------

void write_change(JsonWriter& json, Change change, std::uint64_t count) {
  json.field("before", to_string(change.before))
      .field("after", to_string(change.after))
      .field("messages", count);
}

void write_time(JsonWriter& json, std::string_view name, const std::optional<WallTime>& time) {
  json.key(name);
  time ? json.string(reporting::timestamp(*time)) : json.null();
}

void write_head(JsonWriter& json, const ReplayOutcome& outcome) {
  const auto& report = outcome.report;
  const bool by_action = outcome.basis == reporting::Basis::Action;
  json.field("candidate", outcome.candidate)
      .field("mode", reporting::to_word(outcome.mode))
      .field("compare", by_action ? "action" : "would")
      .field("messages", report.messages)
      .field("changed", report.changed)
      .field("exempt", report.exempt)
      .field("cut", report.cut)
      .field("amendments", report.amendments)
      .field("damaged", outcome.damaged)
      .field("opendmarc_messages", outcome.history_messages);
  write_time(json, "first", report.first);
  write_time(json, "last", report.last);
}

void write_matrix(JsonWriter& json, const NamedMatrix& named, const ReplayOutcome& outcome) {
  json.key(named.name).array_begin();
  each_cell(outcome.report.*named.matrix, [&json](Change change, std::uint64_t count) {
    json.object_begin();
    write_change(json, change, count);
    json.object_end();
  });
  json.array_end();
}

void write_table(JsonWriter& json, const NamedTable& named, const ReplayOutcome& outcome) {
  const ChangeTable& table = outcome.report.*named.table;
  json.key(named.name).object_begin().key("rows").array_begin();
  for (const ChangeTable::Row& row : top_rows(table, outcome.top)) {
    json.object_begin().field("key", row.key);
    write_change(json, row.change, row.tally.count);
    json.key("samples").array_begin();
    for (const std::string& sample : row.tally.samples) json.string(sample);
    json.array_end().object_end();
  }
  json.array_end().field("others", table.others()).object_end();
}

void write_notes(JsonWriter& json, const ReplayOutcome& outcome) {
  json.key("untried").array_begin();
  for (const auto& option : outcome.untried) {
    json.object_begin()
        .field("key", option.key)
        .field("current", option.current)
        .field("candidate", option.candidate)
        .object_end();
  }
  json.array_end().key("assumptions").array_begin();
  if (outcome.history_messages > 0) {
    for (const std::string_view sentence : reporting::kHistoryAssumptions) json.string(sentence);
  }
  json.array_end();
}

// ---- CSV ----------------------------------------------------------------------------------------

/// What found no room in a table: under no key, with no change of its own.
std::string others_line(std::string_view table, std::uint64_t count) {
  return csv_text(table) + "," + csv_text("(others)") + R"(,"","",)" + std::to_string(count) +
         ",\"\"\r\n";
}

std::string change_line(std::string_view table, std::string_view key, Change change,
                        const reporting::Tally& tally) {
  std::string samples;
  for (const std::string& sample : tally.samples) samples += (samples.empty() ? "" : " ") + sample;
  std::string line = csv_text(table) + "," + csv_text(key) + ",";
  line += csv_text(to_string(change.before)) + "," + csv_text(to_string(change.after)) + ",";
  return line + std::to_string(tally.count) + "," + csv_text(samples) + "\r\n";
}

}  // namespace

std::string replay_json(const ReplayOutcome& outcome) {
  JsonWriter json;
  json.object_begin();
  write_head(json, outcome);
  for (const NamedMatrix& matrix : kReplayMatrices) write_matrix(json, matrix, outcome);
  for (const NamedTable& table : kReplayTables) write_table(json, table, outcome);
  write_notes(json, outcome);
  json.object_end();
  return json.take() + "\n";
}

std::string replay_csv(const ReplayOutcome& outcome) {
  std::string text = "table,key,before,after,messages,samples\r\n";
  for (const NamedMatrix& named : kReplayMatrices) {
    each_cell(outcome.report.*named.matrix, [&](Change change, std::uint64_t count) {
      text += change_line(named.name, "", change, {.count = count, .samples = {}});
    });
  }
  for (const NamedTable& named : kReplayTables) {
    for (const auto& row : top_rows(outcome.report.*named.table, outcome.top)) {
      text += change_line(named.name, row.key, row.change, row.tally);
    }
    const std::uint64_t others = (outcome.report.*named.table).others();
    if (others > 0) text += others_line(named.name, others);
  }
  return text;
}

}  // namespace waarmerk::cli
