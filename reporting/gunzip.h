// What gzip packed, unpacked piece by piece.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"

namespace waarmerk::reporting {

/// One stream of gzip members, as gzip(1) and `cat a.gz b.gz` make it. Memory does not grow with
/// the data. One thread. RFC 1952
class Gunzip {
 public:
  Gunzip();
  ~Gunzip();
  Gunzip(Gunzip&&) noexcept;
  Gunzip& operator=(Gunzip&&) noexcept;

  struct Step {
    /// Octets of `packed` that are used up, and octets that were written.
    std::size_t taken = 0;
    std::size_t made = 0;
  };
  /// Unpacks as much of `packed` as fits into `room`, neither of them empty. Error: the octets are
  /// no gzip, or damaged; then the stream is of no more use.
  [[nodiscard]] Result<Step> unpack(std::string_view packed, std::span<char> room);

  /// True when the last member is complete, its checksum included: the stream may end here.
  [[nodiscard]] bool complete() const;

  /// True if the octets begin as gzip does.
  [[nodiscard]] static bool recognizes(std::string_view octets) {
    return octets.starts_with("\x1f\x8b");
  }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace waarmerk::reporting
