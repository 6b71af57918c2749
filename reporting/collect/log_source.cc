#include "reporting/collect/log_source.h"

#include <utility>

namespace waarmerk::reporting {

Result<LogSource> LogSource::open(const std::string& path,
                                  const std::optional<FileProgress>& known) {
  auto input = LogInput::open(path);
  if (!input) return std::unexpected(std::move(input.error()));
  LogSource source(path, std::move(*input));
  if (path != "-") source.identity_ = source.input_.identity();
  if (!known) return source;
  if (auto begun = source.begin_behind(*known); !begun) return std::unexpected(begun.error());
  return source;
}

Result<void> LogSource::begin_behind(const FileProgress& known) {
  if (!identity_ || known.identity != identity_->text) return {};
  if (identity_->is_packed) {
    if (known.octets == identity_->octets) begin_ = known.octets;
    at_end_ = begin_ > 0;
    return {};
  }
  if (known.octets > identity_->octets) return {};
  begin_ = known.octets;
  if (auto skipped = input_.skip(begin_); !skipped) return fail(skipped.error().text, path_);
  return {};
}

std::optional<Result<LogLine>> LogSource::next() {
  while (true) {
    if (const auto line = buffer_.next()) {
      line_ = line->number;
      if (!line->too_long) return LogLine{line->text, path_, line->number};
      return fail("a line of more than " + std::to_string(kMaxLine) + " octets", place());
    }
    if (at_end_) return std::nullopt;
    if (auto read = read_on(); !read) return std::unexpected(std::move(read.error()));
  }
}

Result<void> LogSource::read_on() {
  const auto octets = input_.read(buffer_.room());
  at_end_ = !octets || *octets == 0;
  has_failed_ = !octets;
  if (!octets) return fail(octets.error().text, path_ == "-" ? "standard input" : path_);
  buffer_.filled(*octets);
  return {};
}

std::string LogSource::place() const {
  const bool is_file = path_ != "-";
  const std::uint64_t before = begin_ > 0 ? lines_in(path_, begin_) : 0;
  return (is_file ? path_ : "standard input") + ":" + std::to_string(before + line_);
}

std::optional<FileProgress> LogSource::progress() const {
  if (!identity_) return std::nullopt;
  FileProgress progress{.path = path_, .identity = identity_->text, .octets = 0};
  if (!identity_->is_packed) {
    progress.octets = begin_ + buffer_.passed();
  } else if (at_end_ && !has_failed_) {
    progress.octets = identity_->octets;
  }
  if (progress.octets == 0) return std::nullopt;
  return progress;
}

std::uint64_t LogSource::octets_behind() const { return begin_ + input_.bytes_read(); }

}  // namespace waarmerk::reporting
