// A whole conversation with libmilter and the daemon's edge: the octets are packets of the milter
// protocol, right ones and others. Whatever a mail server sends, the connection ends, and the next
// one is served.
#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "dns/zone.h"
#include "milter/libmilter_edge.h"
#include "milter/service.h"
#include "policy/dkim/key_cache.h"
#include "reporting/log_file.h"
#include "tests/fuzz/target.h"
#include "tests/support/wire_script.h"

namespace waarmerk {
namespace {

constexpr std::string_view kCommands = "OCDHMRTLNBEAQKUXZ";
constexpr std::string_view kZone =
    "example.com TXT v=spf1 ip4:192.0.2.1 -all\n"
    "_dmarc.example.com TXT v=DMARC1; p=reject\n";

/// Logs that keep nothing: a target runs for millions of messages.
class NoStream final : public reporting::LogStream {
 public:
  Result<std::size_t> append(std::string_view octets) override { return octets.size(); }
  Result<void> sync() override { return {}; }
  [[nodiscard]] bool has_a_name() const override { return true; }
};
class NoStorage final : public reporting::LogStorage {
 public:
  Result<reporting::OpenedLog> open(const std::string&) override {
    return reporting::OpenedLog{std::make_unique<NoStream>()};
  }
};
class NoDaemonLog final : public milter::DaemonLog {
 public:
  void write(Level, std::string_view) override {}
};

/// The daemon without its process. libmilter's threads use it until the very end.
struct Daemon {
  dns::Zone zone = *dns::Zone::parse(kZone);
  policy::dkim::KeyCache keys;
  NoStorage storage;
  reporting::LogFile log{{"mx.example.org", "1-1"},
                         {"log", std::chrono::seconds{0}},
                         storage,
                         [](std::string_view, const Error&) {}};
  SystemClock clock;
  NoDaemonLog daemon_log;
  milter::Service service{{}, {zone, keys, log, clock, daemon_log, "mx.example.org"}};
};

/// The signals of the process stay with the fuzzer.
void serve(Daemon& daemon) {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  static_cast<void>(milter::run_milter(daemon.service));
}

/// A folder for the socket, gone with the process.
class Folder {
 public:
  Folder() { require(::mkdtemp(path_.data()) != nullptr); }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  Folder(Folder&&) = delete;
  Folder& operator=(Folder&&) = delete;

  [[nodiscard]] std::string socket() const { return path_ + "/socket"; }

 private:
  std::string path_ = "/tmp/waarmerk-fuzz-XXXXXX";
};

/// Starts the daemon, which is never stopped; returns its socket.
std::string start() {
  static const Folder folder;
  require(milter::open_milter({.socket = "unix:" + folder.socket()}).has_value());
  static Daemon* const daemon = std::make_unique<Daemon>().release();
  std::thread(serve, std::ref(*daemon)).detach();
  return folder.socket();
}

/// What the octets say: usual packets, packets with a payload, packets that give themselves another
/// length, and octets that are no packet.
std::string conversation(std::string_view script) {
  const auto octet = [&script] {
    if (script.empty()) return 0U;
    const auto value = static_cast<unsigned char>(script.front());
    script.remove_prefix(1);
    return unsigned{value};
  };
  const auto payload = [&script, &octet] {
    const std::size_t size = octet();
    const auto taken = script.substr(0, size);
    script.remove_prefix(taken.size());
    return taken;
  };
  std::string octets;
  while (!script.empty()) {
    const unsigned operation = octet();
    const char command = kCommands[operation % kCommands.size()];
    if (operation < 128) {
      octets += support::usual_packet(command);
    } else if (operation < 240) {
      octets += support::packet(command, payload());
    } else if (operation < 248) {
      const unsigned length = octet();
      octets += support::packet_of_length(length, command, payload());
    } else {
      octets += payload();
    }
  }
  return octets;
}

}  // namespace

void fuzz_one(std::string_view text) {
  static const std::string socket = start();
  require(support::converse(socket, conversation(text)).closed);
}

}  // namespace waarmerk
