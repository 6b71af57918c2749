// The operator new of the test program.
#include "tests/dns/failing_memory.h"

#include <cstdlib>
#include <limits>
#include <new>

namespace {

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();
thread_local std::size_t left = kNever;

}  // namespace

namespace waarmerk::test {

void fail_after(std::size_t count) noexcept { left = count; }

bool never_failed() noexcept {
  const bool is_waiting = left != kNever;
  left = kNever;
  return is_waiting;
}

}  // namespace waarmerk::test

void* operator new(std::size_t size) {
  if (left != kNever && left-- == 0) throw std::bad_alloc();
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
