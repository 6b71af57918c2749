// DNS messages as octets. Pure; any octets may come in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dns/types.h"

namespace waarmerk::dns {

/// Largest reply that a server may send us over UDP; no IP fragment is needed for it.
inline constexpr std::uint16_t kMaxUdpReply = 1232;

/// Whether a query announces EDNS. Without it there is no Extended DNS Error and UDP ends at 512
/// octets; some old servers answer only then.
enum class Edns : std::uint8_t { Announce, Omit };

/// A query message: recursion desired, and AD set, which asks for the AD bit of the reply. The OPT
/// record comes last and has exactly 11 octets. RFC 1035 4.1, RFC 6840 5.7, RFC 6891 6.1
[[nodiscard]] std::string write_query(const Question& question, std::uint16_t id, Edns edns);

/// A reply message, as far as it was asked for.
struct Reply {
  std::uint16_t id = 0;
  /// With the upper bits of EDNS. 0 for octets that are no DNS message.
  unsigned rcode = 0;
  /// The TC flag: to be asked again over TCP. The answer then is Malformed. RFC 2181 9
  bool is_truncated = false;
  bool has_edns = false;
  /// Secure here means that the AD bit is set; whether to believe it is for the caller to say.
  Answer answer;
};

/// Reads the reply to `question`. Never fails: octets that are no reply, or the reply to another
/// question, give an answer that is Malformed and says why in `detail`.
///
/// CNAMEs are followed inside the reply, at most 10. A referral (NS records of somewhere else, and
/// no SOA) is Refused: that server does not do the work of a resolver. Records of which none has to
/// do with the question are no denial of it, but Malformed. The TTL is the smallest of the chain
/// and the records, or that of the SOA and its MINIMUM for a negative answer; 0 without SOA. An
/// Extended DNS Error goes into `detail`; with SERVFAIL, one that tells of failed validation makes
/// the answer Bogus. Linear in the size of the reply.
/// RFC 1035 4.1, RFC 2181 8, RFC 2308 2 and 5, RFC 6604, RFC 8914
[[nodiscard]] Reply parse_reply(std::string_view octets, const Question& question);

}  // namespace waarmerk::dns
