// The event loop over c-ares, and what c-ares 1.18 leaves to its users: the next server after a
// SERVFAIL, the AD bit, servers without EDNS. The only file with <ares.h>.
//
// Each server has a channel of its own with one try, so that it is known who answered; the order of
// servers and tries is kept here.
#include "dns/ares_resolver.h"

#include <ares.h>

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "base/guarded.h"
#include "dns/event_loop.h"
#include "dns/inquiry.h"
#include "dns/query_ids.h"
#include "dns/wire.h"

namespace waarmerk::dns {
namespace {

constexpr unsigned kMaxTries = 10;
/// After so many questions without EDNS a server is offered it again.
constexpr unsigned kPlainQuestions = 500;
constexpr unsigned kFormErr = 1;

struct DestroyChannel {
  void operator()(ares_channeldata* channel) const { ares_destroy(channel); }
};
using ChannelHandle = std::unique_ptr<ares_channeldata, DestroyChannel>;

Error describe(const char* what, int ares_status) {
  return {std::string(what) + ": " + ares_strerror(ares_status), {}};
}

Result<std::vector<ServerAddress>> system_servers() {
  ares_channel channel = nullptr;
  if (const int status = ares_init(&channel); status != ARES_SUCCESS) {
    return std::unexpected(describe("the system's DNS settings", status));
  }
  const ChannelHandle handle(channel);
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

}  // namespace

struct Line;

/// A c-ares channel. Nothing is thrown through the frames of c-ares: what it calls only takes
/// notes.
struct Channel {
  Poller& poller;
  /// Takes the inquiries whose query c-ares is done with.
  Inquiries& ended;
  Line& line;
  ChannelHandle handle{};
  /// c-ares turns EDNS off for the whole channel when a server rejects it.
  Edns edns = Edns::Announce;
  unsigned plain_questions = 0;
  /// Queries that c-ares still has to end.
  std::size_t open = 0;
};

/// A server, and the way to it.
struct Line {
  explicit Line(const ServerAddress& where) : server(where) {}

  ServerAddress server;
  std::unique_ptr<Channel> channel;
};

Security AresOptions::judge(const IpAddress& server, Security said) const {
  const bool is_believed = server.is_loopback() || std::ranges::count(trusted, server) > 0;
  return is_believed ? said : Security::Unknown;
}

/// The thread and everything that belongs to it. Only `ask` and the destructor are for others.
class AresResolver::Loop {
 public:
  static Result<std::unique_ptr<Loop>> start(const std::vector<ServerAddress>& servers,
                                             const AresOptions& options) {
    auto poller = Poller::open();
    if (!poller) return std::unexpected(poller.error());
    std::unique_ptr<Loop> loop(new Loop(options, std::move(*poller)));
    for (const ServerAddress& server : servers) {
      auto line = std::make_unique<Line>(server);
      auto channel = loop->open_channel(*line);
      if (!channel) return std::unexpected(channel.error());
      line->channel = std::move(*channel);
      loop->lines_.push_back(std::move(line));
    }
    auto thread = start_thread_without_signals([self = loop.get()] { self->run(); });
    if (!thread) return std::unexpected(thread.error());
    loop->thread_ = std::move(*thread);
    return loop;
  }

