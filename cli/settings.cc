#include "cli/settings.h"

#include <sysexits.h>

#include <ostream>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/files.h"
#include "policy/config_file.h"
#include "policy/contradictions.h"

namespace waarmerk::cli {
namespace {

Outcome<policy::Settings> parse(const std::string& text, const std::string& file) {
  auto parsed = policy::parse_config(text, file, read_settings_file);
  if (!parsed) return std::unexpected(Failure{EX_CONFIG, parsed.error()});
  return std::move(*parsed);
}

void warn(const policy::Configuration& configuration, std::ostream& err) {
  for (const policy::Finding& finding : configuration.findings) {
    if (finding.severity != policy::Severity::Warning) continue;
    err << printable(to_string(configuration.say(finding)), 1000) << "\n";
  }
}

}  // namespace

Outcome<policy::Settings> load_settings(const std::string& file) {
  if (file.empty()) return policy::Settings{};
  const auto text = read_settings_file(file, policy::kMaxConfigBytes);
  if (!text) return failure(EX_CONFIG, text.error());
  return parse(*text, name_of(file));
}

Outcome<policy::Settings> load_verifying_settings(const std::string& file, const std::string& list,
                                                  std::ostream& err) {
  if (file.empty()) return policy::Settings{};
  const auto text = read_settings_file(file, policy::kMaxConfigBytes);
  if (!text) return failure(EX_CONFIG, text.error());
  auto read = policy::read_configuration(*text, name_of(file), read_settings_file);
  if (!read) return failure(EX_CONFIG, read.error());
  read->add(policy::public_suffix_findings(read->settings.dmarc, list));
  warn(*read, err);
  auto settings = policy::usable_settings(std::move(*read));
  if (!settings) return std::unexpected(Failure{EX_CONFIG, std::move(settings.error())});
  return std::move(*settings);
}

Outcome<policy::Settings> load_usual_settings(const std::string& file) {
  if (!file.empty()) return load_settings(file);
  const auto text = read_settings_file(kUsualConfig, policy::kMaxConfigBytes);
  return text ? parse(*text, kUsualConfig) : policy::Settings{};
}

}  // namespace waarmerk::cli
