// Reads and writes names of DNS messages.
#include "dns/wire_name.h"

#include "base/text.h"

namespace waarmerk::dns {
namespace {

constexpr std::size_t kMaxWireName = 255;
constexpr unsigned kPointer = 0xC0;
/// A name has at most 127 labels, and no writer needs more than one pointer for each.
constexpr int kMaxPointers = 127;

}  // namespace

WireName WireName::of(const DomainName& name) {
  WireName wire;
  for (const std::string_view label : split(name.text(), '.')) {
    wire.octets += static_cast<char>(label.size());
    wire.octets += label;
  }
  wire.octets += '\0';
  return wire;
}

std::optional<DomainName> WireName::domain() const {
  std::string text;
  Cursor cursor(octets);
  while (const std::size_t length = cursor.u8()) {
    const std::string_view label = cursor.take(length);
    if (label.find('.') != std::string_view::npos) return std::nullopt;
    text += label;
    text += '.';
  }
  const auto name = DomainName::from_octets(text);
  return name ? std::optional(*name) : std::nullopt;
}

WireName read_name(Cursor& cursor) {
  WireName name;
  Cursor reader = cursor;
  // Each pointer must lead before the place where the piece that holds it began: every jump goes
  // further back, and no chain of them can come round.
  std::size_t barrier = reader.offset();
  int pointers = 0;
  while (reader.ok()) {
    const unsigned length = reader.u8();
    if (length < 0x40) {
      name.octets += static_cast<char>(length);
      name.octets += to_lower(reader.take(length));
      if (!reader.ok() || name.octets.size() > kMaxWireName) break;
      if (length > 0) continue;
      if (pointers == 0) cursor = reader;
      return name;
    }
    const std::size_t target = (length & ~kPointer) << 8U | reader.u8();
    if ((length & kPointer) != kPointer || target >= barrier || pointers == kMaxPointers) break;
    if (pointers++ == 0) cursor = reader;
    barrier = target;
    reader.seek(target);
  }
  cursor.fail();
  return {};
}

}  // namespace waarmerk::dns
