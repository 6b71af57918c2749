// Moves inquiries between lists, without memory and without exceptions.
#include "dns/inquiry.h"

#include <utility>

namespace waarmerk::dns {

void enter(Inquiries& list, Inquiries& arrived) noexcept {
  for (auto each = arrived.begin(); each != arrived.end(); ++each) {
    each->self = each;
    each->home = &list;
  }
  list.splice(list.end(), arrived);
}

void move_to(Inquiries& list, Inquiry& inquiry) noexcept {
  list.splice(list.end(), *inquiry.home, inquiry.self);
  inquiry.home = &list;
}

void finish(Inquiry& inquiry, Answer answer) noexcept {
  Inquiries finished;
  move_to(finished, inquiry);
  try {
    inquiry.done(std::move(answer));
  } catch (...) {
    // A broken promise of the caller; there is nobody to tell.
  }
}

}  // namespace waarmerk::dns
