// Takes query ids from the kernel, many at a time.
#include "dns/query_ids.h"

#include <sys/random.h>

namespace waarmerk::dns {

std::uint16_t QueryIds::next() {
  if (used_ == ids_.size()) {
    // No kernel in use fails here; if one did, the ids would still differ.
    if (getentropy(ids_.data(), sizeof ids_) != 0) {
      for (auto& id : ids_) ++id;
    }
    used_ = 0;
  }
  return ids_[used_++];
}

}  // namespace waarmerk::dns
