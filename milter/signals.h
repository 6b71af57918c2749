// Signals as calls: SIGUSR1 asks for a reload; the stopping ones are libmilter's, which is woken
// for SIGTERM.
#pragma once

#include <atomic>
#include <functional>
#include <semaphore>
#include <thread>

namespace waarmerk::milter {

/// Keeps SIGUSR1, which by default ends a process, until SignalThread takes it. For the very start:
/// a log rotation does not know that the daemon is still reading its configuration. M-37
void hold_reload_requests();

/// Blocks SIGHUP, SIGTERM, SIGINT, SIGPIPE, SIGUSR1 and SIGXFSZ in the calling thread and in all it
/// will start. Before the first thread: one that leaves SIGTERM open is where it kills the process.
/// M-37a
void block_signals();

/// Calls `on_reload` in a thread of its own for SIGUSR1, and as best effort for SIGHUP, for which
/// libmilter waits too, as a stop. Signals that come during a reload make one more. Another thread
/// does the waiting, so that it is back at once for the next signal. SIGTERM it hands on to
/// libmilter, which stops for it, but looks for that only every five seconds. M-37, M-38
class SignalThread {
 public:
  /// block_signals() came first. After SIGTERM `wake` is called until it returns false: it wakes
  /// whoever sleeps instead of stopping. When libmilter is the first to get the signal, `wake` is
  /// not called. Neither function may throw.
  explicit SignalThread(
      std::function<void()> on_reload, std::function<bool()> wake = [] { return false; });
  /// Ends both threads; waits for a reload that is at work.
  ~SignalThread();
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;
  SignalThread(SignalThread&&) = delete;
  SignalThread& operator=(SignalThread&&) = delete;

  /// Whether SIGTERM has come, unless libmilter was the first to get it.
  [[nodiscard]] bool saw_stop() const { return saw_stop_; }

 private:
  void wait_for_signals();
  void hand_on_stop();
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
