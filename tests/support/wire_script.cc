#include "tests/support/wire_script.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>

#include "tests/support/unix_connection.h"

namespace waarmerk::support {

namespace {

constexpr int kPatienceMilliseconds = 10'000;

std::string octets_of(std::uint32_t value) {
  std::string octets;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    octets += static_cast<char>((value >> shift) & 0xffU);
  }
  return octets;
}

std::uint32_t number_in(std::string_view octets) {
  std::uint32_t value = 0;
  for (const char c : octets.substr(0, 4)) value = (value << 8U) | static_cast<unsigned char>(c);
  return value;
}

std::vector<WireFrame> frames_of(std::string_view octets) {
  std::vector<WireFrame> frames;
  while (octets.size() > 4) {
    const std::uint32_t length = number_in(octets);
    if (length == 0 || octets.size() - 4 < length) break;
    frames.push_back({octets[4], std::string(octets.substr(5, length - 1))});
    octets.remove_prefix(4 + length);
  }
  return frames;
}

/// Sends some of `rest` without waiting. A milter that hangs up gets nothing more.
void send_some(int fd, std::string_view& rest) {
  const ssize_t sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno == EAGAIN) return;
  rest.remove_prefix(sent < 0 ? rest.size() : static_cast<std::size_t>(sent));
  if (rest.empty()) ::shutdown(fd, SHUT_WR);
}

}  // namespace

std::string packet(char command, std::string_view payload) {
  return packet_of_length(static_cast<std::uint32_t>(payload.size() + 1), command, payload);
}

std::string packet_of_length(std::uint32_t length, char command, std::string_view payload) {
  return (octets_of(length) + command).append(payload);
}

std::string offer_packet(const WireOffer& offer) {
  return packet('O', octets_of(offer.version) + octets_of(offer.actions) + octets_of(offer.steps));
}

std::string usual_packet(char command) {
  using namespace std::string_literals;
  static const std::map<char, std::string> payloads{{'C',
                                                     "mail.example.net\0004\x30\x39"
                                                     "192.0.2.1\0"s},
                                                    {'D', "Cj\0mx.example.org\0"s},
                                                    {'H', "mail.example.net\0"s},
                                                    {'M', "<sender@example.com>\0"s},
                                                    {'R', "<user@example.org>\0"s},
                                                    {'L', "From\0 Sender <sender@example.com>\0"s},
                                                    {'B', "Hello.\r\n"s},
                                                    {'U', "XYZZY\0"s}};
  if (command == 'O') return offer_packet({.steps = wire::kAllSteps & ~wire::kSkip});
  const auto found = payloads.find(command);
  return packet(command, found == payloads.end() ? std::string_view() : found->second);
}

std::string usual_packets(std::string_view commands) {
  std::string octets;
  for (const char command : commands) octets += usual_packet(command);
  return octets;
}

std::string Echo::commands() const {
  std::string all;
  for (const WireFrame& frame : frames) all += frame.command;
  return all;
}

std::size_t Echo::verdicts() const {
  return static_cast<std::size_t>(std::ranges::count_if(frames, [](const WireFrame& frame) {
    return std::string_view("acdrty").find(frame.command) != std::string_view::npos;
  }));
}

Echo converse(const std::string& socket_path, std::string_view octets) {
  Echo echo;
  std::string received;
  const int fd = unix_connection(socket_path);
  if (octets.empty()) ::shutdown(fd, SHUT_WR);
  while (fd >= 0) {
    const short wanted = octets.empty() ? POLLIN : POLLIN | POLLOUT;
    pollfd ready{.fd = fd, .events = wanted, .revents = 0};
    const int count = ::poll(&ready, 1, kPatienceMilliseconds);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    if (!octets.empty() && (ready.revents & POLLOUT) != 0) send_some(fd, octets);
    if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
    std::array<char, 4096> buffer{};
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) continue;
    // A milter that closes with something unread resets the connection.
    echo.closed = got <= 0;
    if (got <= 0) break;
    received.append(buffer.data(), static_cast<std::size_t>(got));
  }
  if (fd >= 0) ::close(fd);
  echo.frames = frames_of(received);
  return echo;
}

}  // namespace waarmerk::support
