#include "cli/replay.h"

#include <sysexits.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/files.h"
#include "cli/log_places.h"
#include "cli/outcome.h"
#include "cli/replay_output.h"
#include "cli/settings.h"
#include "cli/time_span.h"
#include "reporting/log_reader.h"

namespace waarmerk::cli {
namespace {

using reporting::Basis;

/// So many lines that cannot be read are said with their place; the rest is counted.
constexpr std::uint64_t kMaxSaid = 10;

constexpr Words<Basis, 2> kBasisWords{{{{Basis::Action, "action"}, {Basis::Would, "would"}}}};

/// What the command line asks for, looked at once.
struct Task {
  policy::Settings candidate;
  policy::Settings current;
  Basis basis = Basis::Action;
  reporting::TimeSpan span;
};

Outcome<Basis> basis_of(const std::string& compare, policy::Mode candidate) {
  if (compare.empty()) return reporting::basis_for(candidate);
  const auto basis = kBasisWords.find(compare);
  if (!basis) return failure(EX_USAGE, {"expected \"action\" or \"would\"", "--compare"});
  return *basis;
}

Outcome<Task> read_task(const ReplayOptions& options, std::ostream& err) {
  std::vector<std::string> files = options.logs;
  files.insert(files.end(), {options.candidate_file, options.current_file});
  if (const auto once = expect_one_standard_input(files); !once) {
    return failure(EX_USAGE, once.error());
  }
  const auto span = time_span(options.since, options.until, SystemClock().now());
  if (!span) return failure(EX_USAGE, span.error());
  auto candidate = load_settings(options.candidate_file, err);
  if (!candidate) return std::unexpected(std::move(candidate.error()));
  auto current = load_settings(options.current_file, err);
  if (!current) return std::unexpected(std::move(current.error()));
  const auto basis = basis_of(options.compare, candidate->mode);
  if (!basis) return std::unexpected(basis.error());
  return Task{.candidate = std::move(*candidate),
              .current = std::move(*current),
              .basis = *basis,
              .span = *span};
}

/// The days in which files of a directory can hold what is asked for: a message that ended just
/// before midnight may stand in the file of the next day.
reporting::DayRange days_of(const reporting::TimeSpan& span) {
  using std::chrono::days;
  using std::chrono::floor;
  reporting::DayRange range;
  if (span.since) range.first = floor<days>(*span.since);
  if (span.until) range.last = floor<days>(*span.until) + days(1);
  return range;
}

/// Says what cannot be read, the first few times, and counts it.
class Damage {
 public:
  Damage(std::ostream& err, Progress& progress) : err_(err), progress_(progress) {}

  void add(const Error& error) {
    if (++count_ > kMaxSaid) return;
    progress_.clear();
    err_ << printable(to_string(error), 1000) << "\n";
    if (count_ == kMaxSaid) err_ << "further damage is only counted\n";
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  std::ostream& err_;
  Progress& progress_;
  std::uint64_t count_ = 0;
};

void read_all(reporting::LogReader& reader, reporting::ReplayInput& input, Damage& damage,
              Progress& progress) {
  while (const auto line = reader.next()) {
    if (!*line) {
      damage.add(line->error());
      continue;
    }
    for (const Error& error : input.take(**line)) damage.add(error);
    progress.show(reader.bytes_read(), reader.bytes_total());
  }
  if (const auto error = input.finish()) damage.add(*error);
  progress.clear();
}

std::string as_text(const ReplayOutcome& outcome, ReplayFormat format) {
  switch (format) {
    case ReplayFormat::Text:
      return replay_text(outcome);
    case ReplayFormat::Json:
      return replay_json(outcome);
    case ReplayFormat::Csv:
      return replay_csv(outcome);
  }
  return {};
}

}  // namespace

int replay(const ReplayOptions& options, const Streams& streams) {
  const auto task = read_task(options, streams.err);
  if (!task) return complain(task.error(), streams);
  auto reader = reporting::LogReader::open(options.logs, days_of(task->span));
  if (!reader) return complain({EX_NOINPUT, {reader.error()}}, streams);

  reporting::Replay replay(task->candidate, task->basis);
  reporting::ReplayInput input(replay, task->span);
  Progress progress(streams.err, options.progress);
  Damage damage(streams.err, progress);
  read_all(*reader, input, damage, progress);
  say_unfinished(*reader, streams);

  // OpenDMARC found out what it wrote under settings of its own.
  const bool from_log = replay.report().messages > input.history_messages();
  const ReplayOutcome outcome{
      .report = replay.report(),
      .basis = task->basis,
      .candidate = options.candidate_file,
      .mode = task->candidate.mode,
      .untried = from_log ? reporting::untried_options(task->current, task->candidate)
                          : std::vector<reporting::UntriedOption>{},
      .damaged = damage.count(),
      .history_messages = input.history_messages(),
      .top = options.top};
  streams.out << as_text(outcome, options.format);
  const int status = finish(streams);
  const bool only_damage = replay.report().messages == 0 && damage.count() > 0;
  return status == EX_OK && only_damage ? EX_DATAERR : status;
}

}  // namespace waarmerk::cli
