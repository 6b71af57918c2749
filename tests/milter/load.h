// Mail servers at work: sessions that send messages until they are told to stop, and remember what
// each was answered.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "policy/facts.h"
#include "tests/support/milter_wire.h"

namespace waarmerk::support {

/// What the messages of a load look like. They need no DNS: half of them come from 192.0.2.1, which
/// the configuration exempts, half of them from 198.51.100.1. No one has a From field.
struct LoadPlan {
  std::string socket_path;
  /// In the name of every client: tells the messages of one load from those of another.
  std::string name = "load";
  unsigned sessions = 4;
  unsigned messages_per_connection = 8;
  /// How many recipients, with long domains of their own, make a line of the log long.
  unsigned recipients = 1;
};

/// What became of the messages of a load.
struct LoadOutcome {
  /// The answers by message_name().
  std::map<std::string, char> answers;
  /// Sessions that ended without an answer.
  unsigned cut_off = 0;

  /// How many got this answer.
  [[nodiscard]] std::size_t count(char reply) const;
  /// How many were not answered as messages without From from exempt and other clients are by
  /// default: accepted and refused.
  [[nodiscard]] std::size_t unexpected() const;
};

/// Names a message of a load: its client's name, unique for each connection, and its queue id.
[[nodiscard]] std::string message_name(const policy::Facts& facts);

/// Runs from the beginning of its life to stop().
class Load {
 public:
  explicit Load(LoadPlan plan);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  Load(Load&&) = delete;
  Load& operator=(Load&&) = delete;

  /// Waits until `more` answers came in from now on; false if all sessions are cut off before.
  bool wait_for_answers(std::size_t more);
  /// Lets each session finish its message.
  LoadOutcome stop();
  /// Waits until every session is cut off.
  LoadOutcome wait_until_cut_off();

 private:
  void run(unsigned session);
  /// A few messages over one connection; false when it was cut off.
  bool converse(const std::string& client_name, bool is_exempt);
  void remember(const std::string& name, char reply);

  LoadPlan plan_;
  std::atomic<bool> stops_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  LoadOutcome outcome_;
  std::vector<std::thread> threads_;
};

/// One message over a connection of its own, from a client that is not exempt; the answer.
[[nodiscard]] WireOutcome send_one(const std::string& socket_path, const std::string& client_name);

}  // namespace waarmerk::support
