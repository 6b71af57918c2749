// Memory that runs out at a chosen allocation.
#pragma once

#include <cstddef>

namespace waarmerk::test {

/// From now on `count` allocations of this thread succeed, and the one after them throws
/// std::bad_alloc; then memory is there again.
void fail_after(std::size_t count) noexcept;
/// Takes fail_after back. True if nothing has failed since.
bool never_failed() noexcept;

}  // namespace waarmerk::test
