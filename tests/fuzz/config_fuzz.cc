// policy/config_file.h and config_text.h: any octets, no crash; and what is usable is shown as a
// configuration with the same values.
#include "policy/config_file.h"

#include <cstdlib>

#include "policy/config_text.h"
#include "policy/options.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const auto first = policy::read_configuration(text, "fuzz.toml");
  if (!first || !first->is_usable()) return;
  const auto second = policy::read_configuration(policy::effective_config(*first), "again.toml");
  if (!second || !second->is_usable()) std::abort();
  for (const policy::Option& option : policy::options()) {
    if (option.show(first->settings) != option.show(second->settings)) std::abort();
  }
}

}  // namespace waarmerk
