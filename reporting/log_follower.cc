// inotify, beside what log_input knows.
#include "reporting/log_follower.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

namespace waarmerk::reporting {
namespace {

/// The newest plain file of a directory, empty if there is none; or the place itself.
Result<std::string> newest_file(const std::string& place) {
  auto files = log_files_at(place, {});
  if (!files) return std::unexpected(std::move(files.error()));
  const bool is_file = files->size() == 1 && files->front() == place;
  if (!is_file) {
    std::erase_if(*files, [](const std::string& file) { return file.ends_with(".gz"); });
  }
  return files->empty() ? std::string() : files->back();
}

}  // namespace

LogFollower::LogFollower(std::string place)
    : place_(std::move(place)), notifier_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (notifier_ < 0) return;
  const int watch =
      ::inotify_add_watch(notifier_, place_.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO);
  if (watch < 0) ::close(std::exchange(notifier_, -1));
}

LogFollower::~LogFollower() {
  if (notifier_ >= 0) ::close(notifier_);
}

Result<std::unique_ptr<LogFollower>> LogFollower::open(std::string place, std::uint64_t octets) {
  if (place == "-") return fail("nothing comes after the end of standard input");
  // The constructor is private.
  std::unique_ptr<LogFollower> follower(new LogFollower(std::move(place)));
  // The octet before them shows whether they begin with a whole line.
  if (auto opened = follower->open_newest(octets + 1); !opened) {
    return std::unexpected(std::move(opened.error()));
  }
  return follower;
}

Result<void> LogFollower::open_newest(std::uint64_t octets) {
  const auto newest = newest_file(place_);
  if (!newest) return std::unexpected(newest.error());
  if (newest->empty()) return {};
  if (is_packed(*newest)) return fail("is packed, and nobody adds to it", *newest);
  auto opened = LogInput::open_near_end(*newest, octets);
  if (!opened) return std::unexpected(std::move(opened.error()));
  path_ = *newest;
  input_.reset();
  input_.emplace(std::move(*opened));
  buffer_.restart();
  begins_inside_ = input_->position() > 0;
  return {};
}

bool LogFollower::has_successor() const {
  const auto newest = newest_file(place_);
  if (!newest || newest->empty()) return false;
  // A file that was moved away has older ones behind it until the writer makes the new one.
  return *newest > path_ || (*newest == path_ && input_ && !input_->is_at(path_));
}

std::optional<Result<LogLine>> LogFollower::next() {
  while (true) {
    if (const auto line = buffer_.next()) {
      if (begins_inside_ && line->number == 1) continue;
      const LogLine placed{line->text, path_, begins_inside_ ? 0 : line->number};
      if (!line->too_long) return placed;
      return fail("a line of more than " + std::to_string(kMaxLine) + " octets", place_of(placed));
    }
    const auto more = read_on();
    if (!more) return std::unexpected(more.error());
    if (!*more) return std::nullopt;
  }
}

/// An obstacle that stays would otherwise be said without end.
Result<bool> LogFollower::read_on() {
  auto more = try_to_read_on();
  if (more) {
    if (*more) complaint_.clear();
    return more;
  }
  const std::string complaint = to_string(more.error());
  if (std::exchange(complaint_, complaint) == complaint) return false;
  return more;
}

Result<bool> LogFollower::try_to_read_on() {
  // Asked before reading: what the writer put at the end before it went on is read first.
  const bool superseded = has_successor();
  if (input_) {
    const auto octets = input_->read(buffer_.room());
    // A file that cannot be read any more does not keep the next one from being read.
    if (!octets && (!superseded || complaint_.empty())) return fail(octets.error().text, path_);
    buffer_.filled(octets.value_or(0));
    if (octets.value_or(0) > 0) return true;
  }
  if (!superseded) return false;
  const auto opened = open_newest(std::numeric_limits<std::uint64_t>::max());
  if (!opened) return std::unexpected(opened.error());
  return true;
}

void LogFollower::wait(std::chrono::milliseconds patience) {
  pollfd changes{.fd = notifier_, .events = POLLIN, .revents = 0};
  if (::poll(&changes, 1, static_cast<int>(patience.count())) <= 0) return;
  std::array<char, 4096> events{};
  while (::read(notifier_, events.data(), events.size()) > 0) continue;
}

}  // namespace waarmerk::reporting
