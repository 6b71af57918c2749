#include "reporting/replay_input.h"

#include <utility>

namespace waarmerk::reporting {

namespace {

bool is_of_log(std::string_view text) { return text.starts_with('{'); }

}  // namespace

std::vector<Error> ReplayInput::take(const LogLine& line) {
  std::vector<Error> errors;
  if (line.file != file_) {
    if (auto error = finish()) errors.push_back(std::move(*error));
    file_ = line.file;
    kind_ = Kind::Unknown;
  }
  if (kind_ == Kind::Unknown) determine_kind(line.text);
  if (auto error = take_known(line)) errors.push_back(std::move(*error));
  return errors;
}

std::optional<Error> ReplayInput::finish() { return count(history_.finish()); }

void ReplayInput::determine_kind(std::string_view text) {
  if (is_of_log(text)) kind_ = Kind::Log;
  if (HistoryReader::is_begin(text)) kind_ = Kind::History;
}

std::optional<Error> ReplayInput::take_known(const LogLine& line) {
  switch (kind_) {
    case Kind::Unknown:
      return Error{"neither a line of the log nor of an OpenDMARC history file", place_of(line)};
    case Kind::Log:
      return take_record(line);
    case Kind::History:
      return take_history(line);
  }
  return std::nullopt;
}

std::optional<Error> ReplayInput::take_record(const LogLine& line) {
  auto entry = parser_.parse(line.text);
  if (!entry) return Error{to_string(entry.error()), place_of(line)};
  if (const auto* record = std::get_if<Record>(&*entry)) {
    if (span_.contains(record->facts.time)) replay_.add(*record);
  } else if (const auto* amendment = std::get_if<Amendment>(&*entry)) {
    if (span_.contains(amendment->time)) replay_.add(*amendment);
  }
  return std::nullopt;
}

std::optional<Error> ReplayInput::take_history(const LogLine& line) {
  // No key of a history begins so: it must not become a part of the message above it.
  if (is_of_log(line.text)) {
    return Error{"a line of the log in a file of OpenDMARC's history; expected a file for each",
                 place_of(line)};
  }
  auto error = count(history_.feed(line.text));
  if (HistoryReader::is_begin(line.text)) history_place_ = place_of(line);
  return error;
}

std::optional<Error> ReplayInput::count(std::optional<Result<HistoryMessage>> message) {
  if (!message) return std::nullopt;
  if (!*message) return Error{message->error().text, history_place_};
  if (!span_.contains((*message)->received)) return std::nullopt;
  ++history_messages_;
  replay_.add(**message);
  return std::nullopt;
}

}  // namespace waarmerk::reporting
