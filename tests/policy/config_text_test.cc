#include "policy/config_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <string>

#include "policy/config_file.h"
#include "tests/support/whole_file.h"

namespace waarmerk::policy {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string shipped_file() {
  return support::read_whole(std::string(WAARMERK_SOURCE_DIR) + "/etc/waarmerk.toml");
}

/// The commented lines of options as lines of the file: what it says the defaults are.
std::string uncommented(const std::string& text) {
  std::string out;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    for (const Option& option : options()) {
      if (line.starts_with("# " + std::string(option.name()) + " = ")) line.remove_prefix(2);
    }
    out += std::string(line) + "\n";
  }
  return out;
}

/// One source: whoever changes an option writes the file anew with `waarmerk config template`.
TEST(ConfigText, ShippedFileIsTheTable) { EXPECT_EQ(shipped_file(), documented_config()); }

TEST(ConfigText, ShippedFileHasNothingToComplainOf) {
  const auto read = read_configuration(shipped_file(), "waarmerk.toml");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_THAT(read->findings, IsEmpty());
  EXPECT_EQ(read->settings.mode, Mode::Monitor);
  EXPECT_EQ(read->settings.on_reject, OnReject::Evidence);
}

/// What stands behind the comment signs is the default in the code, and every option stands there.
TEST(ConfigText, CommentedLinesAreTheDefaults) {
  const auto read = read_configuration(uncommented(shipped_file()), "waarmerk.toml");
  ASSERT_TRUE(read) << to_string(read.error());
  for (const Option& option : options()) {
    EXPECT_TRUE(read->lines.contains(option.key)) << option.key;
    const OptionValue expected = option.installed.value_or(option.show(Settings{}));
    EXPECT_EQ(option.show(read->settings), expected) << option.key;
  }
}

TEST(ConfigText, WritesValuesAsTomlReadsThem) {
  EXPECT_EQ(toml_text(true), "true");
  EXPECT_EQ(toml_text(std::int64_t{-5}), "-5");
  EXPECT_EQ(toml_text(std::string("a\"b\\c\n\x7f")), R"("a\"b\\c\u000A\u007F")");
  EXPECT_EQ(toml_text(std::string("\xC2\x9B\xC2\x80x\xC2\xA0\xC3\x9B")),
            "\"\\u009B\\u0080x\xC2\xA0\xC3\x9B\"")
      << "controls of C1, but no letter";
  EXPECT_EQ(toml_text(std::vector<std::string>{}), "[]");
  EXPECT_EQ(toml_text(std::vector<std::string>{"a", "b"}), R"(["a", "b"])");
}

TEST(ConfigText, EffectiveValuesSayWhereTheyCameFrom) {
  const auto read =
      read_configuration("mode = \"tag\"\n[dns]\nservers = [\"127.0.0.1:5353\"]\n", "w.toml");
  ASSERT_TRUE(read);
  const std::string text = effective_config(*read);
  EXPECT_THAT(text, HasSubstr("mode = \"tag\"  # w.toml:1\n"));
  EXPECT_THAT(text, HasSubstr("\n[dns]\nservers = [\"127.0.0.1:5353\"]  # w.toml:3\n"));
  EXPECT_THAT(text, HasSubstr("tries = 2  # default\n"));
}

/// `config show` prints a configuration with the same settings.
TEST(ConfigText, EffectiveValuesAreAConfiguration) {
  constexpr std::string_view kText =
      "mode = \"enforce\"\n"
      "[milter]\nsocket = \"inet:[::1]:8891\"\nsocket_mode = \"0600\"\n"
      "more_authserv_ids = [\"a.example\", \"b.example\"]\n"
      "[exempt]\nloopback = false\nnetworks = [\"192.0.2.0/24\", \"2001:db8::/32\"]\n"
      "[policy]\nforwarder_domains = [\"b\xC3\xBC"
      "cher.example\"]\non_spf_error = \"defer\"\n"
      "[dns]\ncache_megabytes = 4096\ntrusted = [\"2001:db8::53\"]\n"
      "[log]\ndirectory = \"/var/log/a \\\"b\\\" \\\\ c\"\n";
  const auto first = read_configuration(kText, "first");
  ASSERT_TRUE(first);
  ASSERT_TRUE(first->is_usable());
  const auto second = read_configuration(effective_config(*first), "second");
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_THAT(second->findings, IsEmpty());
  for (const Option& option : options()) {
    EXPECT_EQ(option.show(second->settings), option.show(first->settings)) << option.key;
  }
}

/// A file name with a newline in it must not end the comment.
TEST(ConfigText, FileNamesStayInTheirComment) {
  const auto read = read_configuration("mode = \"tag\"\n", "a\nmode = \"enforce\" #");
  ASSERT_TRUE(read);
  const auto again = read_configuration(effective_config(*read), "again");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->settings.mode, Mode::Tag);
}

}  // namespace
}  // namespace waarmerk::policy
