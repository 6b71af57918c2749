#include "tests/support/milter_wire.h"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ranges>

namespace waarmerk::support {

namespace {

constexpr int kPatienceSeconds = 10;
constexpr std::size_t kMaxFrame = std::size_t{4} << 20U;

/// The lists that a server sends when the milter asked for none, by stage.
constexpr std::array<const char*, 6> kPostfixDefaults{
    "j _ {daemon_name} {daemon_addr} v",
    "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}",
    "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} {mail_mailer}",
    "i {rcpt_addr} {rcpt_host} {rcpt_mailer}",
    "i",
    "i"};
constexpr std::array<const char*, 6> kSendmailDefaults{
    "j _ {daemon_name} {if_name} {if_addr}",
    "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}",
    "i {auth_type} {auth_authen} {auth_ssf} {auth_author} {mail_mailer} {mail_host} {mail_addr}",
    "{rcpt_mailer} {rcpt_host} {rcpt_addr}",
    "",
    "{msg_id}"};

std::uint32_t number_at(std::string_view data, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4 && offset + i < data.size(); ++i) {
    value = (value << 8U) | static_cast<unsigned char>(data[offset + i]);
  }
  return value;
}

std::string number(std::uint32_t value) {
  std::string octets;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    octets += static_cast<char>((value >> shift) & 0xffU);
  }
  return octets;
}

std::string terminated(std::string_view text) { return std::string(text) + '\0'; }

/// A text up to its NUL, which is taken as well.
std::string take_text(std::string_view& data) {
  const auto end = data.find('\0');
  std::string text(data.substr(0, end));
  data.remove_prefix(end == std::string_view::npos ? data.size() : end + 1);
  return text;
}

