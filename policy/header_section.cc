#include "policy/header_section.h"

#include <utility>

#include "policy/auth_results.h"

namespace waarmerk::policy {

bool HeaderSection::has_room(const HeaderField& field) const {
  const bool claims = is_claim(field);
  // Deletions count the fields of a name: once one is unread, so are all below it.
  if (claims && !unread_claims_.empty()) return false;
  const std::size_t shares = claims || field.is("From") ? 2 : 1;
  return fields_.size() < shares * kMaxFields &&
         octets_ + field.name.size() + field.value.size() <= shares * kMaxHeaderBytes;
}

const HeaderField* HeaderSection::add(HeaderField field) {
  if (!has_room(field)) {
    leave_out(field);
    return nullptr;
  }
  octets_ += field.name.size() + field.value.size();
  fields_.push_back(std::move(field));
  return &fields_.back();
}

void HeaderSection::leave_out(const HeaderField& field) {
  is_oversized_ = true;
  if (!is_claim(field)) return;
  if (unread_claims_.size() == kMaxFields || claim_octets_ + field.name.size() > kMaxHeaderBytes) {
    lost_claims_ = true;
    return;
  }
  claim_octets_ += field.name.size();
  unread_claims_.push_back(field.name);
}

}  // namespace waarmerk::policy
