// The header of a message while it comes in, kept within bounds.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "policy/message.h"

namespace waarmerk::policy {

/// Bounds of what is kept of one header. From fields, and fields that could be ours, may take as
/// much again, so that padding cannot hide them; beyond that, of as many fields that could be ours
/// the name is kept.
inline constexpr std::size_t kMaxFields = 10'000;
inline constexpr std::size_t kMaxHeaderBytes = std::size_t{4} << 20U;

/// Collects the fields of one header from the top. Work and memory per field are linear in its
/// octets; all of them together take at most two times the bounds, and the names. Not thread-safe.
class HeaderSection {
 public:
  /// Returns the field as it is kept, until the next call; nullptr if it is beyond the bounds.
  const HeaderField* add(HeaderField field);

  [[nodiscard]] HeaderFields fields() const { return fields_; }
  /// True if a field was left out: whatever is computed from fields() is not about the message.
  [[nodiscard]] bool is_oversized() const { return is_oversized_; }
  /// The names, as received, of the fields beyond the bounds that could be ours. They all stand
  /// below those among fields() that could be.
  [[nodiscard]] std::span<const std::string> unread_claims() const { return unread_claims_; }
  /// True if there were more of those than are kept: they cannot all be removed.
  [[nodiscard]] bool lost_claims() const { return lost_claims_; }

 private:
  [[nodiscard]] bool has_room(const HeaderField& field) const;
  void leave_out(const HeaderField& field);

  std::vector<HeaderField> fields_;
  std::size_t octets_ = 0;
  std::vector<std::string> unread_claims_;
  std::size_t claim_octets_ = 0;
  bool is_oversized_ = false;
  bool lost_claims_ = false;
};

}  // namespace waarmerk::policy