template <typename Address>
int connect_to(int family, const Address& address) {
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const timeval patience{.tv_sec = kPatienceSeconds, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const void* generic = &address;
  if (::connect(fd, static_cast<const sockaddr*>(generic), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

bool read_exactly(int fd, char* octets, std::size_t count) {
  while (count > 0) {
    const ssize_t got = ::read(fd, octets, count);
    if (got <= 0) return false;
    octets += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

/// A value as it goes over the wire: LF between lines, and one space eaten where the server eats
/// it.
std::string wire_value(std::string_view value, bool keeps_leading_space) {
  if (!keeps_leading_space && value.starts_with(' ')) value.remove_prefix(1);
  std::string spelled;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\r' && i + 1 < value.size() && value[i + 1] == '\n') continue;
    spelled += value[i];
  }
  return spelled;
}

}  // namespace

std::optional<std::string> WireOutcome::field(std::string_view name) const {
  for (const Inserted& one : inserted | std::views::reverse) {
    if (one.name == name) return one.value;
  }
  return std::nullopt;
}

MilterWire::MilterWire(const std::string& socket_path, Personality personality)
    : personality_(personality) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
  fd_ = connect_to(AF_UNIX, address);
}

MilterWire::MilterWire(std::uint16_t port, Personality personality) : personality_(personality) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  fd_ = connect_to(AF_INET, address);
}

MilterWire::~MilterWire() { disconnect(); }

void MilterWire::disconnect() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void MilterWire::send_frame(char command, std::string_view payload) {
  send_octets((number(static_cast<std::uint32_t>(payload.size() + 1)) + command).append(payload));
}

void MilterWire::send_octets(std::string_view octets) {
  while (fd_ >= 0 && !octets.empty()) {
    const ssize_t sent = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent <= 0) return disconnect();
    octets.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::optional<WireFrame> MilterWire::read_frame() {
  std::array<char, 4> header{};
  if (fd_ < 0 || !read_exactly(fd_, header.data(), header.size())) {
    disconnect();
    return std::nullopt;
  }
  const std::uint32_t length = number_at({header.data(), header.size()}, 0);
  std::string octets(std::min<std::size_t>(length, kMaxFrame), '\0');
  if (octets.empty() || !read_exactly(fd_, octets.data(), octets.size())) {
    disconnect();
    return std::nullopt;
  }
  received_.push_back({octets.front(), octets.substr(1)});
  return received_.back();
}

char MilterWire::answer_to(std::uint32_t no_reply) {
  if ((agreement_.steps & no_reply) != 0) return '\0';
  const auto frame = read_frame();
  return frame ? frame->command : '\0';
}

std::string MilterWire::macro_list(Stage stage) const {
  const auto index = static_cast<std::size_t>(stage);
  const auto asked = agreement_.macros.find(static_cast<std::uint32_t>(index));
  if (asked != agreement_.macros.end()) return asked->second;
  return personality_ == Personality::Postfix ? kPostfixDefaults[index] : kSendmailDefaults[index];
}

void MilterWire::send_macros(Stage stage, char command) {
  std::string payload(1, command);
  const std::string list = macro_list(stage);
  for (const auto word : std::views::split(list, ' ')) {
    const std::string name(word.begin(), word.end());
    const auto value = values_.find(name);
    if (value == values_.end() || value->second.empty()) continue;
    payload += terminated(name) + terminated(value->second);
  }
  if (payload.size() > 1) send_frame('D', payload);
}

const WireAgreement& MilterWire::negotiate(const WireOffer& offer) {
  offer_ = offer;
  send_frame('O', number(offer.version) + number(offer.actions) + number(offer.steps));
  const auto frame = read_frame();
  agreement_ = {};
  if (!frame || frame->command != 'O') return agreement_;
  std::string_view rest = frame->data;
  agreement_.version = number_at(rest, 0);
  agreement_.actions = number_at(rest, 4);
  agreement_.steps = number_at(rest, 8);
  rest.remove_prefix(std::min<std::size_t>(rest.size(), 12));
  while (rest.size() > 4) {
    const std::uint32_t stage = number_at(rest, 0);
    rest.remove_prefix(4);
    agreement_.macros[stage] = take_text(rest);
  }
  return agreement_;
}

void MilterWire::connect(const WireClient& client) {
  const bool has_name = !client.host.starts_with('[');
  values_ = {{"j", "mx.example.org"},
             {"_", client.host + " [" + client.address + "]"},
             {"{daemon_name}", personality_ == Personality::Postfix ? "mx.example.org" : "MTA"},
             {"{client_addr}", (client.family == '6' ? "IPv6:" : "") + client.address},
             {"{client_name}", has_name ? client.host : "unknown"}};
  if (personality_ == Personality::Postfix) {
    values_["v"] = "Postfix 3.7.11";
    values_["{daemon_addr}"] = "203.0.113.25";
    values_["{client_ptr}"] = has_name ? client.host : "unknown";
  } else {
    values_["{client_resolve}"] = has_name ? "OK" : "FAIL";
  }
  for (const auto& [name, value] : client.macros) values_[name] = value;

  send_macros(Stage::Connect, 'C');
  std::string payload = terminated(client.host) + client.family;
  if (client.family != 'U') payload += std::string("\x30\x39", 2) + terminated(client.address);
  send_frame('C', payload);
  answer_to(wire::kNoReplyConnect);
}

void MilterWire::helo(const std::string& name) {
  send_macros(Stage::Helo, 'H');
  send_frame('H', terminated(name));
  answer_to(wire::kNoReplyHelo);
}

void MilterWire::mail(const std::string& argument) {
  ++messages_;
  body_frames_ = 0;
  skipping_ = false;
  // Postfix chooses the queue id with the first recipient: it is known from DATA on.
  if (personality_ == Personality::Postfix) values_.erase("i");
  if (personality_ == Personality::Sendmail) values_["i"] = "q" + std::to_string(messages_);
  send_macros(Stage::Mail, 'M');
  send_frame('M', terminated(argument));
  answer_to(wire::kNoReplyMail);
}

void MilterWire::recipient(const std::string& argument) {
  send_macros(Stage::Recipient, 'R');
  send_frame('R', terminated(argument));
  answer_to(wire::kNoReplyRecipient);
}

void MilterWire::data() {
  values_["i"] = (personality_ == Personality::Postfix ? "4P" : "q") + std::to_string(messages_);
  if (offer_.version < 4) return;
  send_macros(Stage::Data, 'T');
  send_frame('T', "");
  answer_to(wire::kNoReplyData);
}

void MilterWire::header(const std::string& name, const std::string& value) {
  const bool keeps_space = (agreement_.steps & wire::kLeadingSpace) != 0;
  send_frame('L', terminated(name) + terminated(wire_value(value, keeps_space)));
  answer_to(wire::kNoReplyHeader);
}

void MilterWire::end_of_headers() {
  send_frame('N', "");
  answer_to(wire::kNoReplyEndOfHeaders);
}

void MilterWire::body(const std::string& piece) {
  if (skipping_) return;
  ++body_frames_;
  send_frame('B', piece);
  skipping_ = answer_to(wire::kNoReplyBody) == 's';
}

WireOutcome MilterWire::end_of_message() {
  send_macros(Stage::EndOfMessage, 'E');
  send_frame('E', "");
  WireOutcome outcome;
  while (const auto frame = read_frame()) {
    std::string_view data = frame->data;
    if (frame->command == 'i' || frame->command == 'm') {
      const std::uint32_t index = number_at(data, 0);
      data.remove_prefix(std::min<std::size_t>(data.size(), 4));
      std::string name = take_text(data);
      std::string value = take_text(data);
      if (frame->command == 'i') {
        outcome.inserted.push_back({index, std::move(name), std::move(value)});
      } else {
        outcome.deleted.push_back({index, std::move(name)});
      }
    } else if (frame->command == 'q') {
      outcome.quarantined = take_text(data);
    } else if (frame->command != 'p') {
      outcome.reply = frame->command;
      outcome.reply_text = take_text(data);
      break;
    }
  }
  return outcome;
}

void MilterWire::abort() { send_frame('A', ""); }

void MilterWire::quit() {
  send_frame('Q', "");
  disconnect();
}

void MilterWire::quit_for_new_connection() { send_frame('K', ""); }

WireOutcome MilterWire::send(const WireMessage& message) {
  mail(message.mail_from);
  for (const std::string& one : message.recipients) recipient(one);
  data();
  for (const auto& [name, value] : message.fields) header(name, value);
  end_of_headers();
  for (const std::string& piece : message.body) body(piece);
  return end_of_message();
}

bool MilterWire::all_was_read() const {
  int waiting = -1;
  return fd_ >= 0 && ::ioctl(fd_, SIOCOUTQ, &waiting) == 0 && waiting == 0;
}

bool MilterWire::closed_by_milter() {
  if (fd_ < 0) return true;
  pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, kPatienceSeconds * 1000) <= 0) return false;
  char octet = '\0';
  return ::recv(fd_, &octet, 1, MSG_PEEK) == 0;
}

}  // namespace waarmerk::support
