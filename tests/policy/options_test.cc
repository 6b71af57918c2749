#include "policy/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/text.h"

namespace waarmerk::policy {
namespace {

using testing::IsEmpty;

TEST(Options, SayWhatTheyAre) {
  for (const Option& option : options()) {
    EXPECT_FALSE(option.reason.empty()) << option.key;
    EXPECT_FALSE(option.expects.empty()) << option.key;
    EXPECT_EQ(find_option(option.key), &option) << "two options of one key: " << option.key;
    EXPECT_EQ(option.key, option.section().empty()
                              ? std::string(option.name())
                              : std::string(option.section()) + "." + std::string(option.name()));
    for (const std::string_view line : split(option.reason, '\n')) {
      EXPECT_LE(line.size(), 80U) << option.key;
      EXPECT_EQ(line, trim_right(line)) << option.key;
      EXPECT_FALSE(line.empty()) << option.key << ": a gap in the comment";
    }
  }
}

/// A section is opened once in TOML, and what has no section stands before all of them.
TEST(Options, StandTogetherBySection) {
  std::set<std::string_view> closed;
  std::string_view open;
  for (const Option& option : options()) {
    if (option.section() == open) continue;
    closed.insert(open);
    open = option.section();
    EXPECT_FALSE(closed.contains(open)) << option.key;
  }
}

/// Default and installed value are values that the option takes and gives back.
TEST(Options, TakeTheirOwnValues) {
  for (const Option& option : options()) {
    const OptionValue initial = option.show(Settings{});
    for (const OptionValue& value : {initial, option.installed.value_or(initial)}) {
      Settings settings;
      EXPECT_THAT(option.store(settings, value), IsEmpty()) << option.key;
      EXPECT_EQ(option.show(settings), value) << option.key;
    }
  }
}

/// Each value has one type; the other three are refused, and nothing is stored.
TEST(Options, RefuseOtherTypes) {
  const OptionValue of_each_type[] = {true, std::int64_t{1}, std::string("x"),
                                      std::vector<std::string>{"x"}};
  for (const Option& option : options()) {
    const OptionValue initial = option.show(Settings{});
    for (const OptionValue& value : of_each_type) {
      if (value.index() == initial.index()) continue;
      Settings settings;
      const auto faults = option.store(settings, value);
      ASSERT_EQ(faults.size(), 1U) << option.key;
      EXPECT_TRUE(faults[0].text.starts_with("is ")) << option.key << ": " << faults[0].text;
      EXPECT_EQ(option.show(settings), initial) << option.key;
    }
  }
}

TEST(Options, KnowTheirSections) {
  EXPECT_TRUE(is_section("policy"));
  EXPECT_FALSE(is_section("mode"));
  EXPECT_FALSE(is_section(""));
}

}  // namespace
}  // namespace waarmerk::policy
