// A DNS server on loopback that says what a test tells it to.
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
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
  Transport transport = Transport::Udp;
  /// The bits with RD and AD.
  unsigned flags;
  bool has_edns;
  std::string octets;
  /// Over TCP: the number of the connection, from 0.
  int connection = -1;
};

/// What a server does for a query.
struct DnsReply {
  /// The other forms are for TCP only: a half of the message and then the end of the connection,
  /// and only that end.
  enum class Form : std::uint8_t { Whole, Half, Close };

  std::string octets;
  std::chrono::milliseconds delay{0};
  Form form = Form::Whole;

  DnsReply(std::string message) : octets(std::move(message)) {}
  DnsReply(std::string message, std::chrono::milliseconds after)
      : octets(std::move(message)), delay(after) {}
  DnsReply(std::string message, Form how) : octets(std::move(message)), form(how) {}
};
using DnsReplies = std::vector<DnsReply>;

/// Listens with UDP and TCP on a free port of 127.0.0.1, with a thread of its own, until it is
/// destroyed. Queries that it cannot read are dropped.
class DnsServer {
 public:
  /// What to send back, in this order; nothing at all for silence. Called from the server's thread.
  using Script = std::function<DnsReplies(const DnsQuery&)>;

  /// On that port, if it is given. Stops the test program if there is no such socket.
  explicit DnsServer(Script script, std::uint16_t port = 0);
  ~DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  [[nodiscard]] const dns::ServerAddress& address() const { return address_; }
  /// What came in so far.
  [[nodiscard]] std::vector<DnsQuery> queries() const;

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct Connection {
    int fd;
    int number;
    std::string received{};
    bool ends = false;
  };
  /// A reply on its way: to a peer, or over a connection.
  struct Parcel {
    Moment due;
    DnsReply reply;
    sockaddr_in peer{};
    int connection = -1;
  };

  void run();
  [[nodiscard]] int patience() const;
  void accept_one();
  DnsReplies replies_to(std::string_view octets, int connection);
  void receive_datagram();
  void receive_stream(Connection& connection);
  void post(DnsReplies replies, const Parcel& address);
  void deliver_what_is_due();
  void deliver(const Parcel& parcel);

  Script script_;
  dns::ServerAddress address_;
  int udp_ = -1;
  int tcp_ = -1;
  int stop_ = -1;
  int accepted_ = 0;
  std::vector<Connection> connections_;
  std::vector<Parcel> parcels_;
  Guarded<std::vector<DnsQuery>> queries_;
  std::thread thread_;
};

/// The address of a port on loopback where nobody listens: packets to it are refused.
[[nodiscard]] dns::ServerAddress dead_server();

}  // namespace waarmerk::test
