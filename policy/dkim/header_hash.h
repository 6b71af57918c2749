// Which header fields a signature covers, and their hash. RFC 6376 3.7, 5.4.2
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "policy/dkim/signature.h"
#include "policy/message.h"

namespace waarmerk::policy::dkim {

/// The fields of one message, sorted by name once for all of its signatures. Building it and each
/// selection take n log n steps in the number of fields and names, so that 10,000 fields or 500,000
/// names in h= are no burden; a field is brought into relaxed form once at most. Refers to the
/// fields. Not thread-safe.
class HeaderIndex {
 public:
  HeaderIndex() = default;
  explicit HeaderIndex(HeaderFields fields);

  /// The fields that `names`, the text of h=, means, in that order: each further mention of a name
  /// is the next field of that name from the bottom; a mention without a field left selects
  /// nothing. The field at position `own`, the signature itself, is never selected. RFC 6376 5.4.2
  [[nodiscard]] std::vector<const HeaderField*> select(std::string_view names,
                                                       std::size_t own) const;

  /// The hash that the b= of `signature`, which is the field at position `own`, signs. The fields
  /// are streamed into it. RFC 6376 3.7
  [[nodiscard]] crypto::Digest hash(const Signature& signature, std::size_t own);

 private:
  struct Entry {
    std::string_view name;
    std::size_t position = 0;
  };

  void append(HashStream& stream, Canonicalization form, const HeaderField& field);

  HeaderFields fields_;
  /// By name without regard to case, equal names from the bottom of the message to its top.
  std::vector<Entry> entries_;
  /// The relaxed forms of the fields that a signature covered so far, else empty. They cost several
  /// times what their hash costs, and twenty signatures may cover them all.
  std::vector<std::string> relaxed_;
};

}  // namespace waarmerk::policy::dkim
