// What a collector has read and not yet stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "reporting/collect/seen_numbers.h"
#include "reporting/report.h"

namespace waarmerk::reporting {

/// The lines of a run that have been counted. A run is a process of the daemon: node and run of the
/// log.
struct RunProgress {
  std::string node;
  std::string run;
  /// How often it was stored; 0: not yet. Whoever stores it again must have read this version, else
  /// somebody else has counted in between.
  std::int64_t version = 0;
  SeenNumbers seen;
  /// The time of the newest line: the day before is over for this node.
  WallTime newest{};

  bool operator==(const RunProgress&) const = default;
};

/// How far a file was read. It saves reading again what `seen` would pass over anyway.
struct FileProgress {
  /// As it was named, absolute, by the node that reads it.
  std::string path;
  /// Of the file: its device and inode, as text. Another file of the same name is read from its
  /// beginning.
  std::string identity;
  /// Octets of whole lines, of a plain file; of a packed one its size once it was read to the end.
  std::uint64_t octets = 0;

  bool operator==(const FileProgress&) const = default;
};

/// The rows of one report.
struct BatchReport {
  ReportKey key;
  std::vector<CountedRow> rows;
};

/// Stored as a whole, or not at all.
struct Batch {
  std::vector<RunProgress> runs;
  std::vector<FileProgress> files;
  std::vector<BatchReport> reports;
};

}  // namespace waarmerk::reporting
