#include "reporting/collect/collector.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace waarmerk::reporting {

Result<void> Collector::collect(const std::vector<std::string>& places) {
  std::vector<std::string> files;
  for (const std::string& place : places) {
    auto found = log_files_at(place, {});
    if (!found) return std::unexpected(std::move(found.error()));
    std::ranges::transform(*found, std::back_inserter(files), absolute_place);
  }
  octets_total_ = 0;
  for (const std::string& file : files) {
    const auto size = file_size(file);
    octets_total_ = octets_total_ && size ? std::optional(*octets_total_ + *size) : std::nullopt;
  }
  for (const std::string& file : files) {
    if (auto read = collect_file(file); !read) return read;
  }
  return store();
}

Result<void> Collector::collect_file(const std::string& path) {
  const auto known = store_.load_file(path);
  if (!known) return std::unexpected(known.error());
  auto source = LogSource::open(path, *known);
  if (!source) {
    note_damage(source.error(), {});
    return {};
  }
  if (auto read = collect_lines(*source); !read) return read;
  octets_before_ += source->octets_behind();
  // Stored with the lines that were read last; alone, too, so that they are not read again.
  if (auto progress = source->progress(); progress && progress != *known) {
    files_.push_back(std::move(*progress));
  }
  return {};
}

Result<void> Collector::collect_lines(LogSource& source) {
  while (const auto line = source.next()) {
    if (*line) {
      if (auto taken = take(**line, source); !taken) return taken;
    } else {
      note_damage(line->error(), {});
    }
    if (++unstored_lines_ < limits_.lines && aggregator_.rows() < limits_.rows) continue;
    if (auto progress = source.progress()) files_.push_back(std::move(*progress));
    if (auto stored = store(); !stored) return stored;
  }
  return {};
}

Result<void> Collector::take(const LogLine& line, const LogSource& source) {
  constexpr std::uint64_t kLinesPerShow = 1024;
  if (unstored_lines_ % kLinesPerShow == 0) {
    listener_.progress(octets_before_ + source.octets_behind(), octets_total_);
  }
  const auto read = reader_.read(line.text);
  if (!read) {
    note_damage({to_string(read.error()), source.place()}, line.text);
    return {};
  }
  if (*read != nullptr) return count(**read);
  ++totals_.amended;
  return {};
}

Result<void> Collector::count(const Record& record) {
  const auto is_new = runs_.add(record.node, record.run, record.seq, record.facts.time);
  if (!is_new) return std::unexpected(is_new.error());
  if (!*is_new) {
    ++totals_.duplicates;
    return {};
  }
  ++(aggregator_.add(record) == 0 ? totals_.passed_over : totals_.counted);
  return {};
}

void Collector::note_damage(const Error& error, std::string_view line) {
  ++totals_.damaged;
  listener_.damaged(error, line);
}

Result<void> Collector::store() {
  unstored_lines_ = 0;
  const std::uint64_t rows = aggregator_.rows();
  Batch batch{
      .runs = runs_.unstored(), .files = std::exchange(files_, {}), .reports = aggregator_.take()};
  if (batch.runs.empty() && batch.files.empty()) return {};
  if (auto stored = store_.store(std::move(batch), clock_.now()); !stored) return stored;
  runs_.stored();
  totals_.rows += rows;
  return {};
}

}  // namespace waarmerk::reporting
