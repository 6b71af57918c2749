// A configuration file as it was understood: the settings, where each was said, and what is to be
// said about them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/config_tests/config_test.h"
#include "policy/settings.h"

namespace waarmerk::policy {

enum class Severity : std::uint8_t {
  Error,    ///< nothing runs with this file
  Warning,  ///< it runs, but probably not as was meant
  Note,     ///< what could not be tried, or what a start would do
};

/// Something to say about a configuration.
struct Finding {
  Severity severity = Severity::Error;
  /// The option that it is about; empty: none that is known.
  std::string key;
  /// What is wrong, and what was expected.
  std::string text;
  /// The line of the file; 0: the line of the option, if the file says it.
  std::uint32_t line = 0;
  /// "lists/partners:12" if it is about another file, which is named at the line; else empty.
  std::string place = {};
};

/// A value; not thread-safe.
struct Configuration {
  /// As the postmaster named it.
  std::string file_name;
  /// An option with an error has its default, or a part of what was said.
  Settings settings;
  /// What the settings are to do, in the order of the file.
  std::vector<ConfigTest> tests;
  /// Where the files are that its rules name: a reload reads them again.
  std::set<std::string> list_files;
  /// The line of each option that the file says; all others have their defaults.
  std::map<std::string, std::uint32_t, std::less<>> lines;
  /// In the order of the file; those about no line of it first.
  std::vector<Finding> findings;

  /// Adds findings at the lines of their options. Left out is what is found about an option that
  /// has an error already: it would be about a value that nobody wrote.
  void add(const std::vector<Finding>& more);

  /// True if there is no error among the findings.
  [[nodiscard]] bool is_usable() const;
  /// "waarmerk.toml:12", or "default" for an option that the file does not say.
  [[nodiscard]] std::string origin(std::string_view key) const;
  /// A finding as it is said: "waarmerk.toml:12: warning: dns.servers: ...". An option that the
  /// file does not say has its name and "(default)" instead of a line.
  [[nodiscard]] Error say(const Finding& finding) const;
  /// The same without "warning" or "note", for a log that has words of its own for that.
  [[nodiscard]] Error say_to_log(const Finding& finding) const;
};

}  // namespace waarmerk::policy
