#include "milter/signals.h"

#include <pthread.h>
#include <signal.h>

#include <initializer_list>
#include <utility>

namespace waarmerk::milter {

namespace {

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : signals) ::sigaddset(&set, signal);
  return set;
}

/// A stop is seen within this time.
constexpr timespec kPause{.tv_sec = 0, .tv_nsec = 20'000'000};

/// What libmilter's signal thread waits for instead of signals. Ends with the process: that thread
/// outlives main().
std::counting_semaphore<> libmilter_stops{0};

}  // namespace

void block_signals() {
  const sigset_t all = set_of({SIGHUP, SIGTERM, SIGINT, SIGPIPE, SIGUSR1, SIGXFSZ});
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

SignalThread::SignalThread(std::function<void()> on_reload, std::function<bool()> wake)
    : on_reload_(std::move(on_reload)),
      wake_(std::move(wake)),
      worker_([this] { work(); }),
      waiter_([this] { wait_for_signals(); }) {}

SignalThread::~SignalThread() {
  ends_ = true;
  ::pthread_kill(waiter_.native_handle(), SIGUSR1);
  waiter_.join();
  requests_.release();
  worker_.join();
}

void SignalThread::wait_for_signals() {
  const sigset_t ours = set_of({SIGUSR1, SIGHUP, SIGTERM, SIGINT});
  while (!ends_) {
    const int signal = ::sigwaitinfo(&ours, nullptr);
    if (signal == SIGTERM || signal == SIGINT) return stop();
    if (signal != SIGUSR1 && signal != SIGHUP) continue;
    // At most one request waits; more of them are the same one.
    if (!requested_.exchange(true)) requests_.release();
  }
}

void SignalThread::stop() {
  saw_stop_ = true;
  libmilter_stops.release();
  // Nobody needs a reload any more, but the end of this object comes as a SIGUSR1.
  const sigset_t rest = set_of({SIGUSR1});
  while (!ends_ && wake_()) ::sigtimedwait(&rest, nullptr, &kPause);
}

void SignalThread::work() {
  for (;;) {
    requests_.acquire();
    if (ends_) return;
    requested_ = false;
    on_reload_();
  }
}

}  // namespace waarmerk::milter

/// Takes the place of the C library's in this program. libmilter has a thread that waits for the
/// signals that we wait for, and no way to be told not to; which of the two gets one would be
/// chance. It is the only caller, and is told SIGTERM when SignalThread has decided to stop.
/// docs/decisions/0008-signals-are-ours.md. M-37, M-38
extern "C" int sigwait(const sigset_t*, int* signal) {
  waarmerk::milter::libmilter_stops.acquire();
  *signal = SIGTERM;
  return 0;
}
