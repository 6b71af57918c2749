// Text as it may stand in a header field or a reply that we write.
#include "policy/field_text.h"

#include <algorithm>

#include "base/text.h"

namespace waarmerk::policy {
namespace {

constexpr std::string_view kEllipsis = "...";

/// `text` shortened to `max_length` octets, after a whole word when there is one.
std::string cut_at_word(std::string text, std::size_t max_length) {
  if (text.size() <= max_length) return text;
  const std::size_t room = max_length - std::min(max_length, kEllipsis.size());
  // The octet after the last one that fits may be the space: then the word before it is whole.
  const auto space = text.rfind(' ', room);
  text.resize(space == std::string::npos || space == 0 ? room : space);
  text += kEllipsis.substr(0, max_length - text.size());
  return text;
}

}  // namespace

std::string phrase(std::string_view text, std::size_t max_length) {
  std::string line;
  line.reserve(std::min(text.size(), max_length + 1));
  for (const char c : trim(text)) {
    if (is_fws(c)) {
      if (!line.ends_with(' ')) line += ' ';
    } else {
      line += is_control(c) || !is_ascii(c) ? '?' : c;
    }
    // One octet more than fits shows that something has to go.
    if (line.size() > max_length) break;
  }
  return cut_at_word(std::move(line), max_length);
}

void append_folded(std::string& out, std::size_t& column, std::string_view text) {
  for (bool first = true; const std::string_view word : split(text, ' ')) {
    if (!first) {
      const bool fits = column + 1 + word.size() < kFoldColumn;
      out += fits ? " " : "\n ";
      column = fits ? column + 1 : 1;
    }
    out += word;
    column += word.size();
    first = false;
  }
}

}  // namespace waarmerk::policy
