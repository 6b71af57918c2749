// Watching pipes, waking, and a thread without signals.
#include "dns/event_loop.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <new>
#include <optional>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace waarmerk::dns {
namespace {

/// Far longer than anything here takes.
constexpr auto kLong = 60s;

class Pipe {
 public:
  Pipe() {
    if (pipe(ends_.data()) != 0) throw std::bad_alloc();
  }
  ~Pipe() {
    for (const int fd : ends_) close(fd);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] int reader() const { return ends_[0]; }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void fill() const { EXPECT_EQ(write(writer(), "x", 1), 1); }

 private:
  std::array<int, 2> ends_{-1, -1};
};

std::vector<int> ready_after(Poller& poller, std::chrono::milliseconds patience) {
  std::vector<int> ready;
  poller.wait(patience, [&ready](const Readiness& which) { ready.push_back(which.fd); });
  return ready;
}

TEST(Poller, NamesTheDescriptorThatIsReady) {
  auto poller = Poller::open().value();
  const Pipe quiet;
  const Pipe full;
  full.fill();
  poller.watch({quiet.reader(), true, false});
  poller.watch({full.reader(), true, false});
  EXPECT_EQ(ready_after(poller, kLong), std::vector{full.reader()});
}

TEST(Poller, WatchingAgainChangesForWhat) {
  auto poller = Poller::open().value();
  const Pipe pipe;
  poller.watch({pipe.writer(), false, true});
  EXPECT_EQ(ready_after(poller, kLong), std::vector{pipe.writer()});
  poller.watch({pipe.writer(), false, false});
  EXPECT_TRUE(ready_after(poller, 0ms).empty());
}

TEST(Poller, AForgottenDescriptorIsNotWatched) {
  auto poller = Poller::open().value();
  const Pipe pipe;
  pipe.fill();
  poller.watch({pipe.reader(), true, false});
  poller.forget(pipe.reader());
  EXPECT_TRUE(ready_after(poller, 0ms).empty());
}

TEST(Poller, AWakeEndsOneWait) {
  auto poller = Poller::open().value();
  poller.wake();
  poller.wake();
  poller.wait(std::nullopt, [](const Readiness&) { FAIL() << "nothing is watched"; });
  EXPECT_TRUE(ready_after(poller, 0ms).empty());
}

TEST(Poller, AWakeComesFromAnotherThread) {
  auto poller = Poller::open().value();
  std::thread other([&poller] { poller.wake(); });
  poller.wait(std::nullopt, [](const Readiness&) { FAIL() << "nothing is watched"; });
  other.join();
}

// M-37a
TEST(ThreadWithoutSignals, BlocksThemAllAndLeavesTheStarterAsItWas) {
  const auto blocked = [] {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    std::vector<int> signals;
    for (const int signal : {SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGUSR1}) {
      if (sigismember(&mask, signal) == 1) signals.push_back(signal);
    }
    return signals;
  };
  const auto before = blocked();
  std::vector<int> inside;
  auto thread = start_thread_without_signals([&] { inside = blocked(); });
  ASSERT_TRUE(thread.has_value());
  thread->join();
  EXPECT_EQ(inside, (std::vector{SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGUSR1}));
  EXPECT_EQ(blocked(), before);
}

}  // namespace
}  // namespace waarmerk::dns
