// How fast lines of the log are counted, on one core:
//   collect LOG [STORE]
// The stages of the work on the lines of LOG, each a few times over, the least of which counts.
// With STORE, a file that is not there yet, the last one is into SQLite.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>

#include "base/clock.h"
#include "reporting/collect/collector.h"
#include "reporting/log_reader.h"
#include "reporting/store/schema.h"

namespace {

using namespace waarmerk;
using namespace waarmerk::reporting;

constexpr int kRounds = 5;

/// Of this process, so that what else the machine does counts little.
double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// A store that forgets.
class NoStore final : public CountStore {
 public:
  Result<RunProgress> load_run(const std::string& node, const std::string& run) override {
    return RunProgress{.node = node, .run = run};
  }
  Result<std::optional<FileProgress>> load_file(const std::string& /*path*/) override {
    return std::nullopt;
  }
  Result<void> store(Batch /*batch*/, WallTime /*now*/) override { return {}; }
};

void measure(const char* name, int rounds, const std::function<std::uint64_t()>& work) {
  double least = 1e9;
  std::uint64_t lines = 0;
  for (int round = 0; round < rounds; ++round) {
    const double before = cpu_seconds();
    lines = work();
    least = std::min(least, cpu_seconds() - before);
  }
  std::printf("%-34s %9.0f lines/s  %6.2f us a line\n", name, static_cast<double>(lines) / least,
              least * 1e6 / static_cast<double>(lines));
}

template <typename Take>
std::uint64_t each_line(const std::string& log, const Take& take) {
  auto reader = LogReader::open({log}).value();
  std::uint64_t lines = 0;
  while (const auto line = reader.next()) {
    if (!*line) continue;
    take((*line)->text);
    ++lines;
  }
  return lines;
}

std::uint64_t collect(const std::string& log, CountStore& store) {
  const SystemClock clock;
  CollectListener listener;
  Collector collector(store, clock, listener);
  if (const auto done = collector.collect({log}); !done) {
    std::cerr << to_string(done.error()) << "\n";
    std::exit(1);
  }
  return collector.totals().lines();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::cerr << "usage: collect LOG [STORE]\n";
    return 64;
  }
  const std::string log = argv[1];
  measure("cutting into lines", kRounds, [&] { return each_line(log, [](std::string_view) {}); });
  measure("RecordParser", 2, [&] {
    RecordParser parser;
    return each_line(log, [&](std::string_view line) { static_cast<void>(parser.parse(line)); });
  });
  measure("LineReader", kRounds, [&] {
    LineReader reader;
    return each_line(log, [&](std::string_view line) { static_cast<void>(reader.read(line)); });
  });
  measure("LineReader and tuples", kRounds, [&] {
    LineReader reader;
    PublishedRecords published;
    return each_line(log, [&](std::string_view line) {
      const auto read = reader.read(line);
      if (read && *read != nullptr) static_cast<void>(tuples_of(**read, published));
    });
  });
  measure("all but the store", kRounds, [&] {
    NoStore store;
    return collect(log, store);
  });
  if (argc == 2) return 0;
  measure("into SQLite", 1, [&] {
    auto database = open_store(argv[2]).value();
    DatabaseCountStore store(database, "mx");
    return collect(log, store);
  });
}
