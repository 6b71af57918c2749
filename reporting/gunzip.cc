// zlib, seen by no other file.
#include "reporting/gunzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <string>

namespace waarmerk::reporting {
namespace {

/// zlib counts in unsigned int.
uInt capped(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

struct Gunzip::State {
  State() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    ready = inflateInit2(&stream, kGzipOnly) == Z_OK;
  }
  ~State() { inflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  z_stream stream{};
  bool ready = false;
  bool complete = false;
};

Gunzip::Gunzip() : state_(std::make_unique<State>()) {}
Gunzip::~Gunzip() = default;
Gunzip::Gunzip(Gunzip&&) noexcept = default;
Gunzip& Gunzip::operator=(Gunzip&&) noexcept = default;

bool Gunzip::complete() const { return state_->complete; }

Result<Gunzip::Step> Gunzip::unpack(std::string_view packed, std::span<char> room) {
  if (!state_->ready) return fail("no memory to unpack gzip");
  z_stream& stream = state_->stream;
  // The next member follows at once.
  if (state_->complete) inflateReset(&stream);
  // zlib reads only from next_in; its type has no const unless a macro says so.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = capped(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(room.data());
  stream.avail_out = capped(room.size());
  const int status = inflate(&stream, Z_NO_FLUSH);
  state_->complete = status == Z_STREAM_END;
  const Step step{capped(packed.size()) - stream.avail_in, capped(room.size()) - stream.avail_out};
  if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) return step;
  // What came out before the damage is good, and zlib says the same again when asked for more.
  if (step.made > 0) return step;
  return fail("damaged gzip data" +
              (stream.msg == nullptr ? std::string() : ": " + std::string(stream.msg)));
}

}  // namespace waarmerk::reporting
