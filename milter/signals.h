// Signals as calls: SIGUSR1 and SIGHUP ask for a reload, SIGTERM and SIGINT for the end. libmilter
// gets none of them.
#pragma once

#include <atomic>
#include <functional>
#include <semaphore>
#include <thread>

namespace waarmerk::milter {

/// Blocks SIGHUP, SIGTERM, SIGINT, SIGPIPE, SIGUSR1 and SIGXFSZ in the calling thread and in all it
/// will start. First of all in main(): until SignalThread takes them, signals wait, so that neither
/// a log rotation nor a stop that comes during the start ends the process halfway. A thread that
/// leaves SIGTERM open is where it kills the process. M-37, M-37a
void block_signals();

/// Calls `on_reload` in a thread of its own for SIGUSR1 and SIGHUP; signals that come during a
/// reload make one more. Another thread does the waiting, so that it is back at once for the next
/// signal. For SIGTERM and SIGINT it makes libmilter stop, now or as soon as it begins, and wakes
/// it, which would look for that only every five seconds. No signal reaches libmilter itself:
/// docs/decisions/0008-signals-are-ours.md. One at a time in a process. M-37, M-38
class SignalThread {
 public:
  /// block_signals() came first. After a stop `wake` is called until it returns false: it wakes
  /// whoever sleeps instead of stopping. Neither function may throw.
  explicit SignalThread(
      std::function<void()> on_reload, std::function<bool()> wake = [] { return false; });
  /// Ends both threads; waits for a reload that is at work.
  ~SignalThread();
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;
  SignalThread(SignalThread&&) = delete;
  SignalThread& operator=(SignalThread&&) = delete;

  /// Whether a stop was asked for.
  [[nodiscard]] bool saw_stop() const { return saw_stop_; }

 private:
  void wait_for_signals();
  void stop();
  void work();

  std::function<void()> on_reload_;
  std::function<bool()> wake_;
  std::atomic<bool> ends_ = false;
  std::atomic<bool> saw_stop_ = false;
  /// One for a request, one for the end.
  std::counting_semaphore<2> requests_{0};
  std::atomic<bool> requested_ = false;
  std::thread worker_;
  std::thread waiter_;
};

}  // namespace waarmerk::milter
