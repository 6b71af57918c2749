// policy/config_file.h and config_text.h: any octets. What is wrong with them is said in one line
// each, and what is usable is shown as a configuration with the same values.
#include "policy/config_file.h"

#include "policy/config_text.h"
#include "policy/options.h"
#include "policy/rules/keys.h"
#include "tests/fuzz/target.h"

namespace waarmerk {
namespace {

/// Every file holds its own name, and one that any condition takes.
Result<std::string> read_file(const std::string& path, std::size_t limit) {
  if (path.find("client") != std::string::npos) return std::string("192.0.2.0/24\n");
  return (path + "\nexample.org # by file\n").substr(0, limit);
}

}  // namespace

void fuzz_one(std::string_view text) {
  const auto first = policy::read_configuration(text, "fuzz.toml", read_file);
  if (!first) return;
  for (const policy::Finding& finding : first->findings) {
    require(to_string(first->say(finding)).find('\n') == std::string::npos);
  }
  if (!first->is_usable()) return;
  const auto second =
      policy::read_configuration(policy::effective_config(*first), "again.toml", read_file);
  require(second && second->is_usable());
  for (const policy::Option& option : policy::options()) {
    require(option.show(first->settings) == option.show(second->settings));
  }
  require(first->settings.rules.size() == second->settings.rules.size());
  for (std::size_t i = 0; i < first->settings.rules.size(); ++i) {
    for (const policy::RuleKey& key : policy::rule_keys()) {
      require(key.show(first->settings.rules[i]) == key.show(second->settings.rules[i]));
    }
  }
}

}  // namespace waarmerk
