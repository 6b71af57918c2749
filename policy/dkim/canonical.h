// Canonicalization of header fields and bodies, streamed into a hash. RFC 6376 3.4
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "policy/dkim/hash_stream.h"
#include "policy/message.h"

namespace waarmerk::policy::dkim {

/// The two algorithms, for header and body alike. RFC 6376 3.4
enum class Canonicalization : std::uint8_t { Simple, Relaxed };

/// Appends `field` in canonical form, with its final CRLF. One pass over the octets. Only SP and
/// HTAB are white space; a bare CR, a bare LF, VT, FF and octets from 0x80 on are data. RFC
/// 6376 3.4.1, 3.4.2
void append_header(HashStream& hash, Canonicalization canonicalization, const HeaderField& field);

/// The canonical form of `field` as append_header() hashes it.
[[nodiscard]] std::string canonical_header(Canonicalization canonicalization,
                                           const HeaderField& field);

/// Appends a signature field whose value is `before_b` + `after_b`, that is without the value of
/// b=, and without a final CRLF: the last thing that a header hash covers. RFC 6376 3.7
void append_signature(HashStream& hash, Canonicalization canonicalization, std::string_view name,
                      std::string_view before_b, std::string_view after_b);

/// How much of a body its hash covers.
enum class Coverage : std::uint8_t {
  Whole,     ///< all of the canonical body
  Part,      ///< l= ends before the body does
  TooShort,  ///< l= counts more octets than the canonical body has
};

struct BodyDigest {
  crypto::Digest digest{};
  Coverage coverage = Coverage::Whole;

  bool operator==(const BodyDigest&) const = default;
};

/// Where a hash of a body ends: after so many octets of its canonical form (l=), or at its end.
using BodyLimit = std::optional<std::uint64_t>;

/// The hashes of a body in one canonical form, each up to a limit of its own:
/// `BodyHasher (feed* finish)`. All are taken from one running hash: the work is that of the
/// longest, and a few hundred octets' worth for each of the others. The result does not depend on
/// how the body was cut into chunks. Nothing of the body is kept: empty lines and white space that
/// may turn out to be the end are counted, not stored. Work is linear in the octets fed, and little
/// beside that of the hash: runs that are their own canonical form are found eight octets at a
/// time. Only CRLF ends a line; a bare CR or LF and NUL are data. Not thread-safe. RFC
/// 6376 3.4.3, 3.4.4, 3.4.5
class BodyHasher {
 public:
  explicit BodyHasher(Canonicalization canonicalization, std::vector<BodyLimit> limits = {});

  void feed(std::string_view chunk);
  /// One digest for each limit, in the order given. Call once.
  [[nodiscard]] std::vector<BodyDigest> finish();

 private:
  void feed_simple(std::string_view chunk);
  void feed_relaxed(std::string_view chunk);
  void release_withheld();
  void append(std::string_view canonical);
  void take_cut();

  /// The hash of the first `limit` octets, once there are as many.
  struct Cut {
    std::uint64_t limit = 0;
    crypto::Digest digest{};
  };

  Canonicalization canonicalization_;
  std::vector<BodyLimit> limits_;
  bool wants_whole_ = false;
  /// One for each different limit, the lowest first; those before next_cut_ are taken.
  std::vector<Cut> cuts_;
  std::size_t next_cut_ = 0;
  HashStream hash_;
  /// Canonical octets so far, also those beyond every limit.
  std::uint64_t length_ = 0;
  // Seen but not yet known to be inside the body; in this order.
  std::uint64_t withheld_line_ends_ = 0;
  bool withheld_space_ = false;
  bool withheld_cr_ = false;
};

}  // namespace waarmerk::policy::dkim
