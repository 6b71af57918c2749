#include "policy/spf/personal_names.h"

#include <algorithm>

#include "base/text.h"

namespace waarmerk::policy::spf {

void PersonalNames::add(const DomainName& name) {
  if (!contains(name)) names_.push_back(name);
}

bool PersonalNames::contains(const DomainName& name) const {
  return std::ranges::find(names_, name) != names_.end();
}

std::string PersonalNames::hidden_in(std::string text) const {
  constexpr std::string_view kHidden = "(hidden)";
  for (const DomainName& name : names_) {
    const std::string shown = printable(name.text(), 253);
    for (auto at = text.find(shown); at != std::string::npos;
         at = text.find(shown, at + kHidden.size())) {
      text.replace(at, shown.size(), kHidden);
    }
  }
  return text;
}

}  // namespace waarmerk::policy::spf
