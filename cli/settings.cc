#include "cli/settings.h"

#include <sysexits.h>

#include "cli/files.h"
#include "policy/config_file.h"

namespace waarmerk::cli {
namespace {

Outcome<policy::Settings> parse(const std::string& text, const std::string& file) {
  auto parsed = policy::parse_config(text, file, read_settings_file);
  if (!parsed) return std::unexpected(Failure{EX_CONFIG, parsed.error()});
  return std::move(*parsed);
}

}  // namespace

Outcome<policy::Settings> load_settings(const std::string& file) {
  if (file.empty()) return policy::Settings{};
  const auto text = read_settings_file(file, policy::kMaxConfigBytes);
  if (!text) return failure(EX_CONFIG, text.error());
  return parse(*text, name_of(file));
}

Outcome<policy::Settings> load_usual_settings(const std::string& file) {
  if (!file.empty()) return load_settings(file);
  const auto text = read_settings_file(kUsualConfig, policy::kMaxConfigBytes);
  return text ? parse(*text, kUsualConfig) : policy::Settings{};
}

}  // namespace waarmerk::cli
