// A buffer in front of SHA-256.
#include "policy/dkim/hash_stream.h"

#include <cstring>

namespace waarmerk::policy::dkim {

void HashStream::append(std::string_view piece) {
  if (piece.size() > buffer_.size() - used_) {
    flush();
    if (piece.size() > buffer_.size() / 2) {
      hash_.update(piece);
      return;
    }
  }
  if (!piece.empty()) std::memcpy(buffer_.data() + used_, piece.data(), piece.size());
  used_ += piece.size();
}

crypto::Digest HashStream::so_far() {
  flush();
  return hash_.so_far();
}

crypto::Digest HashStream::finish() {
  flush();
  return hash_.finish();
}

void HashStream::flush() {
  hash_.update({buffer_.data(), used_});
  used_ = 0;
}

}  // namespace waarmerk::policy::dkim
