#include "cli/config.h"

#include <sysexits.h>

#include <ostream>

#include "base/clock.h"
#include "base/json.h"
#include "cli/files.h"
#include "cli/outcome.h"
#include "cli/settings.h"
#include "milter/dry_run.h"
#include "policy/config_file.h"
#include "policy/config_text.h"
#include "policy/options.h"
#include "policy/rules/keys.h"

namespace waarmerk::cli {
namespace {

void write_value(JsonWriter& json, const policy::OptionValue& value) {
  std::visit(Overloaded{
                 [&](bool flag) { json.boolean(flag); },
                 [&](std::int64_t number) { json.number(number); },
                 [&](const std::string& text) { json.string(text); },
                 [&](const std::vector<std::string>& items) {
                   json.array_begin();
                   for (const std::string& item : items) json.string(item);
                   json.array_end();
                 },
             },
             value);
}

/// "rules":[{"line":...,"name":...,"author_domain":...,...}]: of each what it says.
void write_rules(JsonWriter& json, const std::vector<policy::Rule>& rules) {
  json.key("rules").array_begin();
  for (const policy::Rule& rule : rules) {
    json.object_begin().key("line").number(rule.line);
    for (const policy::RuleKey& key : policy::rule_keys()) {
      const auto value = key.show(rule);
      if (!value) continue;
      json.key(key.name);
      write_value(json, *value);
    }
    json.object_end();
  }
  json.array_end();
}

/// {"file":...,"options":[{"key":...,"value":...,"line":...}],"rules":[...]}; line is null for a
/// default.
std::string as_json(const policy::Configuration& configuration) {
  JsonWriter json;
  json.object_begin().field("file", configuration.file_name).key("options").array_begin();
  for (const policy::Option& option : policy::options()) {
    json.object_begin().field("key", option.key).key("value");
    write_value(json, option.show(configuration.settings));
    json.key("line");
    const auto line = configuration.lines.find(option.key);
    line == configuration.lines.end() ? json.null() : json.number(line->second);
    json.object_end();
  }
  json.array_end();
  write_rules(json, configuration.settings.rules);
  json.object_end();
  return json.take() + "\n";
}

/// The file as such, and its resolvers; whether the daemon could run with it is not asked here.
Outcome<policy::Configuration> read(const std::string& file) {
  auto configuration = read_configuration_file(file);
  if (configuration) configuration->add(milter::foresee_resolvers(configuration->settings));
  return configuration;
}

}  // namespace

int config_check(const std::string& file, const Streams& streams) {
  const auto text = read_settings_file(file, policy::kMaxConfigBytes);
  if (!text) return complain({EX_NOINPUT, {text.error()}}, streams);
  const milter::DryRun result = milter::dry_run(*text, {name_of(file), file == "-" ? "" : file},
                                                SystemClock().now(), read_settings_file);
  for (const std::string& line : result.lines) streams.err << line << "\n";
  if (!result.would_start) return EX_CONFIG;
  streams.out << name_of(file) << ": ok\n";
  return finish(streams);
}

int config_show(const std::string& file, Output output, const Streams& streams) {
  const auto configuration = read(file);
  if (!configuration) return complain(configuration.error(), streams);
  for (const policy::Finding& finding : configuration->findings) {
    streams.err << to_string(configuration->say(finding)) << "\n";
  }
  if (!configuration->is_usable()) return EX_CONFIG;
  switch (output) {
    case Output::Json:
      streams.out << as_json(*configuration);
      break;
    case Output::Text:
      streams.out << policy::effective_config(*configuration);
      break;
  }
  return finish(streams);
}

int config_template(const Streams& streams) {
  streams.out << policy::documented_config();
  return finish(streams);
}

}  // namespace waarmerk::cli
