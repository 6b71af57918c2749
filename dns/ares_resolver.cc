// The event loop over c-ares, and what c-ares 1.18 leaves to its users: the next server after a
// SERVFAIL, the AD bit, servers without EDNS, a server that is just being started again.
//
// Each server has channels of its own with one try, so that it is known who answered; the order of
// servers and tries is kept here.
#include "dns/ares_resolver.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/guarded.h"
#include "dns/ares_channel.h"
#include "dns/event_loop.h"
#include "dns/inquiry.h"
#include "dns/query_ids.h"
#include "dns/wire.h"

namespace waarmerk::dns {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kMaxTries = 10;
/// After so many questions without EDNS a server is offered it again.
constexpr unsigned kPlainQuestions = 500;
constexpr unsigned kFormErr = 1;
/// Between two rounds in which every server refused the packets.
constexpr milliseconds kPause{250};

/// So many connections to one server at once; further questions share them.
constexpr std::size_t kMaxStreams = 8;

/// A server, and the ways to it. Questions over TCP have a connection each as far as there are
/// enough: one that is closed or held up concerns no other question then.
struct Line {
  ServerAddress server;
  std::unique_ptr<Channel> datagrams{};
  std::vector<std::unique_ptr<Channel>> streams{};
};

milliseconds pause_of(const AresOptions& options) {
  return std::clamp(options.timeout, milliseconds{1}, kPause);
}

/// The pauses together take as long as one silent server would.
Patience patience_of(const AresOptions& options, std::size_t servers) {
  const unsigned tries = std::clamp(options.tries, 1U, kMaxTries);
  const auto pauses = tries * options.timeout / pause_of(options);
  return {servers, tries, static_cast<unsigned>(std::max<std::int64_t>(pauses, 0))};
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
    std::unique_ptr<Loop> loop(new Loop(options, servers.size(), std::move(*poller)));
    for (const ServerAddress& server : servers) {
      auto datagrams = Channel::open(server, Transport::Datagram, loop->wiring());
      if (!datagrams) return std::unexpected(datagrams.error());
      loop->lines_.push_back({server, std::move(*datagrams)});
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
    lines_.clear();
    retired_.clear();
    take_inbox();
    for (Inquiries* list : {&ready_, &paused_, &under_way_, &ended_}) {
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

  Loop(const AresOptions& options, std::size_t servers, Poller poller)
      : options_(options),
        patience_(patience_of(options, servers)),
        pause_(pause_of(options)),
        poller_(std::move(poller)) {}

  Channel::Wiring wiring() { return {options_.timeout, poller_, ended_}; }

  // ---- The thread

  void run() {
    while (!inbox_.with([](const Inbox& inbox) { return inbox.is_closed; })) {
      take_inbox();
      end_pauses();
      while (!ended_.empty() || !ready_.empty()) go_on(ended_.empty() ? ready_ : ended_);
      std::erase_if(retired_, [](const auto& channel) { return channel->is_idle(); });
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
      for_each_channel([&ready](Channel& channel) { channel.process(ready); });
    });
    for_each_channel([](Channel& channel) { channel.process_timeouts(); });
  }

  /// How long until c-ares wants to look at its clock, or a pause ends.
  std::optional<milliseconds> next_timeout() {
    std::optional<milliseconds> shortest;
    const auto note = [&shortest](milliseconds left) {
      shortest = std::min(left, shortest.value_or(left));
    };
    for_each_channel([&note](const Channel& channel) {
      if (const auto left = channel.next_timeout()) note(*left);
    });
    if (!paused_.empty()) {
      const auto left = paused_.front().resumes - clock_.instant();
      note(std::max(std::chrono::ceil<milliseconds>(left), milliseconds{0}));
    }
    return shortest;
  }

  template <typename Use>
  void for_each_channel(Use use) {
    for (const Line& line : lines_) {
      use(*line.datagrams);
      for (const auto& stream : line.streams) use(*stream);
    }
    for (const auto& channel : retired_) use(*channel);
  }

  // ---- Channels

  Line& line_of(const Inquiry& inquiry) { return lines_[inquiry.attempt % lines_.size()]; }

  Channel& channel_for(const Inquiry& inquiry) {
    Line& line = line_of(inquiry);
    return inquiry.transport == Transport::Stream ? stream_of(line) : datagrams_of(line);
  }

  /// A channel that has done without EDNS for long is replaced; it stays until its queries have
  /// ended.
  Channel& datagrams_of(Line& line) {
    Channel& current = *line.datagrams;
    if (current.edns() == Edns::Announce) return current;
    if (current.count_plain_question() < kPlainQuestions) return current;
    retired_.reserve(retired_.size() + 1);
    auto fresh = Channel::open(line.server, Transport::Datagram, wiring());
    if (fresh) retired_.push_back(std::exchange(line.datagrams, std::move(*fresh)));
    return *line.datagrams;
  }

  /// A connection of its own, or the one with the fewest questions.
  Channel& stream_of(Line& line) {
    auto best = std::ranges::min_element(line.streams, {},
                                         [](const auto& stream) { return stream->open_queries(); });
    const bool is_taken = best == line.streams.end() || !(*best)->is_idle();
    if (!is_taken || line.streams.size() == kMaxStreams) return **best;
    line.streams.reserve(kMaxStreams);
    auto fresh = Channel::open(line.server, Transport::Stream, wiring());
    if (fresh) return *line.streams.emplace_back(std::move(*fresh));
    // Short of something: rather one that is shared, or UDP once more.
    return line.streams.empty() ? *line.datagrams : **best;
  }

  // ---- Inquiries

  /// Puts the question to the server whose turn it is, or ends the inquiry.
  void send(Inquiry& inquiry) {
    switch (next_step(inquiry, patience_)) {
      case Step::Ask:
        break;
      case Step::Pause:
        inquiry.resumes = clock_.instant() + pause_;
        move_to(paused_, inquiry);
        return;
      case Step::GiveUp:
        finish(inquiry, std::move(inquiry.failure));
        return;
    }
    Channel& channel = channel_for(inquiry);
    inquiry.edns = line_of(inquiry).datagrams->edns();
    const std::string query = write_query(inquiry.question, ids_.next(), inquiry.edns);
    move_to(under_way_, inquiry);
    channel.send(inquiry, query);
  }

  /// All pauses are equally long: the first one ends first.
  void end_pauses() {
    const Instant now = clock_.instant();
    while (!paused_.empty() && paused_.front().resumes <= now) move_to(ready_, paused_.front());
  }

  /// Takes the reply of an inquiry that has ended, or its lack.
  void receive(Inquiry& inquiry) {
    const auto octets = std::exchange(inquiry.reply, std::nullopt);
    if (!octets) {
      note_silence(inquiry);
      try_next(inquiry);
      return;
    }
    Reply reply = parse_reply(*octets, inquiry.question);
    Line& line = line_of(inquiry);
    if (asks_again(inquiry, reply)) {
      move_to(ready_, inquiry);
      return;
    }
    Answer& answer = reply.answer;
    answer.security = options_.judge(line.server.ip, answer.security);
    if (!is_error(answer.status) || answer.security == Security::Bogus) {
      finish(inquiry, std::move(answer));
      return;
    }
    inquiry.replied.set(inquiry.attempt % lines_.size());
    inquiry.failure = std::move(answer);
    try_next(inquiry);
  }

  /// Whether the same server is to be asked once more: without EDNS, or over TCP.
  bool asks_again(Inquiry& inquiry, const Reply& reply) {
    if (inquiry.transport == Transport::Stream) return false;
    Channel& channel = *inquiry.channel;
    if (!reply.has_edns) channel.follow_edns();
    if (reply.is_truncated) {
      inquiry.transport = Transport::Stream;
      return true;
    }
    if (reply.rcode != kFormErr || inquiry.edns == channel.edns() ||
        inquiry.was_repeated_without_edns) {
      return false;
    }
    inquiry.was_repeated_without_edns = true;
    return true;
  }

  /// What silence tells of the server. A reply that was no answer tells more.
  static void note_silence(Inquiry& inquiry) {
    if (inquiry.transport == Transport::Datagram) {
      if (inquiry.was_refused) ++inquiry.refusals;
    } else if (inquiry.replied.none()) {
      inquiry.failure = empty_answer(Status::Timeout, "truncated, and no reply over TCP");
    }
  }

  void try_next(Inquiry& inquiry) noexcept {
    ++inquiry.attempt;
    inquiry.transport = Transport::Datagram;
    move_to(ready_, inquiry);
  }

  AresOptions options_;
  Patience patience_;
  milliseconds pause_;
  SystemClock clock_;
  Poller poller_;
  Guarded<Inbox> inbox_;
  QueryIds ids_;
  /// Those for which something is to be sent.
  Inquiries ready_;
  /// Those for which every server refused the packet a moment ago.
  Inquiries paused_;
  /// Those that c-ares has, and those that it is done with.
  Inquiries under_way_;
  Inquiries ended_;
  std::vector<Line> lines_;
  std::vector<std::unique_ptr<Channel>> retired_;
  std::thread thread_;
};

Result<std::unique_ptr<AresResolver>> AresResolver::start(const AresOptions& options) {
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
