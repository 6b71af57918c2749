#include "milter/header_value.h"

namespace waarmerk::milter {

std::string received_value(std::string_view value, const Rights& rights) {
  std::string received;
  received.reserve(value.size() + 8);
  // A tab was never eaten, and hardly anybody writes a space before one.
  if (!rights.keeps_leading_space && !value.starts_with('\t')) received += ' ';
  for (const char c : value) {
    if (c == '\n' && !received.ends_with('\r')) received += '\r';
    received += c;
  }
  return received;
}

std::string sent_value(std::string_view value, const Rights& rights) {
  std::string sent(rights.keeps_leading_space ? " " : "");
  return sent += value;
}

std::string sent_reply_text(std::string_view text) {
  std::string sent;
  for (const char c : text) sent.append(c == '%' ? 2 : 1, c);
  return sent;
}

}  // namespace waarmerk::milter
