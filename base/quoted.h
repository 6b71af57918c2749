// Foreign text inside a sentence of ours.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.h"

namespace waarmerk {

/// Network text in quotes, printable and at most `max_length` octets long. A quote inside becomes
/// an apostrophe, so that the text cannot end where we did not end it and go on in our words.
[[nodiscard]] inline std::string in_quotes(std::string_view text, std::size_t max_length = 60) {
  std::string safe = printable(text, max_length);
  std::ranges::replace(safe, '"', '\'');
  return '"' + safe + '"';
}

}  // namespace waarmerk
