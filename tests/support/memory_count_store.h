// A store of counted mail in memory, whose whole content a test can look at.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "reporting/collect/count_store.h"

namespace waarmerk::support {

/// What of a row and its report tells it from others, as a text.
[[nodiscard]] inline std::string spelled(const reporting::ReportKey& key,
                                         const reporting::ReportRow& row) {
  std::string text = reporting::day_text(key.day) + " " + key.policy.domain.text() + " [" +
                     key.policy.record.text + "] " + row.source_ip.text() + " " +
                     std::string(reporting::kReportDispositionWords.word(row.disposition)) + " " +
                     row.header_from + " " + row.envelope_from + (row.dkim_aligned ? " dkim" : "") +
                     (row.spf_aligned ? " spf" : "");
  for (const auto& dkim : row.dkim) {
    text += " " + dkim.domain + "/" + dkim.selector + "=" + std::string(to_string(dkim.result));
  }
  if (row.spf) text += " spf " + row.spf->domain + "=" + std::string(to_string(row.spf->result));
  for (const auto& reason : row.reasons) text += " (" + reason.comment + ")";
  return text;
}

/// Counts by spelled rows.
using SpelledCounts = std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>;

class MemoryCountStore final : public reporting::CountStore {
 public:
  Result<reporting::RunProgress> load_run(const std::string& node,
                                          const std::string& run) override {
    const auto found = runs.find({node, run});
    if (found != runs.end()) return found->second;
    return reporting::RunProgress{.node = node, .run = run};
  }
  Result<std::optional<reporting::FileProgress>> load_file(const std::string& path) override {
    const auto found = files.find(path);
    if (found == files.end()) return std::nullopt;
    return found->second;
  }
  Result<void> store(reporting::Batch batch, WallTime /*now*/) override {
    ++batches;
    for (reporting::RunProgress run : batch.runs) {
      reporting::RunProgress& stored = runs[{run.node, run.run}];
      if (stored.version != run.version) return fail("another collector was here");
      ++run.version;
      stored = std::move(run);
    }
    for (const reporting::FileProgress& file : batch.files) files[file.path] = file;
    for (const auto& [key, rows] : batch.reports) {
      for (const auto& [row, messages] : rows) {
        auto& [all, ordinary] = counts[spelled(key, row)];
        all += messages.all;
        ordinary += messages.ordinary;
      }
    }
    return {};
  }

  std::map<std::pair<std::string, std::string>, reporting::RunProgress> runs;
  std::map<std::string, reporting::FileProgress> files;
  SpelledCounts counts;
  int batches = 0;
};

}  // namespace waarmerk::support
