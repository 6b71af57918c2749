#include "milter/signals.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <latch>
#include <ostream>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

namespace waarmerk::milter {
namespace {

TEST(Signals, Usr1AsksForAReload) {
  block_signals();
  std::binary_semaphore reloaded(0);
  const SignalThread signals([&] { reloaded.release(); });
  ASSERT_EQ(::kill(::getpid(), SIGUSR1), 0);
  reloaded.acquire();
  EXPECT_FALSE(signals.saw_stop());
}

// M-37
TEST(Signals, AHundredHangUpsEndNothing) {
  block_signals();
  std::atomic<int> reloads = 0;
  {
    const SignalThread signals([&] {
      ++reloads;
      reloads.notify_all();
    });
    for (int i = 0; i < 100; ++i) ASSERT_EQ(::kill(::getpid(), SIGHUP), 0);
    reloads.wait(0);
  }
  EXPECT_GE(reloads, 1);
  EXPECT_LE(reloads, 100);
}

/// A signal that comes during a reload is not lost.
TEST(Signals, OneDuringAReloadMakesAnother) {
  block_signals();
  std::binary_semaphore begun(0);
  std::binary_semaphore go_on(0);
  std::latch twice(2);
  const SignalThread signals([&] {
    begun.release();
    go_on.acquire();
    twice.count_down();
  });
  ASSERT_EQ(::kill(::getpid(), SIGUSR1), 0);
  begun.acquire();
  ASSERT_EQ(::kill(::getpid(), SIGUSR1), 0);
  go_on.release();
  begun.acquire();
  go_on.release();
  twice.wait();
}

/// In these tests the test is libmilter's signal thread.
int wait_as_libmilter() {
  sigset_t stop;
  ::sigemptyset(&stop);
  ::sigaddset(&stop, SIGTERM);
  int signal = 0;
  EXPECT_EQ(::sigwait(&stop, &signal), 0);
  return signal;
}

struct StopCase {
  std::string name;
  std::vector<int> signals;
};
std::ostream& operator<<(std::ostream& out, const StopCase& row) { return out << row.name; }

class StopSignals : public testing::TestWithParam<StopCase> {};

// M-38
TEST_P(StopSignals, StopLibmilterAndWakeUntilNobodySleeps) {
  block_signals();
  std::atomic<int> calls = 0;
  const SignalThread signals([] {},
                             [&] {
                               ++calls;
                               calls.notify_all();
                               return calls < 3;
                             });
  for (const int signal : GetParam().signals) ASSERT_EQ(::kill(::getpid(), signal), 0);
  EXPECT_EQ(wait_as_libmilter(), SIGTERM);
  for (int seen = calls; seen < 3; seen = calls) calls.wait(seen);
  EXPECT_TRUE(signals.saw_stop());
}

INSTANTIATE_TEST_SUITE_P(Table, StopSignals,
                         testing::Values(StopCase{"Term", {SIGTERM}}, StopCase{"Int", {SIGINT}},
                                         StopCase{"ReloadAndTerm", {SIGUSR1, SIGTERM}},
                                         StopCase{"HangUpAndInt", {SIGHUP, SIGINT}}),
                         [](const auto& row) { return row.param.name; });

/// The signal itself stays with whoever else could wait for it: libmilter never does.
TEST(Signals, ReachNobodyWhoCallsSigwait) {
  block_signals();
  ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
  std::atomic<bool> has_returned = false;
  std::thread libmilter([&] {
    wait_as_libmilter();
    has_returned = true;
  });
  sigset_t pending;
  ASSERT_EQ(::sigpending(&pending), 0);
  EXPECT_EQ(::sigismember(&pending, SIGTERM), 1);
  EXPECT_FALSE(has_returned);
  const SignalThread signals([] {});
  libmilter.join();
  EXPECT_TRUE(signals.saw_stop());
}

/// libmilter is bound to the sigwait() of this program, not to that of the C library.
TEST(Signals, AreOursByTheDynamicLinker) {
  int (*const ours)(const sigset_t*, int*) = ::sigwait;
  EXPECT_EQ(::dlsym(RTLD_DEFAULT, "sigwait"), reinterpret_cast<void*>(ours));
  Dl_info found{};
  ASSERT_NE(::dladdr(reinterpret_cast<void*>(ours), &found), 0);
  EXPECT_NE(std::string(found.dli_fname).find("milter_test"), std::string::npos) << found.dli_fname;
}

TEST(Signals, EndInTheMidstOfAStop) {
  block_signals();
  {
    std::atomic<bool> is_called = false;
    const SignalThread signals([] {},
                               [&] {
                                 is_called = true;
                                 is_called.notify_all();
                                 return true;
                               });
    ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
    is_called.wait(false);
  }
  EXPECT_EQ(wait_as_libmilter(), SIGTERM) << "libmilter finds it when it begins";
}

TEST(Signals, EndWithoutEverHavingComeIn) {
  block_signals();
  const SignalThread signals([] {});
}

}  // namespace
}  // namespace waarmerk::milter
