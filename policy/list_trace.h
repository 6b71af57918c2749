// Traces that mailing lists leave in the header. RFC 2919, RFC 2369
#pragma once

#include <vector>

#include "policy/facts.h"
#include "policy/message.h"

namespace waarmerk::policy {

/// At most so many traces are kept; a real list leaves two.
inline constexpr std::size_t kMaxListTraces = 4;
/// At most so many fields are read for them.
inline constexpr std::size_t kMaxListFields = 20;

/// The domains of List-Id and List-Post fields, distinct, from the top. Only what a strict reading
/// gives: `List-Id: name <list.example.org>` and `List-Post: <mailto:list@example.org>`. Anyone can
/// write these fields: they are evidence only when tied to an authenticated identity. Pure; linear.
/// RFC 2919 3, RFC 2369 3.4
[[nodiscard]] std::vector<ListTrace> list_traces(HeaderFields fields);

}  // namespace waarmerk::policy
