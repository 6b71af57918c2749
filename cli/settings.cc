#include "cli/settings.h"

#include <sysexits.h>

#include <ostream>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/files.h"
#include "policy/config_file.h"
#include "policy/config_tests/run.h"
#include "policy/contradictions.h"

namespace waarmerk::cli {
namespace {

/// What is asked about here may be tried with such a file, but nothing runs with it.
void say_failing_tests(const policy::Configuration& configuration, std::ostream& err) {
  auto failing = policy::failing_tests(configuration);
  for (policy::Finding& finding : failing) {
    finding.severity = policy::Severity::Warning;
    err << printable(to_string(configuration.say(finding)), 1000) << "\n";
  }
  if (failing.empty()) return;
  err << configuration.file_name
      << ": warning: the daemon would not take this file: tests in it fail\n";
}

/// The settings in it, or every error.
Outcome<policy::Settings> settings_of(policy::Configuration configuration) {
  auto settings = policy::usable_settings(std::move(configuration));
  if (!settings) return std::unexpected(Failure{EX_CONFIG, std::move(settings.error())});
  return std::move(*settings);
}

void warn(const policy::Configuration& configuration, std::ostream& err) {
  for (const policy::Finding& finding : configuration.findings) {
    if (finding.severity != policy::Severity::Warning) continue;
    err << printable(to_string(configuration.say(finding)), 1000) << "\n";
  }
}

}  // namespace

Outcome<policy::Configuration> read_configuration_file(const std::string& file) {
  const auto text = read_settings_file(file, policy::kMaxConfigBytes);
  if (!text) return failure(EX_NOINPUT, text.error());
  auto read = policy::read_configuration(*text, name_of(file), read_settings_file);
  if (!read) return failure(EX_CONFIG, read.error());
  return std::move(*read);
}

Outcome<policy::Settings> load_settings(const std::string& file, std::ostream& err) {
  if (file.empty()) return policy::Settings{};
  auto configuration = read_configuration_file(file);
  if (!configuration) return std::unexpected(std::move(configuration.error()));
  say_failing_tests(*configuration, err);
  return settings_of(std::move(*configuration));
}

Outcome<policy::Settings> load_verifying_settings(const std::string& file, const std::string& list,
                                                  std::ostream& err) {
  if (file.empty()) return policy::Settings{};
  auto configuration = read_configuration_file(file);
  if (!configuration) return std::unexpected(std::move(configuration.error()));
  configuration->add(policy::public_suffix_findings(configuration->settings.dmarc, list));
  warn(*configuration, err);
  say_failing_tests(*configuration, err);
  return settings_of(std::move(*configuration));
}

Outcome<policy::Settings> load_usual_settings(const std::string& file) {
  auto configuration = read_configuration_file(file.empty() ? kUsualConfig : file);
  const bool is_missing = !configuration && configuration.error().status == EX_NOINPUT;
  if (file.empty() && is_missing) return policy::Settings{};
  if (!configuration) return std::unexpected(std::move(configuration.error()));
  return settings_of(std::move(*configuration));
}

}  // namespace waarmerk::cli
