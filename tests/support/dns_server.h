// A DNS server on loopback that says what a test tells it to.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "dns/server_address.h"
#include "dns/types.h"

namespace waarmerk::test {

enum class Transport : std::uint8_t { Udp, Tcp };

/// A query that came in.
struct DnsQuery {
  std::uint16_t id;
  dns::Question question;
  Transport transport;
  /// The bits with RD and AD.
  unsigned flags;
  bool has_edns;
  std::string octets;
};

/// Listens with UDP and TCP on a free port of 127.0.0.1, with a thread of its own, until it is
/// destroyed. Queries that it cannot read are dropped.
class DnsServer {
 public:
  /// What to send back, in this order; nothing at all for silence. Called from the server's thread.
  using Script = std::function<std::vector<std::string>(const DnsQuery&)>;

  /// Stops the test program if the system has no socket left.
  explicit DnsServer(Script script);
  ~DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  [[nodiscard]] const dns::ServerAddress& address() const { return address_; }
  /// What came in so far.
  [[nodiscard]] std::vector<DnsQuery> queries() const;

 private:
  struct Connection {
    int fd;
    std::string received;
  };

  void run();
  std::vector<std::string> replies_to(std::string_view octets, Transport transport);
  void serve_udp();
  bool serve_tcp(Connection& connection);

  Script script_;
  dns::ServerAddress address_;
  int udp_ = -1;
  int tcp_ = -1;
  int stop_ = -1;
  std::vector<Connection> connections_;
  Guarded<std::vector<DnsQuery>> queries_;
  std::thread thread_;
};

/// The address of a port on loopback where nobody listens: packets to it are refused.
[[nodiscard]] dns::ServerAddress dead_server();

}  // namespace waarmerk::test
