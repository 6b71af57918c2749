// Octets that come in blocks, given out as whole lines without a copy of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace waarmerk::reporting {

/// Cuts a stream of octets into lines: `while (auto line = buffer.next())`, then fill room() again.
/// Needs memory for one block and one line, whatever comes. One thread.
class LineBuffer {
 public:
  struct Line {
    /// Without the newline; empty where the line is too long. Valid until room() is called.
    std::string_view text;
    /// From 1; empty lines count, but are not given out.
    std::uint64_t number = 0;
    /// It has more than kMaxLine octets: no writer makes such a line, and none of it was kept.
    bool too_long = false;
  };

  /// Where the next octets go: always kBlock octets.
  [[nodiscard]] std::span<char> room();
  /// Says how many octets were put there.
  void filled(std::size_t octets) { end_ += octets; }

  /// The next line that is not empty, or nullopt when more octets are needed. A last piece without
  /// newline is never a line.
  [[nodiscard]] std::optional<Line> next();

  /// True if octets are there behind the last newline, when next() has given out every line.
  [[nodiscard]] bool has_piece() const { return begin_ != end_ || skipping_; }
  /// Makes a line of them: for input to which nobody adds.
  void end_piece();

  /// Octets up to the end of the last line that was given out or passed over.
  [[nodiscard]] std::uint64_t passed() const { return passed_; }

  /// Forgets what is left, and counts from 1 again: for the next file.
  void restart();

  /// What room() offers: large enough that a read costs little for each line.
  static constexpr std::size_t kBlock = std::size_t{1} << 20U;

 private:
  /// What is not given out yet.
  [[nodiscard]] std::string_view rest() const;
  void take(std::size_t octets);

  std::vector<char> octets_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t number_ = 0;
  /// Octets that are not held any more, or stand before begin_.
  std::uint64_t taken_ = 0;
  std::uint64_t passed_ = 0;
  /// The beginning of the line that is read now was thrown away.
  bool skipping_ = false;
};

}  // namespace waarmerk::reporting
