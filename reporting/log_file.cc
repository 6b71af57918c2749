// Appending under one lock, and what happens when that fails.
#include "reporting/log_file.h"

#include <utility>

#include "reporting/record_text.h"

namespace waarmerk::reporting {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;

/// A message may end before midnight and reach the log after others that ended behind it. Its line
/// stays with theirs. A day further back is another clock, and gets its own file.
bool belongs_into(sys_days open_day, sys_days day) {
  return day == open_day || day == open_day - days{1};
}

}  // namespace

LogFile::LogFile(LogOrigin origin, LogOptions options, LogStorage& storage, LostLine lost_line,
                 Recovery recovery)
    : origin_(std::move(origin)),
      storage_(storage),
      lost_line_(std::move(lost_line)),
      recovery_(std::move(recovery)),
      state_(State{.options = std::move(options), .day = {}, .stream = nullptr}) {}

std::uint64_t LogFile::append(Record record) {
  record.node = origin_.node;
  record.run = origin_.run;
  record.seq = 0;
  std::string line = write_record(record) + '\n';
  const WallTime time = record.facts.time;
  std::uint64_t seq = 0;
  const Outcome outcome = state_.with([&](State& state) {
    seq = ++state.last_seq;
    line = with_seq(std::move(line), seq);
    return put(state, floor<days>(time), line);
  });
  account(line, outcome);
  sync_when_due(time);
  return seq;
}

void LogFile::amend(std::uint64_t seq, WallTime time, std::string_view problem) {
  const std::string line =
      write_amendment({origin_.node, origin_.run, seq, time, std::string(problem)}) + '\n';
  const Outcome outcome =
      state_.with([&](State& state) { return put(state, floor<days>(time), line); });
  account(line, outcome);
}

void LogFile::reopen(LogOptions options) {
  state_.with([&options](State& state) {
    state.options = std::move(options);
    state.stream = nullptr;
  });
}

void LogFile::sync() {
  const auto stream = state_.with([](const State& state) { return state.stream; });
  if (stream != nullptr && !stream->sync()) ++failed_syncs_;
}

void LogFile::between_lines(const std::function<void()>& work) {
  state_.with([&work](const State&) { work(); });
}

LogCounters LogFile::counters() const { return {written_, lost_, failed_syncs_}; }

Result<void> LogFile::prepare(State& state, sys_days day) {
  const bool usable =
      state.stream != nullptr && belongs_into(state.day, day) && state.stream->has_a_name();
  if (usable) return {};
  state.stream = nullptr;
  auto opened = storage_.open(state.options.directory + "/" + log_file_name(day));
  if (!opened) return std::unexpected(std::move(opened.error()));
  state.stream = std::move(opened->stream);
  state.day = day;
  state.needs_newline = !opened->ends_cleanly;
  return {};
}

LogFile::Outcome LogFile::put(State& state, sys_days day, std::string_view line) {
  if (auto written = try_to_put(state, day, line); !written) {
    ++state.lost_in_a_row;
    // A file that took no line may be one of a disk that is gone: what has its name now may do.
    state.stream = nullptr;
    return {.written = std::move(written)};
  }
  return {.written = {}, .lost_before = std::exchange(state.lost_in_a_row, 0)};
}

Result<void> LogFile::try_to_put(State& state, sys_days day, std::string_view line) {
  if (auto ready = prepare(state, day); !ready) return ready;
  std::string behind_damage;
  if (state.needs_newline) {
    behind_damage = '\n';
    line = behind_damage += line;
  }
  const auto taken = state.stream->append(line);
  if (!taken) return std::unexpected(taken.error());
  if (*taken != line.size()) {
    return fail("the log took only " + std::to_string(*taken) + " of " +
                std::to_string(line.size()) + " octets");
  }
  state.needs_newline = false;
  return {};
}

void LogFile::account(std::string_view line, const Outcome& outcome) {
  if (outcome.written) {
    ++written_;
    if (outcome.lost_before > 0 && recovery_) recovery_(outcome.lost_before);
    return;
  }
  ++lost_;
  line.remove_suffix(1);
  if (lost_line_) lost_line_(line, outcome.written.error());
}

void LogFile::sync_when_due(WallTime now) {
  const bool due = state_.with([now](State& state) {
    if (state.options.sync <= std::chrono::seconds{0}) return false;
    // A clock that was set back must not stop the syncing.
    if (now >= state.synced && now - state.synced < state.options.sync) return false;
    // The very first line only starts the count.
    return std::exchange(state.synced, now) != WallTime{};
  });
  if (due) sync();
}

std::string log_file_name(sys_days day) {
  constexpr std::size_t kDateLength = 10;
  return "aggregate-" + timestamp(day).substr(0, kDateLength) + ".jsonl";
}

}  // namespace waarmerk::reporting
