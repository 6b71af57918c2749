// Reads octets one piece at a time and cannot leave them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waarmerk {

/// A bounded reader of network octets. The first read beyond the end fails the cursor for good:
/// that read and all later ones give zero or nothing, so that a parser may read a whole structure
/// and ask `ok()` once. A value; copies are independent. The octets must outlive it.
class Cursor {
 public:
  explicit constexpr Cursor(std::string_view octets) : octets_(octets) {}

  /// False once a read went beyond the end, or after `fail`.
  [[nodiscard]] constexpr bool ok() const { return ok_; }
  /// Number of octets that were read.
  [[nodiscard]] constexpr std::size_t offset() const { return offset_; }
  /// Number of octets that are left; 0 for a failed cursor.
  [[nodiscard]] constexpr std::size_t remaining() const {
    return ok_ ? octets_.size() - offset_ : 0;
  }
  /// True when every octet was read; a failed cursor is not at the end.
  [[nodiscard]] constexpr bool at_end() const { return ok_ && remaining() == 0; }

  /// The next `count` octets; empty on failure. The view lives as long as the octets.
  constexpr std::string_view take(std::size_t count) {
    if (count > remaining()) fail();
    if (!ok_) return {};
    const std::string_view piece = octets_.substr(offset_, count);
    offset_ += count;
    return piece;
  }
  /// Everything that is left.
  constexpr std::string_view take_rest() { return take(remaining()); }
  constexpr void skip(std::size_t count) { take(count); }

  /// Unsigned numbers in network order; 0 on failure.
  constexpr std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  constexpr std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  constexpr std::uint32_t u32() { return number(4); }

  /// Continues at an absolute offset; one beyond the end is a failure.
  constexpr void seek(std::size_t offset) {
    if (offset > octets_.size()) fail();
    if (ok_) offset_ = offset;
  }
  /// For a parser that found something wrong with what it read.
  constexpr void fail() { ok_ = false; }

 private:
  constexpr std::uint32_t number(std::size_t size) {
    std::uint32_t value = 0;
    for (const char octet : take(size)) value = value << 8U | static_cast<unsigned char>(octet);
    return value;
  }

  std::string_view octets_;
  std::size_t offset_ = 0;
  bool ok_ = true;
};

}  // namespace waarmerk
