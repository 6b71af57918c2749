// The outcome of a replay as text, JSON and CSV.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/settings.h"
#include "reporting/replay.h"

namespace waarmerk::cli {

/// A finished replay, and what is to be said beside it.
struct ReplayOutcome {
  const reporting::ReplayReport& report;
  reporting::Basis basis = reporting::Basis::Action;
  /// The candidate's file as it was named, and its mode.
  std::string candidate;
  policy::Mode mode = policy::Mode::Enforce;
  std::vector<reporting::UntriedOption> untried;
  /// Lines, and messages of a history, that could not be read.
  std::uint64_t damaged = 0;
  /// Messages out of OpenDMARC's history.
  std::uint64_t history_messages = 0;
  /// Rows of each table; 0: all.
  std::size_t top = 0;
};

/// For people: printable ASCII whatever the log holds.
[[nodiscard]] std::string replay_text(const ReplayOutcome& outcome);
/// One line of JSON; docs/replay.md describes it.
[[nodiscard]] std::string replay_json(const ReplayOutcome& outcome);
/// The tables in one, with a head line: table,key,before,after,messages,samples. Every text is
/// quoted, and one that a spreadsheet would take for a formula begins with an apostrophe. What
/// found no room in a table is a row with the key "(others)". RFC 4180
[[nodiscard]] std::string replay_csv(const ReplayOutcome& outcome);

}  // namespace waarmerk::cli
