#include "policy/config_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "policy/options.h"

namespace waarmerk::policy {
namespace {

/// A scalar or list of strings as an OptionValue; nullopt for anything an option cannot be.
std::optional<OptionValue> value_of(const toml::node& node) {
  if (const auto flag = node.value_exact<bool>()) return *flag;
  if (const auto number = node.value_exact<std::int64_t>()) return *number;
  if (const auto text = node.value_exact<std::string>()) return *text;
  const toml::array* items = node.as_array();
  if (items == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const toml::node& item : *items) {
    const auto text = item.value_exact<std::string>();
    if (!text) return std::nullopt;
    texts.push_back(*text);
  }
  return texts;
}

bool is_section(std::string_view name) {
  const std::string prefix = std::string(name) + ".";
  return std::ranges::any_of(options(),
                             [&](const Option& option) { return option.key.starts_with(prefix); });
}

/// Walks the tables of one file and fills the settings; collects every fault.
class ConfigReader {
 public:
  explicit ConfigReader(std::string_view file_name) : file_name_(file_name) {}

  /// Tables nest two deep (section and key); anything deeper is an unknown key, so the walk has two
  /// levels and needs no recursion.
  void read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      const toml::table* section = node.as_table();
      if (section == nullptr) {
        read_option(std::string(key.str()), node, key.source());
        continue;
      }
      if (!is_section(key.str())) {
        report(key.source(), "unknown section \"" + printable(key.str(), 80) + "\"");
        continue;
      }
      for (const auto& [inner, value] : *section) {
        read_option(std::string(key.str()) + "." + std::string(inner.str()), value, inner.source());
      }
    }
    if (!seen_.contains("mode")) {
      faults_.push_back(
          {0, {"\"mode\" is missing: say mode = \"enforce\", \"tag\" or \"monitor\"", file_name_}});
    }
  }

  std::expected<Settings, std::vector<Error>> result() && {
    if (faults_.empty()) return std::move(settings_);
    std::ranges::stable_sort(faults_, {}, &Fault::line);
    std::vector<Error> errors;
    for (Fault& fault : faults_) errors.push_back(std::move(fault.error));
    return std::unexpected(std::move(errors));
  }

 private:
  struct Fault {
    std::uint32_t line;
    Error error;
  };

  void read_option(const std::string& key, const toml::node& node,
                   const toml::source_region& source) {
    const Option* option = find_option(key);
    if (option == nullptr) {
      const std::string near = nearest_key(key);
      report(source, "unknown key \"" + printable(key, 80) + "\"" +
                         (near.empty() ? "" : ", did you mean \"" + near + "\"?"));
      return;
    }
    seen_.insert(key);
    const auto value = value_of(node);
    const auto stored = value ? option->store(settings_, *value) : fail("wrong type");
    if (!stored) {
      report(source, key + ": " + stored.error().text + "; expected " + option->expects);
    }
  }

  void report(const toml::source_region& source, std::string text) {
    const auto line = source.begin.line;
    faults_.push_back({line, {std::move(text), file_name_ + ":" + std::to_string(line)}});
  }

  std::string file_name_;
  Settings settings_;
  std::set<std::string> seen_;
  std::vector<Fault> faults_;
};

/// The parser recurses on dotted keys: a line must not be long enough to hold very many.
std::optional<Error> overlong_line(std::string_view text, std::string_view file_name) {
  constexpr std::size_t kMaxLine = 8192;
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (line.size() > kMaxLine) {
      return Error{"a line of more than 8192 octets",
                   std::string(file_name) + ":" + std::to_string(number)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::expected<Settings, std::vector<Error>> parse_config(std::string_view text,
                                                         std::string_view file_name) {
  if (auto error = overlong_line(text, file_name)) {
    return std::unexpected(std::vector{std::move(*error)});
  }
  try {
    const toml::table root = toml::parse(text, file_name);
    ConfigReader reader(file_name);
    reader.read(root);
    return std::move(reader).result();
  } catch (const toml::parse_error& error) {
    return std::unexpected(std::vector{
        Error{std::string(error.description()),
              std::string(file_name) + ":" + std::to_string(error.source().begin.line)}});
  }
}

}  // namespace waarmerk::policy
