#include "policy/config_text.h"

#include <fmt/format.h>

#include <functional>

#include "base/text.h"

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

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (is_control(c)) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
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

std::string documented_config() { return std::string(kHead) + "\n" + by_section(documented); }

std::string effective_config(const Configuration& configuration) {
  return by_section([&](const Option& option) {
    return fmt::format("{} = {}  # {}\n", option.name(),
                       toml_text(option.show(configuration.settings)),
                       printable(configuration.origin(option.key)));
  });
}

}  // namespace waarmerk::policy
