// The hashes of DKIM as libopendkim computes them: the second opinion on the native hasher.
#pragma once

#include <memory>

#include "policy/dkim/hasher.h"

namespace waarmerk::policy::dkim {

/// A hasher over libopendkim's canonicalization. The library sees only header fields, bodies and
/// signature fields that our parser took and that lie within its means; it fetches no key, and
/// verifies nothing. What it cannot take is refused, each with its reason: a bare CR or LF, VT or
/// FF, octets from 0x80 on in the signature, a header of more than kMaxLibraryFields fields or
/// kMaxLibraryHeader octets, a signature field of more than 32 KiB, an h= of more than 4,000
/// octets, a long i=, tag names that its reading of b= stumbles over, dates before September 2001
/// or after the year 9999, a signature that signs other signatures. One library handle serves all
/// threads.
[[nodiscard]] std::unique_ptr<Hasher> make_libopendkim_hasher();

/// Bounds of what the library is given: its selection of fields takes fields times names steps.
inline constexpr std::size_t kMaxLibraryFields = 1'000;
inline constexpr std::size_t kMaxLibraryHeader = std::size_t{1} << 20U;

}  // namespace waarmerk::policy::dkim
