// The event loop over c-ares, and what c-ares 1.18 leaves to its users: the next server after a
// SERVFAIL, the AD bit, servers without EDNS. The only file with <ares.h>.
//
// Each server has a channel of its own with one try, so that it is known who answered; the order of
// servers and tries is kept here.
#include "dns/ares_resolver.h"

#include <ares.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstring>
#include <list>
#include <optional>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/guarded.h"
#include "dns/event_loop.h"
#include "dns/query_ids.h"
#include "dns/wire.h"

namespace waarmerk::dns {
namespace {

constexpr std::size_t kMaxServers = 16;
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
    is_closing_ = true;
    for_each_channel([](Channel& channel) { channel.handle.reset(); });
    take_inbox();
    while (!inquiries_.empty()) finish(inquiries_.front(), empty_answer(Status::Timeout));
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void ask(const Question& question, std::function<void(Answer)> done) {
    const bool was_empty = inbox_.with([&](Inbox& inbox) {
      inbox.waiting.emplace_back(question, std::move(done));
      return inbox.waiting.size() == 1;
    });
    if (was_empty) poller_.wake();
  }

 private:
  struct Line;

  struct Channel {
    Loop& loop;
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

  struct Inquiry {
    Inquiry(Question asked, std::function<void(Answer)> callback)
        : question(std::move(asked)), done(std::move(callback)) {}

    Question question;
    std::function<void(Answer)> done;
    std::list<Inquiry>::iterator self{};
    unsigned attempt = 0;
    std::bitset<kMaxServers> replied;
    bool was_repeated_without_edns = false;
    /// Of the query under way.
    Edns edns = Edns::Announce;
    Channel* channel = nullptr;
    /// The last reply that was no answer.
    Answer failure = empty_answer(Status::Timeout, "no server replied");
  };

  struct Inbox {
    std::vector<std::pair<Question, std::function<void(Answer)>>> waiting;
    bool is_closed = false;
  };

  Loop(const AresOptions& options, Poller poller) : options_(options), poller_(std::move(poller)) {}

  // ---- The thread

  void run() {
    while (!inbox_.with([](const Inbox& inbox) { return inbox.is_closed; })) {
      take_inbox();
      while (!ready_.empty()) {
        for (Inquiry* inquiry : std::exchange(ready_, {})) send(*inquiry);
      }
      std::erase_if(retired_, [](const auto& channel) { return channel->open == 0; });
      wait();
    }
  }

  void take_inbox() {
    auto arrived = inbox_.with([](Inbox& inbox) { return std::exchange(inbox.waiting, {}); });
    for (auto& [question, done] : arrived) {
      inquiries_.emplace_front(std::move(question), std::move(done));
      inquiries_.front().self = inquiries_.begin();
      ready_.push_back(&inquiries_.front());
    }
  }

  /// Waits for sockets, a question or the next timeout, and lets c-ares work.
  void wait() {
    poller_.wait(next_timeout(), [this](const Readiness& ready) {
      const auto owner = sockets_.find(ready.fd);
      if (owner == sockets_.end()) return;
      ares_process_fd(owner->second->handle.get(), ready.is_readable ? ready.fd : ARES_SOCKET_BAD,
                      ready.is_writable ? ready.fd : ARES_SOCKET_BAD);
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
    return ready_.empty() ? shortest : std::chrono::milliseconds{0};
  }

  template <typename Use>
  void for_each_channel(Use use) {
    for (const auto& line : lines_) use(*line->channel);
    for (const auto& channel : retired_) use(*channel);
  }

  // ---- Channels

  Result<std::unique_ptr<Channel>> open_channel(Line& line) {
    auto channel = std::make_unique<Channel>(*this, line);
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
    auto fresh = open_channel(line);
    if (fresh) retired_.push_back(std::exchange(line.channel, std::move(*fresh)));
    return *line.channel;
  }

  static void on_socket(void* data, ares_socket_t fd, int is_readable, int is_writable) {
    auto& channel = *static_cast<Channel*>(data);
    Loop& loop = channel.loop;
    if (is_readable == 0 && is_writable == 0) {
      loop.poller_.forget(fd);
      loop.sockets_.erase(fd);
      return;
    }
    loop.sockets_.insert_or_assign(fd, &channel);
    loop.poller_.watch({fd, is_readable != 0, is_writable != 0});
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
    ++channel.open;
    std::string query = write_query(inquiry.question, ids_.next(), inquiry.edns);
    std::vector<unsigned char> octets(query.begin(), query.end());
    ares_send(channel.handle.get(), octets.data(), static_cast<int>(octets.size()), &Loop::on_end,
              &inquiry);
  }

  /// c-ares is done with a query. It may be calling from inside ares_send or ares_destroy, so what
  /// follows is left to the loop.
  static void on_end(void* arg, int status, int /*timeouts*/, unsigned char* reply, int length) {
    auto& inquiry = *static_cast<Inquiry*>(arg);
    Loop& loop = inquiry.channel->loop;
    --inquiry.channel->open;
    if (loop.is_closing_) return;
    if (status != ARES_SUCCESS || reply == nullptr) {
      ++inquiry.attempt;
      loop.ready_.push_back(&inquiry);
      return;
    }
    std::string octets(static_cast<std::size_t>(length), '\0');
    std::memcpy(octets.data(), reply, octets.size());
    loop.on_reply(inquiry, parse_reply(octets, inquiry.question));
  }

  void on_reply(Inquiry& inquiry, Reply reply) {
    Channel& channel = *inquiry.channel;
    if (!reply.has_edns && has_lost_edns(channel)) channel.edns = Edns::Omit;
    if (reply.rcode == kFormErr && inquiry.edns != channel.edns &&
        !inquiry.was_repeated_without_edns) {
      inquiry.was_repeated_without_edns = true;
      ready_.push_back(&inquiry);
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
    ++inquiry.attempt;
    ready_.push_back(&inquiry);
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

  void finish(Inquiry& inquiry, Answer answer) {
    const auto done = std::move(inquiry.done);
    inquiries_.erase(inquiry.self);
    done(std::move(answer));
  }

  AresOptions options_;
  Poller poller_;
  Guarded<Inbox> inbox_;
  bool is_closing_ = false;
  QueryIds ids_;
  std::unordered_map<int, Channel*> sockets_;
  std::list<Inquiry> inquiries_;
  /// Those for which something is to be sent.
  std::vector<Inquiry*> ready_;
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
