#include "policy/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace waarmerk::policy {
namespace {

using testing::ElementsAre;

std::vector<std::string> said(const Configuration& configuration) {
  std::vector<std::string> lines;
  for (const Finding& finding : configuration.findings) {
    lines.push_back(to_string(configuration.say(finding)));
  }
  return lines;
}

Configuration example() {
  Configuration configuration;
  configuration.file_name = "w.toml";
  configuration.lines = {{"mode", 1}, {"milter.user", 7}};
  return configuration;
}

TEST(Configuration, SaysWhatItIsAbout) {
  Configuration configuration = example();
  configuration.add({{Severity::Warning, "milter.user", "is root"},
                     {Severity::Error, "log.directory", "is full"},
                     {Severity::Note, "", "read twice", 3}});
  EXPECT_THAT(said(configuration),
              ElementsAre("w.toml: log.directory (default): is full", "w.toml:3: note: read twice",
                          "w.toml:7: warning: milter.user: is root"));
}

TEST(Configuration, IsUsableWithoutErrors) {
  Configuration configuration = example();
  EXPECT_TRUE(configuration.is_usable());
  configuration.add({{Severity::Warning, "mode", "odd"}, {Severity::Note, "mode", "odd"}});
  EXPECT_TRUE(configuration.is_usable());
  configuration.add({{Severity::Error, "mode", "wrong"}});
  EXPECT_FALSE(configuration.is_usable());
}

/// A default that the host cannot do is no news where the value was mistyped.
TEST(Configuration, AddsNothingAboutAnOptionThatIsWrong) {
  Configuration configuration = example();
  configuration.add({{Severity::Error, "milter.user", "is a number", 7},
                     {Severity::Error, "milter.user", "is no name", 7}});
  configuration.add(
      {{Severity::Error, "milter.user", "there is no user"}, {Severity::Warning, "mode", "odd"}});
  EXPECT_THAT(said(configuration),
              ElementsAre("w.toml:1: warning: mode: odd", "w.toml:7: milter.user: is a number",
                          "w.toml:7: milter.user: is no name"));
}

}  // namespace
}  // namespace waarmerk::policy
