// toml++ reads; this walks what it read along the table of options.
#include "policy/config_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "policy/config_block.h"
#include "policy/config_tests/read.h"
#include "policy/contradictions.h"
#include "policy/options.h"
#include "policy/rules/check.h"
#include "policy/rules/read.h"

namespace waarmerk::policy {
namespace {

/// The parser recurses on dotted keys: a line must not be long enough to hold very many.
constexpr std::size_t kMaxLine = 8192;
constexpr std::size_t kMaxWord = 80;

std::string quoted(std::string_view word) { return "\"" + printable(word, kMaxWord) + "\""; }

std::string did_you_mean(const std::string& near) {
  return near.empty() ? "" : ", did you mean \"" + near + "\"?";
}

std::uint32_t line_of(const toml::source_region& source) {
  return static_cast<std::uint32_t>(source.begin.line);
}

/// What stands there, in the words of the errors.
std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::none:
      return "nothing";
    case toml::node_type::table:
      return "a section";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
      return "a number";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time";
  }
  return "nothing";
}

/// The texts of a list as the value of `entry`, and what cannot be an item of one.
void read_list(const toml::array& items, ConfigEntry& entry) {
  std::vector<std::string> texts;
  std::size_t number = 0;
  for (const toml::node& item : items) {
    ++number;
    const std::uint32_t line = line_of(item.source());
    if (const auto text = item.value_exact<std::string>()) {
      texts.push_back(*text);
      entry.item_lines.push_back(line);
    } else {
      entry.odd_items.emplace_back(
          line, "item " + std::to_string(number) + " is " + std::string(kind_of(item)));
    }
  }
  entry.value = std::move(texts);
}

/// A scalar as an OptionValue; nullopt for what no option can be.
std::optional<OptionValue> scalar_of(const toml::node& node) {
  if (const auto flag = node.value_exact<bool>()) return *flag;
  if (const auto number = node.value_exact<std::int64_t>()) return *number;
  if (const auto text = node.value_exact<std::string>()) return *text;
  return std::nullopt;
}

ConfigEntry entry_of(std::string key, const toml::node& node, std::uint32_t line) {
  ConfigEntry entry{.key = std::move(key), .line = line, .kind = kind_of(node)};
  if (const toml::array* items = node.as_array()) {
    read_list(*items, entry);
  } else {
    entry.value = scalar_of(node);
  }
  return entry;
}

/// The blocks of a list of them; nullopt if that is something else.
std::optional<std::vector<ConfigBlock>> blocks_of(const toml::node& node) {
  const toml::array* items = node.as_array();
  if (items == nullptr) return std::nullopt;
  std::vector<ConfigBlock> blocks;
  for (const toml::node& item : *items) {
    const toml::table* table = item.as_table();
    if (table == nullptr) return std::nullopt;
    ConfigBlock block{.line = line_of(item.source())};
    for (const auto& [key, value] : *table) {
      block.entries.push_back(entry_of(std::string(key.str()), value, line_of(key.source())));
    }
    std::ranges::stable_sort(block.entries, {}, &ConfigEntry::line);
    blocks.push_back(std::move(block));
  }
  return blocks;
}

/// Walks the tables of one file and fills the settings; collects every fault.
class ConfigReader {
 public:
  ConfigReader(std::string_view file_name, const FileReader& read_file)
      : files_(file_name, read_file) {
    configuration_.file_name = file_name;
  }