  ~Loop() {
    inbox_.with([](Inbox& inbox) { inbox.is_closed = true; });
    poller_.wake();
    if (thread_.joinable()) thread_.join();
    // The channels end their queries while they are destroyed; nothing is asked again then.
    for_each_channel([](Channel& channel) { channel.handle.reset(); });
    take_inbox();
    for (Inquiries* list : {&ready_, &under_way_, &ended_}) {
      while (!list->empty()) finish(list->front(), empty_answer(Status::Timeout));
    }
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void ask(const Question& question, std::function<void(Answer)> done) {
    Inquiries arrived;
    arrived.emplace_back(question, std::move(done));
    const bool was_empty = inbox_.with([&arrived](Inbox& inbox) {
      inbox.waiting.splice(inbox.waiting.end(), arrived);
      return inbox.waiting.size() == 1;
    });
    if (was_empty) poller_.wake();
  }

 private:
  struct Inbox {
    Inquiries waiting;
    bool is_closed = false;
  };

  Loop(const AresOptions& options, Poller poller) : options_(options), poller_(std::move(poller)) {}

  // ---- The thread

  void run() {
    while (!inbox_.with([](const Inbox& inbox) { return inbox.is_closed; })) {
      take_inbox();
      while (!ended_.empty() || !ready_.empty()) go_on(ended_.empty() ? ready_ : ended_);
      std::erase_if(retired_, [](const auto& channel) { return channel->open == 0; });
      wait();
    }
  }

  void take_inbox() {
    Inquiries arrived;
    inbox_.with([&arrived](Inbox& inbox) { arrived.swap(inbox.waiting); });
    enter(ready_, arrived);
  }

  /// Does what is next for the first inquiry of `list`. Until the last step of it nothing changes
  /// that counts, so that it can be given up for want of memory.
  void go_on(Inquiries& list) {
    Inquiry& inquiry = list.front();
    try {
      if (&list == &ended_) {
        receive(inquiry);
      } else {
        send(inquiry);
      }
    } catch (const std::exception&) {
      try_next(inquiry);
    }
  }

  /// Waits for sockets, a question or the next timeout, and lets c-ares work.
  void wait() {
    poller_.wait(next_timeout(), [this](const Readiness& ready) {
      // The channels are few, and leave alone what is not theirs.
      for_each_channel([&ready](Channel& channel) {
        ares_process_fd(channel.handle.get(), ready.is_readable ? ready.fd : ARES_SOCKET_BAD,
                        ready.is_writable ? ready.fd : ARES_SOCKET_BAD);
      });
    });
    for_each_channel([](Channel& channel) {
      if (channel.open > 0) ares_process_fd(channel.handle.get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
  }

  /// How long until c-ares wants to look at its clock.
  std::optional<std::chrono::milliseconds> next_timeout() {
    std::optional<std::chrono::milliseconds> shortest;
    for_each_channel([&shortest](Channel& channel) {
      timeval left{};
      if (channel.open == 0 || ares_timeout(channel.handle.get(), nullptr, &left) == nullptr)
        return;
      const std::chrono::milliseconds ms(left.tv_sec * 1000 + (left.tv_usec + 999) / 1000);
      shortest = std::min(ms, shortest.value_or(ms));
    });
    return shortest;
  }

  template <typename Use>
  void for_each_channel(Use use) {
    for (const auto& line : lines_) use(*line->channel);
    for (const auto& channel : retired_) use(*channel);
  }

  // ---- Channels

  Result<std::unique_ptr<Channel>> open_channel(Line& line) {
    auto channel = std::make_unique<Channel>(poller_, ended_, line);
    ares_options options{};
    options.flags =
        ARES_FLAG_NOALIASES | ARES_FLAG_NOSEARCH | ARES_FLAG_EDNS | ARES_FLAG_NOCHECKRESP;
    options.timeout =
        static_cast<int>(std::clamp<std::int64_t>(options_.timeout.count(), 1, 60'000));
    options.tries = 1;
    options.ednspsz = kMaxUdpReply;
    options.sock_state_cb = &Loop::on_socket;
    options.sock_state_cb_data = channel.get();
    const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
                     ARES_OPT_SOCK_STATE_CB;
    ares_channel handle = nullptr;
    if (const int status = ares_init_options(&handle, &options, mask); status != ARES_SUCCESS) {
      return std::unexpected(describe("c-ares", status));
    }
    channel->handle.reset(handle);
    const std::string address = line.server.text();
    if (const int status = ares_set_servers_ports_csv(handle, address.c_str());
        status != ARES_SUCCESS) {
      return std::unexpected(describe(address.c_str(), status));
    }
    return channel;
  }

  /// The channel for the next question; one that has done without EDNS for long is replaced, and
  /// stays until its queries have ended.
  Channel& channel_of(Line& line) {
    Channel& current = *line.channel;
    if (current.edns == Edns::Announce) return current;
    if (++current.plain_questions < kPlainQuestions) return current;
    retired_.reserve(retired_.size() + 1);
    auto fresh = open_channel(line);
    if (fresh) retired_.push_back(std::exchange(line.channel, std::move(*fresh)));
    return *line.channel;
  }

  static void on_socket(void* data, ares_socket_t fd, int is_readable, int is_writable) noexcept {
    Poller& poller = static_cast<Channel*>(data)->poller;
    if (is_readable == 0 && is_writable == 0) {
      poller.forget(fd);
    } else {
      poller.watch({fd, is_readable != 0, is_writable != 0});
    }
  }

  // ---- Inquiries

  /// Puts the question to the server whose turn it is, or ends the inquiry.
  void send(Inquiry& inquiry) {
    const std::size_t count = lines_.size();
    const std::size_t attempts = count * std::clamp(options_.tries, 1U, kMaxTries);
    while (inquiry.attempt < attempts && inquiry.replied[inquiry.attempt % count]) {
      ++inquiry.attempt;
    }
    if (inquiry.attempt >= attempts) {
      finish(inquiry, std::move(inquiry.failure));
      return;
    }
    Channel& channel = channel_of(*lines_[inquiry.attempt % count]);
    inquiry.channel = &channel;
    // c-ares may cut the OPT record out of a query of a channel with EDNS: it has to be there.
    inquiry.edns = channel.edns;
    const std::string query = write_query(inquiry.question, ids_.next(), inquiry.edns);
    const std::vector<unsigned char> octets(query.begin(), query.end());
    move_to(under_way_, inquiry);
    ++channel.open;
    ares_send(channel.handle.get(), octets.data(), static_cast<int>(octets.size()), &Loop::on_end,
              &inquiry);
  }

  /// c-ares is done with a query. It may be calling from inside ares_send or ares_destroy, so what
  /// follows is left to the loop.
  static void on_end(void* arg, int status, int /*timeouts*/, unsigned char* reply,
                     int length) noexcept {
    auto& inquiry = *static_cast<Inquiry*>(arg);
    --inquiry.channel->open;
    try {
      if (status == ARES_SUCCESS && reply != nullptr) inquiry.reply.emplace(reply, reply + length);
    } catch (const std::bad_alloc&) {
      // As if none had come.
    }
    move_to(inquiry.channel->ended, inquiry);
  }

  /// Takes the reply of an inquiry that has ended, or its lack.
  void receive(Inquiry& inquiry) {
    const auto octets = std::exchange(inquiry.reply, std::nullopt);
    if (!octets) {
      try_next(inquiry);
      return;
    }
    Reply reply = parse_reply(*octets, inquiry.question);
    Channel& channel = *inquiry.channel;
    if (!reply.has_edns && has_lost_edns(channel)) channel.edns = Edns::Omit;
    if (reply.rcode == kFormErr && inquiry.edns != channel.edns &&
        !inquiry.was_repeated_without_edns) {
      inquiry.was_repeated_without_edns = true;
      move_to(ready_, inquiry);
      return;
    }
    Answer& answer = reply.answer;
    answer.security = options_.judge(channel.line.server.ip, answer.security);
    if (!is_error(answer.status) || answer.security == Security::Bogus) {
      finish(inquiry, std::move(answer));
      return;
    }
    inquiry.replied.set(inquiry.attempt % lines_.size());
    inquiry.failure = std::move(answer);
    try_next(inquiry);
  }

  void try_next(Inquiry& inquiry) noexcept {
    ++inquiry.attempt;
    move_to(ready_, inquiry);
  }

  static bool has_lost_edns(const Channel& channel) {
    if (channel.edns == Edns::Omit) return false;
    ares_options options{};
    int mask = 0;
    const bool is_known = ares_save_options(channel.handle.get(), &options, &mask) == ARES_SUCCESS;
    const bool is_lost = is_known && (options.flags & ARES_FLAG_EDNS) == 0;
    ares_destroy_options(&options);
    return is_lost;
  }

  AresOptions options_;
  Poller poller_;
  Guarded<Inbox> inbox_;
  QueryIds ids_;
  /// Those for which something is to be sent.
  Inquiries ready_;
  /// Those that c-ares has, and those that it is done with.
  Inquiries under_way_;
  Inquiries ended_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<std::unique_ptr<Channel>> retired_;
  std::thread thread_;
};

Result<std::unique_ptr<AresResolver>> AresResolver::start(const AresOptions& options) {
  static const int library = ares_library_init(ARES_LIB_INIT_ALL);
  if (library != ARES_SUCCESS) return std::unexpected(describe("c-ares", library));
  std::vector<ServerAddress> servers = options.servers;
  if (servers.empty()) {
    auto found = system_servers();
    if (!found) return std::unexpected(found.error());
    servers = std::move(*found);
    if (servers.size() > kMaxServers) servers.erase(servers.begin() + kMaxServers, servers.end());
  }
  if (servers.empty()) return fail("no DNS server is known");
  if (servers.size() > kMaxServers) return fail("more than 16 DNS servers");
  auto loop = Loop::start(servers, options);
  if (!loop) return std::unexpected(loop.error());
  return std::unique_ptr<AresResolver>(new AresResolver(std::move(servers), std::move(*loop)));
}

AresResolver::AresResolver(std::vector<ServerAddress> servers, std::unique_ptr<Loop> loop)
    : servers_(std::move(servers)), loop_(std::move(loop)) {}

AresResolver::~AresResolver() = default;

void AresResolver::ask(const Question& question, std::function<void(Answer)> done) {
  loop_->ask(question, std::move(done));
}

std::vector<ServerAddress> AresResolver::remote_servers() const {
  std::vector<ServerAddress> remote = servers_;
  std::erase_if(remote, [](const ServerAddress& server) { return server.ip.is_loopback(); });
  return remote;
}

}  // namespace waarmerk::dns
