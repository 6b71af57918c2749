#include "reporting/store/stored_text.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace waarmerk::reporting {
namespace {

constexpr std::size_t kDigits = 3;
constexpr std::uint64_t kMaxOctet = 255;

void append_escape(std::string& out, char c) {
  const auto octet = static_cast<unsigned char>(c);
  out += '\\';
  for (const int weight : {100, 10, 1}) out += static_cast<char>('0' + octet / weight % 10);
}

}  // namespace

std::string stored_text(std::string_view octets) {
  const auto is_plain = [](char c) { return is_ascii(c) && c != '\0' && c != '\\'; };
  if (std::ranges::all_of(octets, is_plain)) return std::string(octets);
  std::string out;
  while (!octets.empty()) {
    const std::size_t length = octets.front() == '\0' ? 0 : utf8_sequence_length(octets);
    if (length == 0) {
      append_escape(out, octets.front());
    } else {
      if (octets.front() == '\\') out += '\\';
      out += octets.substr(0, length);
    }
    octets.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::optional<std::string> octets_of(std::string_view stored) {
  if (stored.find('\\') == std::string_view::npos) return std::string(stored);
  std::string octets;
  while (!stored.empty()) {
    const char c = stored.front();
    stored.remove_prefix(1);
    if (c != '\\') {
      octets += c;
    } else if (stored.starts_with('\\')) {
      octets += c;
      stored.remove_prefix(1);
    } else {
      if (stored.size() < kDigits) return std::nullopt;
      const auto octet = parse_number(stored.substr(0, kDigits), kMaxOctet);
      if (!octet) return std::nullopt;
      octets += static_cast<char>(*octet);
      stored.remove_prefix(kDigits);
    }
  }
  return octets;
}

}  // namespace waarmerk::reporting
