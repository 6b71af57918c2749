#include "policy/rules/list_files.h"

#include <utility>

#include "base/text.h"
#include "policy/option_kinds.h"

namespace waarmerk::policy {
namespace {

/// So many faults of one file are told.
constexpr std::size_t kMaxFaults = 20;

/// Some editors begin a file with it; it belongs to no line.
std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

/// Why no file can have that name; empty if one can.
std::string objection_to(std::string_view file) {
  if (file.empty()) return "\"@\" names no file; expected \"@\" and the name of one";
  if (file == "-") return "\"@-\" is standard input; expected \"@\" and the name of a file";
  return {};
}

std::string_view without_comment(std::string_view line) {
  return trim(line.substr(0, line.find('#')));
}

template <typename Set>
constexpr std::string_view kExpected = "";
template <>
constexpr std::string_view kExpected<NameSet> =
    "one domain name, or \"*.\" and a domain name, on each line";
template <>
constexpr std::string_view kExpected<NetworkSet> = "one address or network on each line";

/// The entries of a file, as far as there is no fault.
template <typename Set>
ListFile<Set> parse_list(std::string_view text, const std::string& path) {
  std::vector<typename Set::Pattern> patterns;
  ListFile<Set> file;
  std::size_t number = 0;
  for (const std::string_view line : split(without_byte_order_mark(text), '\n')) {
    ++number;
    const std::string_view entry = without_comment(line);
    if (entry.empty()) continue;
    const std::string place = path + ":" + std::to_string(number);
    if (patterns.size() == kMaxListEntries) {
      file.faults.push_back(
          {.text = "more than " + std::to_string(kMaxListEntries) + " entries", .place = place});
      break;
    }
    auto pattern = Set::Pattern::parse(entry);
    if (pattern) {
      patterns.push_back(std::move(*pattern));
      continue;
    }
    const ValueFault fault = item_fault(0, std::string(entry), pattern.error().text);
    file.faults.push_back(
        {.text = fault.text + "; expected " + std::string(kExpected<Set>), .place = place});
    if (file.faults.size() == kMaxFaults) break;
  }
  if (!file.faults.empty()) return file;
  if (patterns.empty()) {
    file.faults.push_back({.text = "holds no entry: the rule could never match", .place = path});
  } else {
    file.set = std::make_shared<const Set>(std::move(patterns));
  }
  return file;
}

}  // namespace

ListFiles::ListFiles(std::string_view config_file, FileReader read)
    : folder_(config_file.substr(0, config_file.rfind('/') + 1)), read_(std::move(read)) {}

ListFile<NameSet> ListFiles::names(const std::string& file) { return look_up(file, names_); }
ListFile<NetworkSet> ListFiles::networks(const std::string& file) {
  return look_up(file, networks_);
}

std::set<std::string> ListFiles::paths() const {
  std::set<std::string> paths;
  const auto add_good_ones = [&paths](const auto& known) {
    for (const auto& [path, set] : known) {
      if (set != nullptr) paths.insert(path);
    }
  };
  add_good_ones(names_);
  add_good_ones(networks_);
  return paths;
}

template <typename Set>
ListFile<Set> ListFiles::look_up(const std::string& file, Known<Set>& known) {
  if (std::string why = objection_to(file); !why.empty()) return {{}, {{.text = std::move(why)}}};
  const std::string path = file.starts_with('/') ? file : folder_ + file;
  if (const auto found = known.find(path); found != known.end()) return {found->second, {}};
  if (names_.size() + networks_.size() >= kMaxListFiles) {
    return {{}, {{.text = "more than " + std::to_string(kMaxListFiles) + " files"}}};
  }
  ListFile<Set> loaded = load<Set>(path);
  known.emplace(path, loaded.set);
  return loaded;
}

template <typename Set>
ListFile<Set> ListFiles::load(const std::string& path) const {
  const auto text = read_ ? read_(path, kMaxListBytes) : fail("files are not read here", path);
  if (!text) {
    const std::string& place = text.error().where;
    return {{}, {{.text = text.error().text, .place = place.empty() ? path : place}}};
  }
  if (text->size() > kMaxListBytes) {
    return {
        {},
        {{.text = "longer than " + std::to_string(kMaxListBytes >> 20U) + " MiB", .place = path}}};
  }
  return parse_list<Set>(*text, path);
}

}  // namespace waarmerk::policy
