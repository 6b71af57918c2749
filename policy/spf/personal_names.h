// Names that hold the sender's local part, because a record says %{l} or %{s}: what becomes of them
// where people's addresses are not to be remembered. RFC 7208 7.2, 11.6
#pragma once

#include <string>
#include <vector>

#include "base/domain_name.h"

namespace waarmerk::policy::spf {

/// A value; not thread-safe. Few names: an evaluation expands at most as many as it has terms.
class PersonalNames {
 public:
  void add(const DomainName& name);
  [[nodiscard]] bool contains(const DomainName& name) const;
  [[nodiscard]] bool empty() const { return names_.empty(); }

  /// The text with "(hidden)" in place of each of the names, as printable() shows them.
  [[nodiscard]] std::string hidden_in(std::string text) const;

 private:
  std::vector<DomainName> names_;
};

}  // namespace waarmerk::policy::spf
