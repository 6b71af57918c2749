// Asks DNS servers over the network, with c-ares.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "dns/async_resolver.h"
#include "dns/server_address.h"

namespace waarmerk::dns {

/// Which servers are asked, with how much patience, and which of them are believed.
struct AresOptions {
  /// In the order of asking, at most 16. Empty: the name servers of /etc/resolv.conf.
  std::vector<ServerAddress> servers;
  /// For one reply of one server.
  std::chrono::milliseconds timeout{2000};
  /// How often each server is asked as long as none has replied; at least 1.
  unsigned tries = 2;
  /// Servers off loopback whose AD bit is believed, because the way to them is safe.
  std::vector<IpAddress> trusted;

  /// What is known after that server said `said`: the same if it is on loopback or trusted,
  /// otherwise nothing.
  [[nodiscard]] Security judge(const IpAddress& server, Security said) const;
};

/// A stub resolver for a validating resolver nearby. One thread runs all questions; it blocks all
/// signals.
///
/// A server that answers SERVFAIL or REFUSED, or nothing one can read, is not asked again for that
/// question; the next one is. The last such answer stands when no server had a better one, and
/// Timeout when none replied. That a believed server found an answer Bogus is final. AD is believed
/// from loopback and from trusted servers; answers of others have Security::Unknown. RFC 6840 5.7
///
/// A reply that there is no memory for counts as none; the thread goes on.
///
/// A server may refuse packets because it is just being started: while all of them do, the round is
/// repeated every quarter of a second, for as long as one silent server would have had.
///
/// Truncated replies are asked again over TCP, by a connection for each question up to eight a
/// server. A server that rejects EDNS is asked without it for a while.
class AresResolver final : public AsyncResolver {
 public:
  /// Starts the thread. Error: no server, too many of them, or the system is short of something.
  static Result<std::unique_ptr<AresResolver>> start(const AresOptions& options);
  /// Ends all open questions with Timeout, from this thread or its own, before it returns.
  ~AresResolver() override;
  AresResolver(const AresResolver&) = delete;
  AresResolver& operator=(const AresResolver&) = delete;

  /// Thread-safe; `done` is called from the resolver's thread, and must not destroy the resolver.
  /// What it throws all the same is dropped.
  void ask(const Question& question, std::function<void(Answer)> done) override;

  /// The servers that are asked, also when they came from /etc/resolv.conf.
  [[nodiscard]] const std::vector<ServerAddress>& servers() const { return servers_; }
  /// Those of them that are not on loopback: strangers on the way to them can forge answers, which
  /// deserves a warning at the start.
  [[nodiscard]] std::vector<ServerAddress> remote_servers() const;

 private:
  class Loop;
  AresResolver(std::vector<ServerAddress> servers, std::unique_ptr<Loop> loop);

  std::vector<ServerAddress> servers_;
  std::unique_ptr<Loop> loop_;
};

}  // namespace waarmerk::dns
