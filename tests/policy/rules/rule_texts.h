// Rules as a postmaster writes them, for tests.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/config_file.h"

namespace waarmerk::policy::testing_support {

/// The files that a configuration may name, by path.
using Files = std::map<std::string, std::string>;

/// Reads from `files`.
[[nodiscard]] inline FileReader reader_of(Files files) {
  return [files = std::move(files)](const std::string& path,
                                    std::size_t limit) -> Result<std::string> {
    const auto file = files.find(path);
    if (file == files.end()) return fail("cannot open it", path);
    return file->second.substr(0, limit + 1);
  };
}

/// Everything that is said of a configuration with these lines; `mode` stands before them, in the
/// first line, and so they begin at line 2.
[[nodiscard]] inline std::vector<std::string> said_of(std::string_view lines, Files files = {}) {
  const auto read = read_configuration("mode = \"enforce\"\n" + std::string(lines), "w.toml",
                                       reader_of(std::move(files)));
  if (!read) return {to_string(read.error())};
  std::vector<std::string> said;
  for (const Finding& finding : read->findings) said.push_back(to_string(read->say(finding)));
  return said;
}

/// The settings of such lines, whatever is wrong with what the rules mean.
[[nodiscard]] inline Settings settings_of(std::string_view lines, Files files = {}) {
  auto read = read_configuration("mode = \"enforce\"\n" + std::string(lines), "w.toml",
                                 reader_of(std::move(files)));
  return read ? std::move(read->settings) : Settings{};
}

/// One rule of these conditions, which are lines of a block.
[[nodiscard]] inline std::string block(std::string_view name, std::string_view action,
                                       std::string_view conditions) {
  return "[[rule]]\nname = \"" + std::string(name) + "\"\naction = \"" + std::string(action) +
         "\"\n" + std::string(conditions) + "\n";
}

}  // namespace waarmerk::policy::testing_support
