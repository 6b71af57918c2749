// policy/config_file.h and config_text.h: any octets. What is wrong with them is said in one line
// each, and what is usable is shown as a configuration with the same values.
#include "policy/config_file.h"

#include "policy/config_text.h"
#include "policy/options.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const auto first = policy::read_configuration(text, "fuzz.toml");
  if (!first) return;
  for (const policy::Finding& finding : first->findings) {
    require(to_string(first->say(finding)).find('\n') == std::string::npos);
  }
  if (!first->is_usable()) return;
  const auto second = policy::read_configuration(policy::effective_config(*first), "again.toml");
  require(second && second->is_usable());
  for (const policy::Option& option : policy::options()) {
    require(option.show(first->settings) == option.show(second->settings));
  }
}

}  // namespace waarmerk
