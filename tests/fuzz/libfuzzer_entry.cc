// The name by which libFuzzer calls a target.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const void* octets = data;
  waarmerk::fuzz_one({static_cast<const char*>(octets), size});
  return 0;
}
