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

TEST(Signals, EndWithoutEverHavingComeIn) {
  block_signals();
  const SignalThread signals([] {});
}

}  // namespace
}  // namespace waarmerk::milter
