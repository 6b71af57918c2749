#include "milter/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <latch>
#include <semaphore>

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

// M-38
TEST(Signals, TermIsHandedOnAndWakesUntilNobodySleeps) {
  block_signals();
  std::atomic<int> calls = 0;
  const SignalThread signals([] {},
                             [&] {
                               ++calls;
                               calls.notify_all();
                               return calls < 3;
                             });
  ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
  calls.wait(0);
  // This test is libmilter: it waits for the same signal.
  sigset_t stop;
  ::sigemptyset(&stop);
  ::sigaddset(&stop, SIGTERM);
  int signal = 0;
  ASSERT_EQ(::sigwait(&stop, &signal), 0);
  for (int seen = calls; seen < 3; seen = calls) calls.wait(seen);
  EXPECT_TRUE(signals.saw_stop());
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
  sigset_t pending;
  ASSERT_EQ(::sigpending(&pending), 0);
  EXPECT_EQ(::sigismember(&pending, SIGTERM), 1) << "libmilter will find it";
  int signal = 0;
  ::sigemptyset(&pending);
  ::sigaddset(&pending, SIGTERM);
  ASSERT_EQ(::sigwait(&pending, &signal), 0);
}

TEST(Signals, EndWithoutEverHavingComeIn) {
  block_signals();
  const SignalThread signals([] {});
}

}  // namespace
}  // namespace waarmerk::milter
