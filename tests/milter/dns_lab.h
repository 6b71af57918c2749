// The real daemon, the scripted name servers that it asks, and mail whose judgement needs them.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "dns/server_address.h"
#include "tests/milter/daemon_program.h"
#include "tests/support/milter_wire.h"

namespace waarmerk::support {

/// The client of all messages; the domains below authorise it.
inline constexpr std::string_view kClient = "192.0.2.1";
/// What the daemon has for one reply of a server, twice, and for one message.
inline constexpr int kQueryTimeoutMs = 700;
inline constexpr int kMessageBudgetMs = 8000;

/// The records of a domain whose mail passes by all three: an SPF record with an include and an
/// address, a key at sel._domainkey, p=reject.
[[nodiscard]] std::string zone_of(const std::string& domain);
/// A message of that domain, signed by it.
[[nodiscard]] WireMessage signed_mail_of(const std::string& domain);

/// What a message came to: "spf dkim dmarc answer", with '-' for what there is none of, e.g.
/// "pass pass pass accept".
[[nodiscard]] std::string judgement(const WireOutcome& outcome, const nlohmann::json& line);
/// How the question for the TXT records of `name` ended, by the log; "not asked".
[[nodiscard]] std::string status_of(const nlohmann::json& line, const std::string& name);

/// A daemon that asks `servers`; [dns] and [policy] get further lines. DMARC errors are deferred.
class DnsLab {
 public:
  explicit DnsLab(const std::vector<dns::ServerAddress>& servers, std::string_view dns = {},
                  std::string_view policy = "on_temperror = \"defer\"");

  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] DaemonProgram& daemon() { return daemon_; }
  /// A connection that has said HELO.
  [[nodiscard]] std::unique_ptr<MilterWire> greeted(const WireOffer& offer = {}) const;
  /// Sends a message over a connection of its own; the line of the log it had.
  struct Judged {
    WireOutcome outcome;
    nlohmann::json line;

    [[nodiscard]] std::string text() const { return judgement(outcome, line); }
  };
  [[nodiscard]] Judged judged(const WireMessage& message) const;
  /// The lines of the log whose author is `domain`.
  [[nodiscard]] std::vector<nlohmann::json> lines_of(std::string_view domain) const;

 private:
  DaemonProgram daemon_;
  bool started_ = false;
};

}  // namespace waarmerk::support
