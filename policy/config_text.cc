#include "policy/config_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "policy/config_tests/keys.h"
#include "policy/rules/keys.h"

namespace waarmerk::policy {
namespace {

constexpr std::string_view kHead =
    R"(# Waarmerk: verifies SPF, DKIM and DMARC of arriving mail and decides by these
# settings. Every option stands here with its reason. A commented line is the
# default; the other lines are what an installation beside Postfix needs.
# Check a changed file with:  waarmerk config check
# Then reload without losing a message: send the daemon SIGUSR1 (or SIGHUP). A
# file with a fault changes nothing. Only the next start changes the socket, its
# group and mode, the user, and of [dns] all but message_budget_ms.
)";

/// True for U+0080 to U+009F: some terminals take them for the beginning of a command.
bool is_c1_control(std::string_view character) {
  return character.size() == 2 && character[0] == '\xC2' &&
         static_cast<unsigned char>(character[1]) < 0xA0;
}

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    // What is no UTF-8 stands alone; a file cannot hold it.
    const std::size_t length = std::max<std::size_t>(utf8_sequence_length(text), 1);
    const std::string_view character = text.substr(0, length);
    const char c = character.back();
    if (c == '"' || c == '\\') out += '\\';
    if (is_control(c) || is_c1_control(character)) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    } else {
      out += character;
    }
    text.remove_prefix(length);
  }
  return out + '"';
}

/// One line per option, with the headings of the sections between them.
std::string by_section(const std::function<std::string(const Option&)>& line) {
  std::string text;
  std::string_view section;
  for (const Option& option : options()) {
    if (option.section() != section) {
      section = option.section();
      text += fmt::format("\n[{}]\n", section);
    }
    text += line(option);
  }
  return text;
}

std::string documented(const Option& option) {
  std::string text;
  for (const std::string_view line : split(option.reason, '\n')) {
    text += fmt::format("# {}\n", line);
  }
  const OptionValue value = option.installed.value_or(option.show(Settings{}));
  return text +
         fmt::format("{}{} = {}\n", option.installed ? "" : "# ", option.name(), toml_text(value));
}

constexpr std::string_view kRulesHead = R"(
# Rules: what is special about some mail, in order; of the first rule of which all
# conditions hold, the action is taken, and no other rule is looked at. Mail that
# is exempt meets no rule. A condition takes one value or a list of values of which
# one must match. Names: "example.org" is that name alone, "*.example.org" every
# name below it and not itself, "@file" a file beside this one with a name on each
# line ("#" begins a comment), read again at every reload. A rule has these keys:
#
# [[rule]]
)";

constexpr std::string_view kTestsHead = R"(
# Tests: a message in short words, and what must become of it in mode "enforce".
# They run at every start and reload: one that fails refuses the file. To run them:
#   waarmerk config test
#
# [[test]]
)";

/// A key of a block, in a comment.
template <typename Key>
std::string documented_key(const Key& key) {
  std::string text;
  for (const std::string_view line : split(key.reason, '\n')) {
    text += fmt::format("# # {}\n", line);
  }
  return text + fmt::format("# {} = {}\n", key.name, toml_text(key.example));
}

std::string documented_rules() {
  std::string text(kRulesHead);
  for (const RuleKey& key : rule_keys()) text += documented_key(key);
  return text;
}

std::string documented_tests() {
  std::string text(kTestsHead);
  for (const TestKey& key : test_keys()) text += documented_key(key);
  return text;
}

std::string rule_text(const Rule& rule, const std::string& file_name) {
  std::string text = fmt::format("\n[[rule]]  # {}:{}\n", printable(file_name), rule.line);
  for (const RuleKey& key : rule_keys()) {
    if (const auto value = key.show(rule)) {
      text += fmt::format("{} = {}\n", key.name, toml_text(*value));
    }
  }
  return text;
}

}  // namespace

std::string toml_text(const OptionValue& value) {
  return std::visit(Overloaded{
                        [](bool flag) -> std::string { return flag ? "true" : "false"; },
                        [](std::int64_t number) { return std::to_string(number); },
                        [](const std::string& text) { return toml_string(text); },
                        [](const std::vector<std::string>& items) {
                          std::string list;
                          for (const std::string& item : items) {
                            list += (list.empty() ? "" : ", ") + toml_string(item);
                          }
                          return "[" + list + "]";
                        },
                    },
                    value);
}

std::string documented_config() {
  return std::string(kHead) + "\n" +
         by_section([](const Option& option) { return documented(option); }) + documented_rules() +
         documented_tests();
}

std::string effective_config(const Configuration& configuration) {
  std::string text = by_section([&](const Option& option) {
    return fmt::format("{} = {}  # {}\n", option.name(),
                       toml_text(option.show(configuration.settings)),
                       printable(configuration.origin(option.key)));
  });
  for (const Rule& rule : configuration.settings.rules) {
    text += rule_text(rule, configuration.file_name);
  }
  return text;
}

}  // namespace waarmerk::policy
