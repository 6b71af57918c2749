// zlib's deflate, seen by no other file.
#include "reporting/document/gzip.h"

#include <zlib.h>

#include <array>
#include <limits>
#include <utility>

namespace waarmerk::reporting {
namespace {

/// RFC 1952 2.3.1: no operating system that anybody could ask about.
constexpr int kUnknownSystem = 255;

/// zlib holds back one block, of at most 16,384 symbols of at most 31 bits (at this memory level),
/// and looks some 300 octets ahead.
constexpr int kMemoryLevel = 8;
constexpr std::size_t kHeldBack = std::size_t{72} << 10U;

/// zlib counts in unsigned int.
constexpr std::size_t kMaxPiece = std::numeric_limits<uInt>::max();

}  // namespace

struct Gzip::State {
  State() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    ready = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipOnly, kMemoryLevel,
                         Z_DEFAULT_STRATEGY) == Z_OK;
    header.os = kUnknownSystem;
    if (ready) deflateSetHeader(&stream, &header);
  }
  ~State() { deflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;

  Result<void> run(std::string_view octets, int flush);

  z_stream stream{};
  gz_header header{};
  std::string packed;
  bool ready = false;
};

/// Packs one piece of at most kMaxPiece octets.
Result<void> Gzip::State::run(std::string_view octets, int flush) {
  constexpr std::size_t kRoom = std::size_t{16} << 10U;
  std::array<Bytef, kRoom> room{};
  // zlib reads only from next_in; its type has no const unless a macro says so.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(octets.data()));
  stream.avail_in = static_cast<uInt>(octets.size());
  do {
    stream.next_out = room.data();
    stream.avail_out = kRoom;
    if (!ready || deflate(&stream, flush) == Z_STREAM_ERROR) return fail("no memory to pack gzip");
    packed.append(reinterpret_cast<const char*>(room.data()), kRoom - stream.avail_out);
  } while (stream.avail_out == 0);
  return {};
}

Gzip::Gzip() : state_(std::make_unique<State>()) {}
Gzip::~Gzip() = default;
Gzip::Gzip(Gzip&&) noexcept = default;
Gzip& Gzip::operator=(Gzip&&) noexcept = default;

Result<void> Gzip::add(std::string_view octets) {
  while (!octets.empty()) {
    const std::string_view piece = octets.substr(0, kMaxPiece);
    if (auto packed = state_->run(piece, Z_NO_FLUSH); !packed) return packed;
    octets.remove_prefix(piece.size());
  }
  return {};
}

Result<std::string> Gzip::finish() {
  if (auto packed = state_->run({}, Z_FINISH); !packed) return std::unexpected(packed.error());
  return std::exchange(state_->packed, {});
}

std::size_t Gzip::size_at_most(std::size_t more) const {
  // Of what cannot be packed, a literal takes at most nine bits.
  return state_->packed.size() + kHeldBack + more + more / 8;
}

}  // namespace waarmerk::reporting
