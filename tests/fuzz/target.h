// What a fuzz target is: one function over octets.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace waarmerk {

/// Hands `text` to the parser under test. Whatever it holds, nothing may crash or be undefined.
void fuzz_one(std::string_view text);

/// Ends the program, so that the fuzzer keeps the input, if what must always hold does not.
inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace waarmerk
