#include "cli/report_collect.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <array>
#include <ostream>
#include <utility>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/local_host.h"
#include "cli/outcome.h"
#include "cli/settings.h"
#include "reporting/collect/collector.h"
#include "reporting/posix_log_storage.h"
#include "reporting/store/schema.h"

namespace waarmerk::cli {
namespace {

/// So many damaged or missing lines are said with their place; the rest is counted.
constexpr std::uint64_t kMaxSaid = 10;

/// The file that damaged lines are set aside in.
class SetAside {
 public:
  explicit SetAside(std::string path) : path_(std::move(path)) {}

  Result<void> add(std::string_view line) {
    if (path_.empty()) return {};
    if (!stream_) {
      auto opened = reporting::PosixLogStorage().open(path_);
      if (!opened) return fail(opened.error().text, path_);
      stream_ = std::move(opened->stream);
    }
    const std::string whole = std::string(line) + "\n";
    const auto taken = stream_->append(whole);
    if (!taken) return fail(taken.error().text, path_);
    if (*taken < whole.size()) return fail("a damaged line could not be written whole", path_);
    return {};
  }

 private:
  std::string path_;
  std::unique_ptr<reporting::LogStream> stream_;
};

/// Tells a person, or a journal, what is wrong.
class Reporter final : public reporting::CollectListener {
 public:
  Reporter(const CollectOptions& options, std::ostream& err)
      : err_(err), progress_(err, options.progress), aside_(options.damaged_file) {}

  void damaged(const Error& error, std::string_view line) override {
    ++damaged_;
    say(damaged_, error, "further damage is only counted");
    if (line.empty()) return;
    if (auto kept = aside_.add(line); !kept) say(++not_kept_, kept.error(), "and so on");
  }
  void progress(std::uint64_t done, std::optional<std::uint64_t> total) override {
    progress_.show(done, total);
  }
  void done() { progress_.clear(); }

  void lost(const reporting::LostLines& lines) {
    const auto& [first, last] = lines.numbers;
    const std::string which = first == last ? fmt::format("line {} is", first)
                                            : fmt::format("lines {} to {} are", first, last);
    say(++lost_, {which + " missing", lines.node + " " + lines.run},
        "further losses are only counted");
  }

 private:
  void say(std::uint64_t count, const Error& error, std::string_view end) {
    if (count > kMaxSaid) return;
    progress_.clear();
    err_ << printable(to_string(error), 1000) << "\n";
    if (count == kMaxSaid) err_ << end << "\n";
  }

  std::ostream& err_;
  Progress progress_;
  SetAside aside_;
  std::uint64_t damaged_ = 0;
  std::uint64_t not_kept_ = 0;
  std::uint64_t lost_ = 0;
};

/// A number that is printed: its name for programs, and what it says to people.
struct Figure {
  std::string_view name;
  std::string_view meaning;
  std::uint64_t value;
};

std::uint64_t lines_in(const std::vector<reporting::LostLines>& lost) {
  std::uint64_t lines = 0;
  for (const auto& item : lost) lines += size_of(item.numbers);
  return lines;
}

std::array<Figure, 9> figures_of(const reporting::Collector& collector) {
  const reporting::CollectTotals& totals = collector.totals();
  return {{{"lines", "lines read", totals.lines()},
           {"counted", "messages that reports tell of", totals.counted},
           {"passed_over", "messages that none tells of", totals.passed_over},
           {"duplicates", "lines that had been counted before", totals.duplicates},
           {"amended", "corrections, which change no count", totals.amended},
           {"damaged", "lines or files that cannot be read", totals.damaged},
           {"lost", "lines that are missing", lines_in(collector.lost())},
           {"found", "lines that were missing before", collector.found()},
           {"rows", "rows stored or added to", totals.rows}}};
}

void print(const reporting::Collector& collector, Output output, std::ostream& out) {
  const auto figures = figures_of(collector);
  switch (output) {
    case Output::Text:
      for (const Figure& figure : figures) {
        out << fmt::format("{:>12}  {}\n", figure.value, figure.meaning);
      }
      return;
    case Output::Json: {
      JsonWriter json;
      json.object_begin();
      for (const Figure& figure : figures) json.field(figure.name, figure.value);
      out << json.object_end().text() << "\n";
      return;
    }
  }
}

/// The places that are there.
Outcome<std::vector<std::string>> places_of(const LogPlaces& log) {
  auto places = find_log(log);
  if (!places) return places;
  for (const std::string& place : *places) {
    const auto files = reporting::log_files_at(place, {});
    if (!files) return failure(EX_NOINPUT, files.error());
  }
  return places;
}

}  // namespace

int report_collect(const CollectOptions& options, Output output, const Streams& streams) {
  const auto settings = load_usual_settings(options.log.config_file);
  if (!settings) return complain(settings.error(), streams);
  const auto places = places_of(options.log);
  if (!places) return complain(places.error(), streams);
  auto database = reporting::open_store(settings->report.store);
  if (!database) return complain({EX_TEMPFAIL, {database.error()}}, streams);

  reporting::DatabaseCountStore store(*database, local_host_name());
  const SystemClock clock;
  Reporter reporter(options, streams.err);
  reporting::Collector collector(store, clock, reporter);
  const auto collected = collector.collect(*places);
  reporter.done();
  for (const auto& lines : collector.lost()) reporter.lost(lines);
  if (!collected) return complain({EX_TEMPFAIL, {collected.error()}}, streams);

  print(collector, output, streams.out);
  const int status = finish(streams);
  const auto& totals = collector.totals();
  const bool only_damage = totals.damaged > 0 && totals.lines() == totals.damaged;
  return status == EX_OK && only_damage ? EX_DATAERR : status;
}

}  // namespace waarmerk::cli
