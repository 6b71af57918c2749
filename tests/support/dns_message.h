// Replies of a DNS server, octet by octet, also such that no server should send.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dns/types.h"

namespace waarmerk::test {

/// A name without compression: "example.com" becomes 07 example 03 com 00, "" or "." the root.
[[nodiscard]] std::string wire_name(std::string_view text);
/// 16 and 32 bits in network order.
[[nodiscard]] std::string wire_u16(unsigned value);
[[nodiscard]] std::string wire_u32(std::uint32_t value);
/// One character-string of at most 255 octets.
[[nodiscard]] std::string wire_string(std::string_view octets);
/// RDATA of an SOA with the given last field.
[[nodiscard]] std::string wire_soa(std::uint32_t minimum);
/// An Extended DNS Error as an option of OPT.
[[nodiscard]] std::string wire_extended_error(unsigned code, std::string_view text);

/// Builds a reply: flags, then records in the order of the sections.
class ReplyWriter {
 public:
  /// A reply to `question` with the flags QR, RD and RA.
  ReplyWriter(std::uint16_t id, const dns::Question& question);

  /// Sets bits of the flags, e.g. the RCODE or 0x20 for AD.
  ReplyWriter& flags(unsigned bits);
  /// Records with the name of the question, by compression, or with a name in wire form.
  ReplyWriter& answer(unsigned type, std::uint32_t ttl, std::string_view rdata);
  ReplyWriter& answer(std::string_view owner, unsigned type, std::uint32_t ttl,
                      std::string_view rdata);
  ReplyWriter& authority(std::string_view owner, unsigned type, std::uint32_t ttl,
                         std::string_view rdata);
  /// The OPT record. `upper_rcode` are the upper 8 bits of an extended RCODE.
  ReplyWriter& opt(std::string_view options = {}, unsigned upper_rcode = 0);

  [[nodiscard]] std::string octets() const;

 private:
  ReplyWriter& record(unsigned& count, std::string_view owner, unsigned type,
                      std::string_view class_ttl_rdata);

  std::uint16_t id_;
  unsigned flags_ = 0x8180;
  unsigned answers_ = 0;
  unsigned authorities_ = 0;
  unsigned additionals_ = 0;
  std::string question_;
  std::string records_;
};

}  // namespace waarmerk::test
