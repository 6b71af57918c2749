// Whose turn it is, and moves between lists: without memory and without exceptions.
#include "dns/inquiry.h"

#include <utility>

namespace waarmerk::dns {

Step next_step(Inquiry& inquiry, const Patience& patience) {
  const bool begins_round = inquiry.attempt % patience.servers == 0;
  if (begins_round) {
    const bool all_refused = std::exchange(inquiry.refusals, 0) == patience.servers;
    if (all_refused && inquiry.pauses < patience.pauses) {
      ++inquiry.pauses;
      inquiry.attempt -= patience.servers;
      return Step::Pause;
    }
  }
  const std::size_t end = patience.servers * patience.tries;
  while (inquiry.attempt < end && inquiry.replied[inquiry.attempt % patience.servers]) {
    ++inquiry.attempt;
  }
  return inquiry.attempt < end ? Step::Ask : Step::GiveUp;
}

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
