// Sockets and thread of the scripted DNS server.
#include "tests/support/dns_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <tuple>

#include "base/cursor.h"
#include "dns/wire_name.h"
#include "tests/support/dns_message.h"

namespace waarmerk::test {
namespace {

const IpAddress kLoopback = IpAddress::v4({127, 0, 0, 1});

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// A socket of that type on that port, 0 for any; -1 if there is none.
int bound_socket(int type, std::uint16_t port) {
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

std::uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

std::optional<DnsQuery> read_query(std::string_view octets, Transport transport) {
  Cursor message(octets);
  const std::uint16_t id = message.u16();
  const unsigned flags = message.u16();
  message.skip(6);
  const unsigned additionals = message.u16();
  const auto name = dns::read_name(message).domain();
  const auto type = static_cast<dns::Type>(message.u16());
  if (!message.ok() || !name) return std::nullopt;
  return DnsQuery{id, {*name, type}, transport, flags, additionals > 0, std::string(octets)};
}

}  // namespace

DnsServer::DnsServer(Script script) : script_(std::move(script)), address_{kLoopback} {
  // The TCP port of the same number may be taken: then another number is tried.
  for (int attempt = 0; attempt < 20 && tcp_ < 0; ++attempt) {
    if (udp_ >= 0) close(udp_);
    udp_ = bound_socket(SOCK_DGRAM, 0);
    address_.port = port_of(udp_);
    tcp_ = bound_socket(SOCK_STREAM, address_.port);
  }
  stop_ = eventfd(0, EFD_CLOEXEC);
  if (tcp_ < 0 || stop_ < 0 || listen(tcp_, 16) != 0) {
    std::cerr << "no socket for a DNS server on loopback\n";
    std::abort();
  }
  thread_ = std::thread([this] { run(); });
}

DnsServer::~DnsServer() {
  const std::uint64_t one = 1;
  std::ignore = write(stop_, &one, sizeof one);
  thread_.join();
  for (const Connection& connection : connections_) close(connection.fd);
  for (const int fd : {udp_, tcp_, stop_}) close(fd);
}

std::vector<DnsQuery> DnsServer::queries() const {
  return queries_.with([](const auto& queries) { return queries; });
}

void DnsServer::run() {
  for (;;) {
    std::vector<pollfd> watched{{stop_, POLLIN, 0}, {udp_, POLLIN, 0}, {tcp_, POLLIN, 0}};
    for (const Connection& connection : connections_) watched.push_back({connection.fd, POLLIN, 0});
    if (poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[0].revents != 0) return;
    if (watched[1].revents != 0) serve_udp();
    std::vector<Connection> kept;
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      Connection& connection = connections_[i];
      if (watched[i + 3].revents == 0 || serve_tcp(connection)) {
        kept.push_back(std::move(connection));
      } else {
        close(connection.fd);
      }
    }
    connections_ = std::move(kept);
    if (watched[2].revents != 0) connections_.push_back({accept(tcp_, nullptr, nullptr), {}});
  }
}

std::vector<std::string> DnsServer::replies_to(std::string_view octets, Transport transport) {
  const auto query = read_query(octets, transport);
  if (!query) return {};
  queries_.with([&](auto& queries) { queries.push_back(*query); });
  return script_(*query);
}

void DnsServer::serve_udp() {
  std::array<char, 4096> buffer{};
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  auto* const address = reinterpret_cast<sockaddr*>(&peer);
  const ssize_t length = recvfrom(udp_, buffer.data(), buffer.size(), 0, address, &size);
  if (length < 0) return;
  const std::string_view octets(buffer.data(), static_cast<std::size_t>(length));
  for (const std::string& reply : replies_to(octets, Transport::Udp)) {
    sendto(udp_, reply.data(), reply.size(), 0, address, size);
  }
}

/// Reads what has come and serves whole messages; false when the peer has gone. RFC 1035 4.2.2
bool DnsServer::serve_tcp(Connection& connection) {
  std::array<char, 4096> buffer{};
  const ssize_t length = recv(connection.fd, buffer.data(), buffer.size(), 0);
  if (length <= 0) return false;
  connection.received.append(buffer.data(), static_cast<std::size_t>(length));
  for (;;) {
    Cursor stream(connection.received);
    const std::string_view message = stream.take(stream.u16());
    if (!stream.ok()) return true;
    for (const std::string& reply : replies_to(message, Transport::Tcp)) {
      const std::string framed = wire_u16(static_cast<unsigned>(reply.size())) + reply;
      send(connection.fd, framed.data(), framed.size(), MSG_NOSIGNAL);
    }
    connection.received.erase(0, stream.offset());
  }
}

dns::ServerAddress dead_server() {
  const int fd = bound_socket(SOCK_DGRAM, 0);
  const dns::ServerAddress address{kLoopback, port_of(fd)};
  close(fd);
  return address;
}

}  // namespace waarmerk::test
