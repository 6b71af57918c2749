// A question on its way through the resolver, in the list that says what is next for it.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "dns/types.h"
#include "dns/wire.h"

namespace waarmerk::dns {

/// More servers than this are not asked.
inline constexpr std::size_t kMaxServers = 16;

/// A way to a server; see ares_channel.h.
class Channel;

/// By what a query goes: UDP, or TCP once the reply by UDP was truncated.
enum class Transport : std::uint8_t { Datagram, Stream };

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
  /// Counts servers and rounds: attempt % servers is the server whose turn it is.
  std::size_t attempt = 0;
  std::bitset<kMaxServers> replied{};
  /// How many servers of this round refused the packet, and how many rounds passed that way.
  std::size_t refusals = 0;
  unsigned pauses = 0;
  /// When a pause is over.
  Instant resumes{};
  bool was_repeated_without_edns = false;
  /// Of the query under way, or the last one.
  Edns edns = Edns::Announce;
  Transport transport = Transport::Datagram;
  Channel* channel = nullptr;
  /// Whether it ended because there was nobody to take it.
  bool was_refused = false;
  /// What the last query brought; none when there was no reply, or no memory for it.
  std::optional<std::string> reply{};
  /// The last reply that was no answer.
  Answer failure = empty_answer(Status::Timeout, "no server replied");
};

/// How much is done for one answer.
struct Patience {
  std::size_t servers = 1;
  /// Rounds through all servers.
  unsigned tries = 1;
  /// Further rounds, after a pause each, while nobody takes a packet.
  unsigned pauses = 0;
};

/// What is next for an inquiry.
enum class Step : std::uint8_t { Ask, Pause, GiveUp };

/// Finds the server whose turn it is; one that has replied is passed over. A round in which every
/// server refused the packet took no time: it is repeated after a pause, as often as patience
/// allows, since a server that is being started again refuses too.
[[nodiscard]] Step next_step(Inquiry& inquiry, const Patience& patience);

/// Moves all of `arrived`, which have no home yet, to the end of `list`.
void enter(Inquiries& list, Inquiries& arrived) noexcept;
/// Moves an inquiry from where it is to the end of `list`.
void move_to(Inquiries& list, Inquiry& inquiry) noexcept;
/// Gives the answer to who wants it; the inquiry is gone then. What `done` throws is dropped: the
/// other questions shall have their answers all the same.
void finish(Inquiry& inquiry, Answer answer) noexcept;

}  // namespace waarmerk::dns
