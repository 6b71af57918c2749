// What a fuzz target is: one function over octets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waarmerk {

/// Hands `text` to the parser under test. Whatever it holds, nothing may crash or be undefined.
void fuzz_one(std::string_view text);

}  // namespace waarmerk
