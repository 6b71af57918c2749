#include "milter/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

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

}  // namespace

void hold_reload_requests() {
  const sigset_t reload = set_of({SIGUSR1});
  ::pthread_sigmask(SIG_BLOCK, &reload, nullptr);
}

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
  const sigset_t ours = set_of({SIGUSR1, SIGHUP, SIGTERM});
  for (;;) {
    int signal = 0;
    if (::sigwait(&ours, &signal) != 0 || ends_) return;
    if (signal == SIGTERM) return hand_on_stop();
    // At most one request waits; more of them are the same one.
    if (!requested_.exchange(true)) requests_.release();
  }
}

void SignalThread::hand_on_stop() {
  saw_stop_ = true;
  // From here on only libmilter waits for it; before smfi_main() it stays pending.
  ::kill(::getpid(), SIGTERM);
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
