// open, read and the listing of a directory.
#include "reporting/log_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/input_file.h"
#include "base/text.h"
#include "reporting/log_file.h"

namespace waarmerk::reporting {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> system_failure(std::string_view what, int code) {
  return fail(std::string(what) + ": " + system_error_text(code));
}

/// The file of one day.
struct DayFile {
  std::string day;  ///< "2026-05-01"
  bool is_plain = true;
  std::string path;
};

constexpr std::size_t kDay = std::string_view("2026-05-01").size();

/// True for a day that exists, as it stands in the name of a file.
bool is_day(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != kDay || text[4] != '-' || text[7] != '-') return false;
  const auto y = parse_number(text.substr(0, 4), 9999);
  const auto m = parse_number(text.substr(5, 2), 12);
  const auto d = parse_number(text.substr(8, 2), 31);
  return y && m && d &&
         year_month_day(year(static_cast<int>(*y)), month(static_cast<unsigned>(*m)),
                        day(static_cast<unsigned>(*d)))
             .ok();
}

/// Like the names of log_file_name(), with ".gz" or without.
std::optional<DayFile> day_file(const fs::path& path) {
  constexpr std::string_view kPrefix = "aggregate-";
  constexpr std::string_view kSuffix = ".jsonl";
  const std::string name = path.filename().string();
  if (!name.starts_with(kPrefix) || name.size() < kPrefix.size() + kDay) return std::nullopt;
  if (!is_day(std::string_view(name).substr(kPrefix.size(), kDay))) return std::nullopt;
  const std::string_view rest = std::string_view(name).substr(kPrefix.size() + kDay);
  const bool is_packed = rest == ".jsonl.gz";
  if (!is_packed && rest != kSuffix) return std::nullopt;
  return DayFile{name.substr(kPrefix.size(), kDay), !is_packed, path.string()};
}

/// The day as it stands in the name of a file.
std::string day_text(std::chrono::sys_days day) {
  return day_file(log_file_name(day)).value_or(DayFile{}).day;
}

/// A record may stand in the file of the day after its own, never in an earlier one.
bool may_hold(const DayFile& file, const DayRange& days) {
  if (days.first && file.day < day_text(*days.first)) return false;
  return !days.last || file.day <= day_text(*days.last + std::chrono::days(1));
}

Result<std::vector<std::string>> files_in(const std::string& directory, const DayRange& days) {
  std::error_code error;
  std::vector<DayFile> found;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    auto file = day_file(entry->path());
    if (!file || !may_hold(*file, days)) continue;
    // To open a pipe or a device could wait for ever, and the daemon makes none.
    if (expect_kind(file->path, FileKind::Regular)) found.push_back(std::move(*file));
  }
  if (error) return system_failure("cannot read " + directory, error.value());
  std::ranges::sort(
      found, {}, [](const DayFile& file) { return std::tie(file.day, file.is_plain, file.path); });
  std::vector<std::string> paths;
  paths.reserve(found.size());
  for (DayFile& file : found) paths.push_back(std::move(file.path));
  return paths;
}

/// FNV-1a: the same in every build, as what is remembered must be.
std::uint64_t hash_of(std::string_view octets) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : octets) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

}  // namespace

std::string absolute_place(const std::string& place) {
  std::error_code error;
  if (place == "-") return place;
  const fs::path absolute = fs::absolute(place, error).lexically_normal();
  return error ? place : absolute.string();
}

std::uint64_t lines_in(const std::string& path, std::uint64_t octets) {
  auto input = LogInput::open(path);
  std::vector<char> room(std::size_t{64} << 10U);
  std::uint64_t lines = 0;
  while (input && octets > 0) {
    const auto read = input->read(room);
    if (!read || *read == 0) break;
    const auto counted = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(*read, octets));
    lines += static_cast<std::uint64_t>(std::count(room.begin(), room.begin() + counted, '\n'));
    octets -= static_cast<std::uint64_t>(counted);
  }
  return lines;
}

Result<std::vector<std::string>> log_files_at(const std::string& place, const DayRange& days) {
  if (place == "-") return std::vector{place};
  std::error_code error;
  if (fs::is_directory(place, error)) return files_in(place, days);
  // Not opened to try: of a pipe that would take what is in it.
  if (::access(place.c_str(), R_OK) != 0) return system_failure("cannot open " + place, errno);
  if (auto kind = expect_kind(place, FileKind::RegularOrPipe); !kind) {
    return std::unexpected(std::move(kind.error()));
  }
  return std::vector{place};
}