  /// Tables nest two deep (section and key); anything deeper is no value of a key, so the walk has
  /// two levels and needs no recursion.
  void read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      if (is_block(key.str())) {
        read_blocks(key, node);
      } else if (const toml::table* section = node.as_table()) {
        read_section(key, *section);
      } else if (is_section(key.str())) {
        report(line_of(key.source()), quoted(key.str()) + " is " + std::string(kind_of(node)) +
                                          "; expected the section [" + std::string(key.str()) +
                                          "]");
      } else if (node.is_array_of_tables() && find_option(key.str()) == nullptr) {
        const std::string near = nearest_section(key.str());
        report(line_of(key.source()),
               "unknown block [[" + printable(key.str(), kMaxWord) + "]]" +
                   (is_block(near) ? ", did you mean [[" + near + "]]?" : ""));
      } else {
        read_option(std::string(key.str()), node, line_of(key.source()));
      }
    }
    if (const Option* mode = find_option("mode"); !configuration_.lines.contains(mode->key)) {
      report(0, "\"mode\" is missing; expected " + mode->expects);
    }
  }

  Configuration result() && {
    Configuration& read = configuration_;
    read.list_files = files_.paths();
    std::ranges::move(check_rules(read.settings), std::back_inserter(findings_));
    cut_findings();
    read.add(std::exchange(findings_, {}));
    read.add(contradictions(read.settings));
    return std::move(read);
  }

 private:
  static bool is_block(std::string_view name) { return name == kRuleBlock || name == kTestBlock; }

  void read_blocks(const toml::key& key, const toml::node& node) {
    const std::string name(key.str());
    const auto blocks = blocks_of(node);
    if (!blocks) {
      report(line_of(key.source()), quoted(name) + " is " + std::string(kind_of(node)) +
                                        "; expected [[" + name + "]] blocks");
      return;
    }
    if (name == kRuleBlock) {
      ReadRules read = read_rules(*blocks, files_);
      configuration_.settings.rules = std::move(read.rules);
      std::ranges::move(read.findings, std::back_inserter(findings_));
    } else {
      ReadTests read = read_tests(*blocks);
      configuration_.tests = std::move(read.tests);
      std::ranges::move(read.findings, std::back_inserter(findings_));
    }
  }

  /// The keys of a mistyped section are read as those of the section that was meant: all faults in
  /// one run.
  void read_section(const toml::key& key, const toml::table& section) {
    std::string name(key.str());
    if (!is_section(name)) {
      const std::string near = nearest_section(name);
      const bool is_option = find_option(name) != nullptr;
      report(line_of(key.source()), is_option
                                        ? quoted(name) + " is a section; expected a value"
                                        : "unknown section " + quoted(name) + did_you_mean(near));
      if (is_option || near.empty() || is_block(near)) return;
      name = near;
    }
    for (const auto& [inner, value] : section) {
      read_option(name + "." + std::string(inner.str()), value, line_of(inner.source()));
    }
  }

  void read_option(const std::string& key, const toml::node& node, std::uint32_t line) {
    const Option* option = find_option(key);
    if (option == nullptr) {
      // A search takes a while: not for a fault of which only the number may be told.
      const bool may_be_listed = findings_.size() < kMaxFindings;
      report(line, "unknown key " + quoted(key) +
                       did_you_mean(may_be_listed ? nearest_key(key) : std::string()));
      return;
    }
    configuration_.lines[key] = line;
    const ConfigEntry entry = entry_of(key, node, line);
    if (entry.value) {
      store(*option, entry);
    } else {
      report(*option, line, "is " + std::string(entry.kind));
    }
  }

  void store(const Option& option, const ConfigEntry& entry) {
    const auto faults = option.store(configuration_.settings, *entry.value);
    const bool is_wrong_type = std::ranges::any_of(faults, [](const auto& f) { return !f.item; });
    for (const ValueFault& fault : faults) {
      report(option, fault.item ? entry.item_lines[*fault.item] : entry.line, fault.text);
    }
    if (is_wrong_type) return;
    for (const auto& [line, text] : entry.odd_items) report(option, line, text);
  }

  void report(std::uint32_t line, std::string text) {
    findings_.push_back({.text = std::move(text), .line = line});
  }
  void report(const Option& option, std::uint32_t line, const std::string& text) {
    findings_.push_back(
        {.key = option.key, .text = text + "; expected " + option.expects, .line = line});
  }

  /// A wrong file can hold a fault on every line, and whoever reads them has a limit.
  void cut_findings() {
    if (findings_.size() <= kMaxFindings) return;
    std::ranges::stable_sort(findings_, {}, &Finding::line);
    const std::size_t left_out = findings_.size() - kMaxFindings;
    findings_.resize(kMaxFindings);
    report(findings_.back().line, std::to_string(left_out) + " more faults are not listed");
  }

  ListFiles files_;
  Configuration configuration_;
  /// In the order of reading.
  std::vector<Finding> findings_;
};

/// What must not reach the parser.
std::optional<Error> unreadable(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxConfigBytes) return Error{"larger than 1 MiB", std::string(file_name)};
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

Result<Configuration> read_configuration(std::string_view text, std::string_view file_name,
                                         const FileReader& read_file) {
  if (auto error = unreadable(text, file_name)) return std::unexpected(std::move(*error));
  try {
    const toml::table root = toml::parse(text, file_name);
    ConfigReader reader(file_name, read_file);
    reader.read(root);
    return std::move(reader).result();
  } catch (const toml::parse_error& error) {
    return fail(printable(error.description()),
                std::string(file_name) + ":" + std::to_string(line_of(error.source())));
  }
}

std::expected<Settings, std::vector<Error>> usable_settings(Configuration configuration) {
  if (configuration.is_usable()) return std::move(configuration.settings);
  std::vector<Error> errors;
  for (const Finding& finding : configuration.findings) {
    if (finding.severity == Severity::Error) errors.push_back(configuration.say(finding));
  }
  return std::unexpected(std::move(errors));
}

std::expected<Settings, std::vector<Error>> parse_config(std::string_view text,
                                                         std::string_view file_name,
                                                         const FileReader& read_file) {
  auto read = read_configuration(text, file_name, read_file);
  if (!read) return std::unexpected(std::vector{std::move(read.error())});
  return usable_settings(std::move(*read));
}

}  // namespace waarmerk::policy
