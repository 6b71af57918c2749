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
#include <utility>

#include "base/cursor.h"
#include "dns/wire_name.h"
#include "tests/support/dns_message.h"

namespace waarmerk::test {
namespace {

const IpAddress kLoopback = IpAddress::v4({127, 0, 0, 1});

/// Room for a burst of queries; the system may allow less.
constexpr int kReceiveBuffer = 1 << 20;

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
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
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

std::optional<DnsQuery> read_query(std::string_view octets) {
  Cursor message(octets);
  const std::uint16_t id = message.u16();
  const unsigned flags = message.u16();
  message.skip(6);
  const unsigned additionals = message.u16();
  const auto name = dns::read_name(message).domain();
  const auto type = static_cast<dns::Type>(message.u16());
  if (!message.ok() || !name) return std::nullopt;
  return DnsQuery{.id = id,
                  .question = {*name, type},
                  .flags = flags,
                  .has_edns = additionals > 0,
                  .octets = std::string(octets)};
}

}  // namespace

DnsServer::DnsServer(Script script, std::uint16_t port)
    : script_(std::move(script)), address_{kLoopback} {
  // The TCP port of the same number may be taken: then another number is tried.
  for (int attempt = 0; attempt < 20 && tcp_ < 0; ++attempt) {
    if (udp_ >= 0) close(udp_);
    udp_ = bound_socket(SOCK_DGRAM, port);
    address_.port = port_of(udp_);
    tcp_ = bound_socket(SOCK_STREAM, address_.port);
  }
  stop_ = eventfd(0, EFD_CLOEXEC);
  if (udp_ < 0 || tcp_ < 0 || stop_ < 0 || listen(tcp_, 64) != 0) {
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
    if (poll(watched.data(), watched.size(), patience()) < 0) continue;
    if (watched[0].revents != 0) return;
    if (watched[1].revents != 0) receive_datagram();
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      if (watched[i + 3].revents != 0) receive_stream(connections_[i]);
    }
    deliver_what_is_due();
    std::erase_if(connections_, [](const Connection& connection) {
      if (connection.ends) close(connection.fd);
      return connection.ends;
    });
    if (watched[2].revents != 0) accept_one();
  }
}

/// Milliseconds until the next reply is due; -1: none is.
int DnsServer::patience() const {
  const auto next = std::ranges::min_element(parcels_, {}, &Parcel::due);
  if (next == parcels_.end()) return -1;
  const auto left = next->due - std::chrono::steady_clock::now();
  return static_cast<int>(
      std::max(std::chrono::ceil<std::chrono::milliseconds>(left).count(), std::int64_t{0}));
}

void DnsServer::accept_one() {
  const int fd = accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd >= 0) connections_.push_back({fd, accepted_++});
}

DnsReplies DnsServer::replies_to(std::string_view octets, int connection) {
  auto query = read_query(octets);
  if (!query) return {};
  query->connection = connection;
  if (connection >= 0) query->transport = Transport::Tcp;
  queries_.with([&](auto& queries) { queries.push_back(*query); });
  return script_(*query);
}

void DnsServer::receive_datagram() {
  std::array<char, 4096> buffer{};
  Parcel address{.due = {}, .reply = std::string()};
  socklen_t size = sizeof address.peer;
  auto* const peer = reinterpret_cast<sockaddr*>(&address.peer);
  const ssize_t length = recvfrom(udp_, buffer.data(), buffer.size(), 0, peer, &size);
  if (length < 0) return;
  const std::string_view octets(buffer.data(), static_cast<std::size_t>(length));
  post(replies_to(octets, -1), address);
}

/// Reads what has come and takes whole messages. RFC 1035 4.2.2
void DnsServer::receive_stream(Connection& connection) {
  std::array<char, 4096> buffer{};
  const ssize_t length = recv(connection.fd, buffer.data(), buffer.size(), 0);
  if (length <= 0) {
    connection.ends = true;
    std::erase_if(parcels_,
                  [&](const Parcel& parcel) { return parcel.connection == connection.number; });
    return;
  }
  connection.received.append(buffer.data(), static_cast<std::size_t>(length));
  for (;;) {
    Cursor stream(connection.received);
    const std::string_view message = stream.take(stream.u16());
    if (!stream.ok()) return;
    post(replies_to(message, connection.number),
         {.due = {}, .reply = std::string(), .connection = connection.number});
    connection.received.erase(0, stream.offset());
  }
}

void DnsServer::post(DnsReplies replies, const Parcel& address) {
  const Moment now = std::chrono::steady_clock::now();
  for (DnsReply& reply : replies) {
    const Moment due = now + reply.delay;
    parcels_.push_back({due, std::move(reply), address.peer, address.connection});
  }
}

void DnsServer::deliver_what_is_due() {
  const Moment now = std::chrono::steady_clock::now();
  std::vector<Parcel> later;
  for (Parcel& parcel : std::exchange(parcels_, {})) {
    if (parcel.due <= now) {
      deliver(parcel);
    } else {
      later.push_back(std::move(parcel));
    }
  }
  parcels_ = std::move(later);
}

void DnsServer::deliver(const Parcel& parcel) {
  const std::string& octets = parcel.reply.octets;
  if (parcel.connection < 0) {
    sendto(udp_, octets.data(), octets.size(), 0, reinterpret_cast<const sockaddr*>(&parcel.peer),
           sizeof parcel.peer);
    return;
  }
  const auto connection = std::ranges::find(connections_, parcel.connection, &Connection::number);
  if (connection == connections_.end() || connection->ends) return;
  const std::string framed = wire_u16(static_cast<unsigned>(octets.size())) + octets;
  switch (parcel.reply.form) {
    case DnsReply::Form::Whole:
      send(connection->fd, framed.data(), framed.size(), MSG_NOSIGNAL);
      return;
    case DnsReply::Form::Half:
      send(connection->fd, framed.data(), framed.size() / 2, MSG_NOSIGNAL);
      break;
    case DnsReply::Form::Close:
      break;
  }
  connection->ends = true;
}

dns::ServerAddress dead_server() {
  const int fd = bound_socket(SOCK_DGRAM, 0);
  const dns::ServerAddress address{kLoopback, port_of(fd)};
  close(fd);
  return address;
}

}  // namespace waarmerk::test
