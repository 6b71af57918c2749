// What a log is read through: gunzip and the cutting of lines, held against a plain split.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "reporting/gunzip.h"
#include "reporting/line_buffer.h"
#include "reporting/record.h"
#include "tests/fuzz/target.h"

namespace waarmerk {
namespace {

/// As much as comes out before the damage, and not more than a test has time for.
std::string unpacked(std::string_view packed) {
  constexpr std::size_t kEnough = std::size_t{1} << 20U;
  std::string octets;
  reporting::Gunzip gunzip;
  std::array<char, 4096> room{};
  while (!packed.empty() && octets.size() < kEnough) {
    const auto step = gunzip.unpack(packed, room);
    if (!step) break;
    require(step->taken <= packed.size() && step->made <= room.size());
    require(step->taken + step->made > 0);
    packed.remove_prefix(step->taken);
    octets.append(room.data(), step->made);
  }
  return octets;
}

/// Gives the octets to the buffer in pieces of that size and looks at every line.
void cut_into_lines(std::string_view octets, std::size_t piece) {
  const auto want = split(octets, '\n');
  std::uint64_t number = 0;
  reporting::LineBuffer buffer;
  while (!octets.empty()) {
    const auto room = buffer.room();
    const std::size_t size = std::min({piece, octets.size(), room.size()});
    std::ranges::copy(octets.substr(0, size), room.begin());
    buffer.filled(size);
    octets.remove_prefix(size);
    while (const auto line = buffer.next()) {
      while (want[number].empty()) ++number;
      const std::string_view text = want[number++];
      require(line->number == number);
      require(line->too_long == (text.size() >= reporting::kMaxLine));
      require(line->too_long || line->text == text);
    }
  }
  // What is left over is no line.
  while (number + 1 < want.size() && want[number].empty()) ++number;
  require(number + 1 == want.size());
}

}  // namespace

void fuzz_one(std::string_view text) {
  const std::string octets =
      reporting::Gunzip::recognizes(text) ? unpacked(text) : std::string(text);
  for (const std::size_t piece : {std::size_t{997}, std::size_t{65535}})
    cut_into_lines(octets, piece);
}

}  // namespace waarmerk
