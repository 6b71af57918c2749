// How far a long piece of work has come, for a person who waits at a terminal.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>

namespace waarmerk::cli {

/// One line at the lower end of a terminal, written over and over. Somewhere else it would be
/// noise: the caller shows it on a terminal only. One thread.
class Progress {
 public:
  enum class Shown : std::uint8_t { Yes, No };

  Progress(std::ostream& terminal, Shown shown) : terminal_(terminal), shown_(shown) {}

  /// `done` of `total` octets; a total of 0 is as good as none. Writes only what has changed.
  void show(std::uint64_t done, std::optional<std::uint64_t> total);
  /// Makes room for other lines. The next show() writes again.
  void clear();

 private:
  std::ostream& terminal_;
  Shown shown_;
  /// What stands there now: percent, or mebibytes without a total.
  std::uint64_t last_ = kNothing;
  static constexpr std::uint64_t kNothing = ~std::uint64_t{0};
};

}  // namespace waarmerk::cli
