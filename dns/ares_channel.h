// One way to one server, over c-ares.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "dns/event_loop.h"
#include "dns/inquiry.h"
#include "dns/server_address.h"

/// c-ares' own name for what it keeps of a channel.
struct ares_channeldata;

namespace waarmerk::dns {

/// The name servers of /etc/resolv.conf, in the order of asking. Error when c-ares cannot read it.
[[nodiscard]] Result<std::vector<ServerAddress>> system_servers();

/// A c-ares channel with one server and one try. Nothing is thrown through the frames of c-ares:
/// what it calls only takes notes.
///
/// A socket that fails ends every query of its channel. Datagrams and streams have therefore
/// channels of their own: a server that closes a connection ends no query that went by UDP.
///
/// Not thread-safe. `poller` and `ended` must outlive it.
class Channel {
 public:
  /// How long the server has for a reply, what watches the sockets, and the list that takes the
  /// inquiries whose query has ended.
  struct Wiring {
    std::chrono::milliseconds timeout;
    Poller& poller;
    Inquiries& ended;
  };
  /// Error when the system is short of something.
  static Result<std::unique_ptr<Channel>> open(const ServerAddress& server, Transport transport,
                                               const Wiring& wiring);
  /// Ends all queries. They enter `ended` as if nothing had come.
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Sends `query` for the inquiry, which enters `ended` with what came of it: later, or from
  /// within this call.
  void send(Inquiry& inquiry, const std::string& query);
  /// Lets c-ares use a socket that is ready. One that is not of this channel is left alone.
  void process(const Readiness& ready);
  /// Lets c-ares look at its clock.
  void process_timeouts();
  /// How long until it wants to; nullopt when no query is open.
  [[nodiscard]] std::optional<std::chrono::milliseconds> next_timeout() const;
  /// Queries that have not ended.
  [[nodiscard]] std::size_t open_queries() const { return open_; }
  [[nodiscard]] bool is_idle() const { return open_ == 0; }

  /// Of a channel for datagrams: whether queries announce EDNS. c-ares cuts the OPT record out of a
  /// query that a server rejects with FORMERR, and gives EDNS up for the whole channel; a query
  /// that it may cut must have one.
  [[nodiscard]] Edns edns() const { return edns_; }
  /// Looks whether c-ares has given EDNS up; then the queries that follow leave it out.
  void follow_edns();
  /// Counts a question that had to do without EDNS; returns how many there were.
  unsigned count_plain_question() { return ++plain_questions_; }

 private:
  struct Destroy {
    void operator()(ares_channeldata* channel) const;
  };

  Channel(Transport transport, const Wiring& wiring) : transport_(transport), wiring_(wiring) {}
  static void on_end(void* arg, int status, int timeouts, unsigned char* reply,
                     int length) noexcept;

  Transport transport_;
  Wiring wiring_;
  Edns edns_ = Edns::Announce;
  unsigned plain_questions_ = 0;
  std::size_t open_ = 0;
  /// The last member: its end calls on_end().
  std::unique_ptr<ares_channeldata, Destroy> handle_{};
};

}  // namespace waarmerk::dns
