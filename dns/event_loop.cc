// epoll, eventfd and the signal mask.
#include "dns/event_loop.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <tuple>
#include <utility>

namespace waarmerk::dns {
namespace {

constexpr std::size_t kMaxEvents = 64;

void close_if_open(int fd) {
  if (fd >= 0) close(fd);
}

epoll_event event_for(const Readiness& wanted) {
  epoll_event event{};
  event.events = (wanted.is_readable ? EPOLLIN : 0U) | (wanted.is_writable ? EPOLLOUT : 0U);
  event.data.fd = wanted.fd;
  return event;
}

/// While it lives, this thread takes no signal, nor will a thread that it starts.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

Result<Poller> Poller::open() {
  Poller poller(epoll_create1(EPOLL_CLOEXEC), eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event = event_for({poller.wake_, true, false});
  if (epoll_ctl(poller.epoll_, EPOLL_CTL_ADD, poller.wake_, &event) != 0) {
    return fail("no event loop: " + std::system_category().message(errno));
  }
  return poller;
}

Poller::~Poller() {
  close_if_open(epoll_);
  close_if_open(wake_);
}

Poller::Poller(Poller&& other) noexcept
    : epoll_(std::exchange(other.epoll_, -1)), wake_(std::exchange(other.wake_, -1)) {}

void Poller::watch(const Readiness& wanted) {
  epoll_event event = event_for(wanted);
  if (epoll_ctl(epoll_, EPOLL_CTL_MOD, wanted.fd, &event) == 0 || errno != ENOENT) return;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wanted.fd, &event);
}

void Poller::forget(int fd) { epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr); }

void Poller::wait(std::optional<std::chrono::milliseconds> patience,
                  const std::function<void(const Readiness&)>& use) {
  constexpr std::chrono::milliseconds kLongest{60'000};
  const int timeout = patience ? static_cast<int>(std::min(*patience, kLongest).count()) : -1;
  std::array<epoll_event, kMaxEvents> events{};
  const int count = epoll_wait(epoll_, events.data(), events.size(), timeout);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.fd == wake_) {
      std::uint64_t ignored = 0;
      std::ignore = read(wake_, &ignored, sizeof ignored);
      continue;
    }
    use({event.data.fd, (event.events & ~unsigned{EPOLLOUT}) != 0, (event.events & EPOLLOUT) != 0});
  }
}

void Poller::wake() const {
  const std::uint64_t one = 1;
  // It can fail only because the counter is full; then nothing waits.
  std::ignore = write(wake_, &one, sizeof one);
}

Result<std::thread> start_thread_without_signals(std::function<void()> run) {
  const AllSignalsBlocked blocked;
  try {
    return std::thread(std::move(run));
  } catch (const std::system_error& error) {
    return fail(std::string("no thread: ") + error.what());
  }
}

}  // namespace waarmerk::dns