std::optional<std::uint64_t> file_size(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  const auto size = fs::file_size(path, error);
  return error ? std::nullopt : std::optional<std::uint64_t>(size);
}

bool is_packed(const std::string& path) {
  if (!file_size(path)) return false;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  std::array<char, 2> begin{};
  return file.get() >= 0 && ::read(file.get(), begin.data(), begin.size()) == 2 &&
         Gunzip::recognizes({begin.data(), begin.size()});
}

Result<LogInput> LogInput::open(const std::string& path) {
  Descriptor descriptor(path == "-" ? ::dup(STDIN_FILENO)
                                    : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (descriptor.get() < 0) return system_failure("cannot open " + path, errno);
  return LogInput(std::move(descriptor));
}

Result<LogInput> LogInput::open_near_end(const std::string& path, std::uint64_t octets) {
  auto input = open(path);
  const auto size = file_size(path);
  if (!input || !size || *size <= octets) return input;
  if (auto skipped = input->skip(*size - octets); !skipped) {
    return fail("cannot read " + path + ": " + skipped.error().text);
  }
  return input;
}

Result<void> LogInput::skip(std::uint64_t octets) {
  if (::lseek(descriptor_.get(), static_cast<off_t>(octets), SEEK_SET) < 0) {
    return fail(system_error_text(errno));
  }
  begin_ = octets;
  return {};
}

std::optional<FileIdentity> LogInput::identity() const {
  // The first line's time, node and run stand in these.
  std::array<char, 256> head{};
  struct stat ours{};
  if (::fstat(descriptor_.get(), &ours) != 0 || !S_ISREG(ours.st_mode)) return std::nullopt;
  const ssize_t taken = ::pread(descriptor_.get(), head.data(), head.size(), 0);
  if (taken < 0) return std::nullopt;
  const std::string_view beginning(head.data(), static_cast<std::size_t>(taken));
  return FileIdentity{.text = std::to_string(ours.st_dev) + ":" + std::to_string(ours.st_ino) +
                              ":" + std::to_string(hash_of(beginning)),
                      .octets = static_cast<std::uint64_t>(ours.st_size),
                      .is_packed = Gunzip::recognizes(beginning)};
}

bool LogInput::is_at(const std::string& path) const {
  struct stat ours{};
  struct stat named{};
  return ::fstat(descriptor_.get(), &ours) == 0 && ::stat(path.c_str(), &named) == 0 &&
         ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

Result<std::size_t> LogInput::read(std::span<char> room) {
  if (gunzip_) return read_packed(room);
  return bytes_read_ == 0 ? read_first(room) : read_raw(room);
}

Result<std::size_t> LogInput::read_raw(std::span<char> room) {
  ssize_t taken = 0;
  do {
    taken = ::read(descriptor_.get(), room.data(), room.size());
  } while (taken < 0 && errno == EINTR);
  if (taken < 0) return system_failure("cannot be read", errno);
  bytes_read_ += static_cast<std::size_t>(taken);
  return static_cast<std::size_t>(taken);
}

/// Reads until it is clear whether the octets are packed.
Result<std::size_t> LogInput::read_first(std::span<char> room) {
  std::size_t have = 0;
  while (have < 2) {
    const auto more = read_raw(room.subspan(have));
    if (!more || *more == 0) return more ? Result<std::size_t>(have) : more;
    have += *more;
  }
  if (!Gunzip::recognizes({room.data(), have})) return have;
  gunzip_.emplace();
  constexpr std::size_t kPacked = std::size_t{256} << 10U;
  packed_.resize(std::max(kPacked, have));
  std::ranges::copy(room.first(have), packed_.begin());
  packed_end_ = have;
  return read_packed(room);
}

Result<std::size_t> LogInput::read_packed(std::span<char> room) {
  while (true) {
    if (packed_begin_ == packed_end_) {
      const auto more = read_raw(packed_);
      if (!more) return more;
      packed_begin_ = 0;
      packed_end_ = *more;
      if (*more > 0) continue;
      if (gunzip_->complete()) return std::size_t{0};
      return fail("the gzip data ends too early");
    }
    const std::string_view packed(packed_.data() + packed_begin_, packed_end_ - packed_begin_);
    const auto step = gunzip_->unpack(packed, room);
    if (!step) return std::unexpected(step.error());
    packed_begin_ += step->taken;
    if (step->made > 0) return step->made;
  }
}

}  // namespace waarmerk::reporting
