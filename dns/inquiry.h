// A question on its way through the resolver, in the list that says what is next for it.
#pragma once

#include <bitset>
#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <utility>

#include "dns/types.h"
#include "dns/wire.h"

namespace waarmerk::dns {

/// More servers than this are not asked.
inline constexpr std::size_t kMaxServers = 16;

/// The resolver's way to one server.
struct Channel;

struct Inquiry;
/// An inquiry is always in exactly one list, and goes from one to another without memory: none is
/// lost when there is none left.
using Inquiries = std::list<Inquiry>;

/// A question, who wants the answer, and how far the search for it has come. Not thread-safe.
struct Inquiry {
  Inquiry(Question asked, std::function<void(Answer)> callback)
      : question(std::move(asked)), done(std::move(callback)) {}

  Question question;
  std::function<void(Answer)> done;
  /// Where it is, from `enter` on.
  Inquiries* home = nullptr;
  Inquiries::iterator self{};
  unsigned attempt = 0;
  std::bitset<kMaxServers> replied{};
  bool was_repeated_without_edns = false;
  /// Of the query under way.
  Edns edns = Edns::Announce;
  Channel* channel = nullptr;
  /// What the last query brought; none when there was no reply, or no memory for it.
  std::optional<std::string> reply{};
  /// The last reply that was no answer.
  Answer failure = empty_answer(Status::Timeout, "no server replied");
};

/// Moves all of `arrived`, which have no home yet, to the end of `list`.
void enter(Inquiries& list, Inquiries& arrived) noexcept;
/// Moves an inquiry from where it is to the end of `list`.
void move_to(Inquiries& list, Inquiry& inquiry) noexcept;
/// Gives the answer to who wants it; the inquiry is gone then. What `done` throws is dropped: the
/// other questions shall have their answers all the same.
void finish(Inquiry& inquiry, Answer answer) noexcept;

}  // namespace waarmerk::dns
