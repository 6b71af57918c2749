#include "reporting/log_reader.h"

#include <algorithm>
#include <utility>

namespace waarmerk::reporting {
namespace {

constexpr std::string_view kStandardInput = "-";

/// True for "a.gz" and "a".
bool is_packed_form(std::string_view packed, std::string_view plain) {
  constexpr std::string_view kSuffix = ".gz";
  return packed.size() == plain.size() + kSuffix.size() && packed.ends_with(kSuffix) &&
         packed.starts_with(plain);
}

}  // namespace

std::string place_of(const LogLine& line) {
  if (line.number == 0) return std::string(line.file);
  return std::string(line.file) + ":" + std::to_string(line.number);
}

LogReader::LogReader(std::vector<std::string> files) : files_(std::move(files)), bytes_total_(0) {
  for (const std::string& file : files_) {
    const auto size = file_size(file);
    bytes_total_ = bytes_total_ && size ? std::optional(*bytes_total_ + *size) : std::nullopt;
  }
}

Result<LogReader> LogReader::open(const std::vector<std::string>& places, const DayRange& days) {
  std::vector<std::string> files;
  for (const std::string& place : places) {
    auto found = log_files_at(place, days);
    if (!found) return std::unexpected(std::move(found.error()));
    std::ranges::move(*found, std::back_inserter(files));
  }
  return LogReader(std::move(files));
}

std::optional<Result<LogLine>> LogReader::next() {
  while (true) {
    if (const auto line = buffer_.next()) {
      if (!line->too_long && was_given(line->text)) continue;
      const LogLine placed{line->text, name_, line->number};
      if (!line->too_long) return placed;
      return fail("a line of more than " + std::to_string(kMaxLine) + " octets", place_of(placed));
    }
    if (file_ == files_.size()) return std::nullopt;
    if (auto read = read_on(); !read) {
      close_file();
      return std::unexpected(std::move(read.error()));
    }
  }
}

Result<void> LogReader::read_on() {
  if (!input_) {
    name_ = files_[file_] == kStandardInput ? "standard input" : files_[file_];
    auto opened = LogInput::open(files_[file_]);
    if (!opened) return std::unexpected(std::move(opened.error()));
    input_.emplace(std::move(*opened));
  }
  const auto octets = input_->read(buffer_.room());
  if (!octets) return fail(octets.error().text, name_);
  buffer_.filled(*octets);
  if (*octets == 0) end_file();
  return {};
}

void LogReader::end_file() {
  if (buffer_.has_piece()) {
    // What is read next is the end again, now behind a whole line.
    if (files_[file_] == kStandardInput) return buffer_.end_piece();
    unfinished_.push_back({"note: the last line has no newline and was passed over", name_});
  }
  close_file();
}

bool LogReader::was_given(std::string_view line) {
  if (file_ + 1 < files_.size() && is_packed_form(files_[file_], files_[file_ + 1])) {
    seen_.add(line);
  }
  return file_ > 0 && is_packed_form(files_[file_ - 1], files_[file_]) && seen_.contains(line);
}

void LogReader::close_file() {
  if (file_ > 0 && is_packed_form(files_[file_ - 1], files_[file_])) seen_.clear();
  bytes_before_ = bytes_read();
  input_.reset();
  buffer_.restart();
  ++file_;
}

std::uint64_t LogReader::bytes_read() const {
  return bytes_before_ + (input_ ? input_->bytes_read() : 0);
}

std::optional<Result<PlacedEntry>> EntryReader::next() {
  const auto line = lines_.next();
  if (!line) return std::nullopt;
  auto entry = parse(*line);
  ++(entry ? entries_ : damaged_);
  return entry;
}

Result<PlacedEntry> EntryReader::parse(const Result<LogLine>& line) {
  if (!line) return std::unexpected(line.error());
  auto entry = parser_.parse(line->text);
  if (entry) return PlacedEntry{std::move(*entry), *line};
  return fail(to_string(entry.error()), place_of(*line));
}

}  // namespace waarmerk::reporting
