// The only file with <ares.h>.
#include "dns/ares_channel.h"

#include <ares.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <new>

namespace waarmerk::dns {
namespace {

Error describe(const char* what, int ares_status) {
  return {std::string(what) + ": " + ares_strerror(ares_status), {}};
}

/// c-ares wants to be initialized before its first use.
int library_status() {
  static const int status = ares_library_init(ARES_LIB_INIT_ALL);
  return status;
}

void on_socket(void* data, ares_socket_t fd, int is_readable, int is_writable) noexcept {
  Poller& poller = *static_cast<Poller*>(data);
  if (is_readable == 0 && is_writable == 0) {
    poller.forget(fd);
  } else {
    poller.watch({fd, is_readable != 0, is_writable != 0});
  }
}

/// The query is ours, and so is the judgement on the reply; a truncated one is asked again over the
/// channel for streams. With EDNS c-ares takes datagrams of more than 512 octets, and may cut the
/// last 11 octets off a query.
int flags_for(Transport transport) {
  const int common = ARES_FLAG_NOALIASES | ARES_FLAG_NOSEARCH | ARES_FLAG_NOCHECKRESP;
  return common |
         (transport == Transport::Stream ? ARES_FLAG_USEVC : ARES_FLAG_EDNS | ARES_FLAG_IGNTC);
}

}  // namespace

Result<std::vector<ServerAddress>> system_servers() {
  if (library_status() != ARES_SUCCESS) {
    return std::unexpected(describe("c-ares", library_status()));
  }
  ares_channel channel = nullptr;
  if (const int status = ares_init(&channel); status != ARES_SUCCESS) {
    return std::unexpected(describe("the system's DNS settings", status));
  }
  const std::unique_ptr<ares_channeldata, decltype(&ares_destroy)> handle(channel, &ares_destroy);
  ares_addr_port_node* first = nullptr;
  if (const int status = ares_get_servers_ports(channel, &first); status != ARES_SUCCESS) {
    return std::unexpected(describe("the system's DNS servers", status));
  }
  const std::unique_ptr<ares_addr_port_node, decltype(&ares_free_data)> nodes(first,
                                                                              &ares_free_data);
  std::vector<ServerAddress> servers;
  for (const auto* node = nodes.get(); node != nullptr; node = node->next) {
    std::array<char, 64> text{};
    if (ares_inet_ntop(node->family, &node->addr, text.data(), text.size()) == nullptr) continue;
    const auto ip = IpAddress::parse(text.data());
    if (!ip) continue;
    servers.push_back({*ip, static_cast<std::uint16_t>(node->udp_port != 0 ? node->udp_port : 53)});
  }
  return servers;
}

void Channel::Destroy::operator()(ares_channeldata* channel) const { ares_destroy(channel); }

Channel::~Channel() = default;

Result<std::unique_ptr<Channel>> Channel::open(const ServerAddress& server, Transport transport,
                                               const Wiring& wiring) {
  if (library_status() != ARES_SUCCESS) {
    return std::unexpected(describe("c-ares", library_status()));
  }
  std::unique_ptr<Channel> channel(new Channel(transport, wiring));
  ares_options options{};
  options.flags = flags_for(transport);
  options.timeout = static_cast<int>(std::clamp<std::int64_t>(wiring.timeout.count(), 1, 60'000));
  options.tries = 1;
  options.ednspsz = kMaxUdpReply;
  options.sock_state_cb = &on_socket;
  options.sock_state_cb_data = &wiring.poller;
  const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
                   ARES_OPT_SOCK_STATE_CB;
  ares_channel handle = nullptr;
  if (const int status = ares_init_options(&handle, &options, mask); status != ARES_SUCCESS) {
    return std::unexpected(describe("c-ares", status));
  }
  channel->handle_.reset(handle);
  const std::string address = server.text();
  if (const int status = ares_set_servers_ports_csv(handle, address.c_str());
      status != ARES_SUCCESS) {
    return std::unexpected(describe(address.c_str(), status));
  }
  return channel;
}

void Channel::send(Inquiry& inquiry, const std::string& query) {
  const std::vector<unsigned char> octets(query.begin(), query.end());
  inquiry.channel = this;
  ++open_;
  ares_send(handle_.get(), octets.data(), static_cast<int>(octets.size()), &Channel::on_end,
            &inquiry);
}

/// c-ares may be calling from inside ares_send or ares_destroy, so what follows is left to the one
/// who has the list.
void Channel::on_end(void* arg, int status, int /*timeouts*/, unsigned char* reply,
                     int length) noexcept {
  auto& inquiry = *static_cast<Inquiry*>(arg);
  Channel& channel = *inquiry.channel;
  --channel.open_;
  inquiry.was_refused = status == ARES_ECONNREFUSED;
  try {
    if (status == ARES_SUCCESS && reply != nullptr) inquiry.reply.emplace(reply, reply + length);
  } catch (const std::bad_alloc&) {
    // As if none had come.
  }
  move_to(channel.wiring_.ended, inquiry);
}

void Channel::process(const Readiness& ready) {
  ares_process_fd(handle_.get(), ready.is_readable ? ready.fd : ARES_SOCKET_BAD,
                  ready.is_writable ? ready.fd : ARES_SOCKET_BAD);
}

void Channel::process_timeouts() {
  if (open_ > 0) ares_process_fd(handle_.get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

std::optional<std::chrono::milliseconds> Channel::next_timeout() const {
  timeval left{};
  if (open_ == 0 || ares_timeout(handle_.get(), nullptr, &left) == nullptr) return std::nullopt;
  return std::chrono::milliseconds(left.tv_sec * 1000 + (left.tv_usec + 999) / 1000);
}

void Channel::follow_edns() {
  if (edns_ == Edns::Omit) return;
  ares_options options{};
  int mask = 0;
  const bool is_known = ares_save_options(handle_.get(), &options, &mask) == ARES_SUCCESS;
  if (is_known && (options.flags & ARES_FLAG_EDNS) == 0) edns_ = Edns::Omit;
  ares_destroy_options(&options);
}

}  // namespace waarmerk::dns
