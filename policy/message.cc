#include "policy/message.h"

#include <algorithm>

#include "base/text.h"

namespace waarmerk::policy {

std::string_view HeaderField::bare_name() const { return trim_right(name); }

bool HeaderField::is(std::string_view field_name) const { return iequals(bare_name(), field_name); }

namespace {

constexpr std::string_view kLineEnd = "\r\n";

/// Where the field that begins at `text` ends: the first CRLF that no white space follows.
std::size_t field_length(std::string_view text) {
  for (std::size_t from = 0;;) {
    const auto end = text.find(kLineEnd, from);
    if (end == std::string_view::npos) return text.size();
    from = end + kLineEnd.size();
    if (from >= text.size() || !is_wsp(text[from])) return end;
  }
}

/// A field name is one or more printable octets but the colon; obsolete white space may follow.
bool is_field_name(std::string_view name) {
  const std::string_view bare = trim_right(name);
  if (bare.empty()) return false;
  for (const char c : bare) {
    if (c <= ' ' || is_control(c) || !is_ascii(c)) return false;
  }
  return true;
}

}  // namespace

SplitMessage split_message(std::string_view text) {
  SplitMessage message;
  while (!text.empty() && !text.starts_with(kLineEnd)) {
    const std::string_view field = text.substr(0, field_length(text));
    const auto colon = field.find(':');
    if (colon != std::string_view::npos && is_field_name(field.substr(0, colon))) {
      message.fields.push_back(
          {std::string(field.substr(0, colon)), std::string(field.substr(colon + 1))});
    } else {
      ++message.ignored_lines;
    }
    text.remove_prefix(std::min(text.size(), field.size() + kLineEnd.size()));
  }
  if (text.starts_with(kLineEnd)) text.remove_prefix(kLineEnd.size());
  message.body = text;
  return message;
}

}  // namespace waarmerk::policy
