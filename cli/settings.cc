#include "cli/settings.h"

#include <sysexits.h>

#include "cli/files.h"
#include "policy/config_file.h"

namespace waarmerk::cli {
namespace {

Outcome<policy::Configuration> understand(const std::string& text, const std::string& file) {
  auto read = policy::read_configuration(text, file, read_settings_file);
  if (!read) return failure(EX_CONFIG, read.error());
  return std::move(*read);
}

/// The settings in it, or every error.
Outcome<policy::Settings> settings_of(policy::Configuration configuration) {
  if (configuration.is_usable()) return std::move(configuration.settings);
  Failure failure{EX_CONFIG, {}};
  for (const policy::Finding& finding : configuration.findings) {
    if (finding.severity == policy::Severity::Error) {
      failure.errors.push_back(configuration.say(finding));
    }
  }
  return std::unexpected(std::move(failure));
}

}  // namespace

Outcome<policy::Configuration> read_configuration_file(const std::string& file) {
  const auto text = read_settings_file(file, policy::kMaxConfigBytes);
  if (!text) return failure(EX_NOINPUT, text.error());
  return understand(*text, name_of(file));
}

Outcome<policy::Settings> load_settings(const std::string& file) {
  if (file.empty()) return policy::Settings{};
  auto configuration = read_configuration_file(file);
  if (!configuration) return std::unexpected(std::move(configuration.error()));
  return settings_of(std::move(*configuration));
}

Outcome<policy::Settings> load_usual_settings(const std::string& file) {
  if (!file.empty()) return load_settings(file);
  const auto text = read_settings_file(kUsualConfig, policy::kMaxConfigBytes);
  if (!text) return policy::Settings{};
  auto configuration = understand(*text, kUsualConfig);
  if (!configuration) return std::unexpected(std::move(configuration.error()));
  return settings_of(std::move(*configuration));
}

}  // namespace waarmerk::cli
