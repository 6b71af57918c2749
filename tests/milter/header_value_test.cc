#include "milter/header_value.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace waarmerk::milter {
namespace {

constexpr Rights kKeeping{.keeps_leading_space = true};
constexpr Rights kEating{.keeps_leading_space = false};

struct ReceivedCase {
  std::string name;
  /// As the mail server gave it.
  std::string keeping;
  std::string eating;
  /// As it stands in the message.
  std::string want;
};
std::ostream& operator<<(std::ostream& out, const ReceivedCase& row) { return out << row.name; }

class ReceivedValue : public testing::TestWithParam<ReceivedCase> {};

TEST_P(ReceivedValue, IsTheValueOfTheMessage) {
  EXPECT_EQ(received_value(GetParam().keeping, kKeeping), GetParam().want);
  EXPECT_EQ(received_value(GetParam().eating, kEating), GetParam().want);
}

// M-10, M-11
INSTANTIATE_TEST_SUITE_P(
    Table, ReceivedValue,
    testing::Values(ReceivedCase{"OneSpace", " x", "x", " x"},
                    ReceivedCase{"TwoSpaces", "  x", " x", "  x"},
                    ReceivedCase{"Tab", "\tx", "\tx", "\tx"},
                    ReceivedCase{"Fold", " a\n b", "a\n b", " a\r\n b"},
                    ReceivedCase{"FoldThatKeptItsCr", " a\r\n b", "a\r\n b", " a\r\n b"},
                    ReceivedCase{"SeveralFolds", " a\n\tb\n c", "a\n\tb\n c", " a\r\n\tb\r\n c"},
                    ReceivedCase{"BareCarriageReturn", " a\rb", "a\rb", " a\rb"}),
    [](const auto& row) { return row.param.name; });

TEST(ReceivedValue, KeepsAMissingSpaceMissing) { EXPECT_EQ(received_value("x", kKeeping), "x"); }

/// The protocol cannot tell these two apart; the one that everybody writes is assumed.
TEST(ReceivedValue, TakesAnEatenSpaceForGrantedElsewhere) {
  EXPECT_EQ(received_value("x", kEating), " x");
}

TEST(SentValue, BringsItsOwnSpaceOnlyWhereItIsKept) {
  EXPECT_EQ(sent_value("mx; none", kKeeping), " mx; none");
  EXPECT_EQ(sent_value("mx; none", kEating), "mx; none");
}

//
TEST(SentReplyText, DoublesPercentSigns) {
  EXPECT_EQ(sent_reply_text("100% of %s"), "100%% of %%s");
  EXPECT_EQ(sent_reply_text("plain"), "plain");
}

}  // namespace
}  // namespace waarmerk::milter
