// Hostile messages: each gets its verdict, the same however it arrives, within bounds of work and
// memory. What is bounded, and by what, stands in docs/architecture.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "dns/recording.h"
#include "milter/session.h"
#include "reporting/record.h"
#include "tests/milter/session_fixture.h"
#include "tests/support/hostile_messages.h"

namespace waarmerk::milter {
namespace {

using support::HostileCase;
using support::HostileMessage;
using support::RecordingMta;
using support::repeated;
using support::World;
using testing::Each;

/// How a body is cut: into pieces of one size, or of 1 to 100 octets by chance.
constexpr std::size_t kByChance = 0;
constexpr std::array<std::size_t, 7> kChunkings{1, 2, 3, 7, 1000, 65'535, kByChance};

/// What the mail server and the log were told.
struct Outcome {
  std::string line;
  std::vector<policy::FieldPosition> deleted;
  std::string reply;
  std::size_t questions = 0;

  bool operator==(const Outcome&) const = default;
};

Outcome deliver(const HostileMessage& message, std::size_t chunking,
                const policy::Settings& settings = {}) {
  World world(support::hostile_zone(), settings);
  RecordingMta mta;
  Session session(world.service, Rights());
  session.connect(mta, "mail.example.com", IpAddress::parse("192.0.2.1").value());
  session.helo(message.helo);
  session.mail(mta, message.mail_from);
  for (const std::string& recipient : message.recipients) session.recipient(recipient);
  for (const auto& field : message.fields) session.header(field.name, field.value);
  session.end_of_headers();
  std::minstd_rand random(4);
  for (std::string_view rest = message.body; !rest.empty();) {
    const std::size_t size = chunking == kByChance ? 1 + random() % 100 : chunking;
    const std::string_view chunk = rest.substr(0, size);
    rest.remove_prefix(chunk.size());
    if (session.body(chunk) == Response::SkipBody) break;
  }
  static_cast<void>(session.end_of_message(mta));
  Outcome outcome{.deleted = mta.deleted, .questions = world.lookup.asked};
  if (world.lines().size() == 1) outcome.line = world.lines()[0];
  if (mta.reply) outcome.reply = mta.reply->code() + " " + mta.reply->enhanced();
  return outcome;
}

std::size_t passes(const reporting::Record& record) {
  return static_cast<std::size_t>(std::ranges::count(record.facts.dkim, policy::DkimResult::Pass,
                                                     &policy::DkimOutcome::result));
}

class Hostile : public testing::TestWithParam<HostileCase> {};

// M-42, Q-01, K-28
TEST_P(Hostile, GetsItsVerdictHoweverItIsCut) {
  const HostileMessage message = GetParam().make();
  const Outcome whole = deliver(message, 65'535);
  const auto record = reporting::parse_record(whole.line);
  ASSERT_TRUE(record) << record.error().text << whole.line.substr(0, 200);
  EXPECT_EQ(to_string(record->verdict.decision.action), GetParam().action) << whole.line;
  EXPECT_EQ(to_string(record->verdict.decision.cause), GetParam().cause);
  EXPECT_EQ(record->facts.internal_error, "");
  EXPECT_EQ(passes(*record), GetParam().passes);
  EXPECT_EQ(whole.deleted.size(), GetParam().removed);
  EXPECT_LE(whole.line.size(), reporting::kMaxLine);
  EXPECT_LE(whole.questions, dns::MessageLimits().questions);
  for (const std::size_t chunking : kChunkings) {
    EXPECT_TRUE(deliver(message, chunking) == whole) << "cut by " << chunking;
  }
}

/// What no one reads to its end is never delivered as verified.
TEST_P(Hostile, IsTheSameWhenNothingIsRefused) {
  policy::Settings settings;
  settings.mode = policy::Mode::Monitor;
  const Outcome outcome = deliver(GetParam().make(), 65'535, settings);
  const auto record = reporting::parse_record(outcome.line);
  ASSERT_TRUE(record);
  EXPECT_EQ(to_string(record->verdict.decision.would), GetParam().action);
  EXPECT_EQ(to_string(record->verdict.decision.action), "accept");
  EXPECT_EQ(outcome.reply, "");
  if (!record->facts.oversized_header) return;
  EXPECT_TRUE(record->verdict.dmarc.empty());
  EXPECT_TRUE(record->facts.dkim.empty());
}

INSTANTIATE_TEST_SUITE_P(Table, Hostile, testing::ValuesIn(support::hostile_cases()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(HostileClaims, AreRemovedBeyondTheBoundsAsWell) {
  const auto& cases = support::hostile_cases();
  const auto row = std::ranges::find(cases, "ClaimsBeyondTheBounds", &HostileCase::name);
  ASSERT_NE(row, cases.end());
  const Outcome outcome =
      deliver(row->make(), 1, {.oversized_header = policy::OnOversized::Accept});
  ASSERT_EQ(outcome.deleted.size(), policy::kMaxFields + 100);
  EXPECT_EQ(outcome.deleted.front().index, policy::kMaxFields + 100);
  EXPECT_EQ(outcome.deleted.back().index, 1U);
}

struct BodyCase {
  std::string name;
  std::string piece;
};
std::ostream& operator<<(std::ostream& out, const BodyCase& row) { return out << row.name; }

class HostileBody : public testing::TestWithParam<BodyCase> {};

/// Every piece begins somewhere else in the line ends: borders fall on all of them. M-12
TEST_P(HostileBody, PassesHoweverItIsCut) {
  for (const std::string form : {"simple/simple", "relaxed/relaxed", "relaxed/simple"}) {
    const auto message = support::signed_with_body(repeated(GetParam().piece, 20'000), form);
    const Outcome whole = deliver(message, 65'535);
    const auto record = reporting::parse_record(whole.line);
    ASSERT_TRUE(record);
    EXPECT_EQ(passes(*record), 1U) << form;
    for (const std::size_t chunking : kChunkings) {
      EXPECT_TRUE(deliver(message, chunking) == whole) << form << " cut by " << chunking;
    }
  }
}

TEST_P(HostileBody, FailsWithOneMoreOctetHoweverItIsCut) {
  auto message = support::signed_with_body(repeated(GetParam().piece, 20'000), "relaxed/relaxed");
  message.body.insert(message.body.size() / 2, "x");
  for (const std::size_t chunking : kChunkings) {
    const auto record = reporting::parse_record(deliver(message, chunking).line);
    ASSERT_TRUE(record);
    EXPECT_EQ(passes(*record), 0U) << "cut by " << chunking;
  }
}

INSTANTIATE_TEST_SUITE_P(Table, HostileBody,
                         testing::Values(BodyCase{"Text", "hello  world \r\n"},
                                         BodyCase{"Spaces", " "}, BodyCase{"Tabs", "a\t"},
                                         BodyCase{"LineEnds", "\r\n"}, BodyCase{"BareCr", "\r"},
                                         BodyCase{"BareLf", "\n"},
                                         BodyCase{"MixedUp", "\r\r\n\n \r \n\t\r\n.\r\n"},
                                         BodyCase{"Nul", std::string("\0\r\n\0 ", 5)},
                                         BodyCase{"EightBit", "\x80\xFF \r\n\xC3\xA9"}),
                         [](const auto& row) { return row.param.name; });

struct BigBodyCase {
  std::string name;
  std::string begin;
  std::string piece;
  std::string end;
  /// A body with the same relaxed form.
  std::string same;
};
std::ostream& operator<<(std::ostream& out, const BigBodyCase& row) { return out << row.name; }

constexpr std::size_t kBigBody = 20'000'000;

class BigBody : public testing::TestWithParam<BigBodyCase> {};

/// Nothing of a body is kept, neither what may turn out to be its end; what it costs in memory is
/// measured with the real daemon.
TEST_P(BigBody, HasTheHashOfAShortOne) {
  auto message = support::signed_with_body(GetParam().same, "relaxed/relaxed");
  message.body = GetParam().begin + repeated(GetParam().piece, kBigBody) + GetParam().end;
  const auto record = reporting::parse_record(deliver(message, 65'535).line);
  ASSERT_TRUE(record);
  EXPECT_EQ(passes(*record), 1U);
}

INSTANTIATE_TEST_SUITE_P(Table, BigBody,
                         testing::Values(BigBodyCase{"Spaces", "", " ", "", ""},
                                         BigBodyCase{"LineEnds", "", "\r\n", "", ""},
                                         BigBodyCase{"EmptyLines", "", " \r\n\t\r\n", "\t", ""},
                                         BigBodyCase{"TabsInside", "a", "\t", "b", "a b"},
                                         BigBodyCase{"SpacesBehind", "a", " ", "\r\n", "a\r\n"}),
                         [](const auto& row) { return row.param.name; });

TEST(BigBody, MayComeInTwentyMillionPieces) {
  auto message = support::signed_with_body("a b", "relaxed/relaxed");
  message.body = "a" + repeated(" \t", kBigBody) + "b";
  const auto record = reporting::parse_record(deliver(message, 1).line);
  ASSERT_TRUE(record);
  EXPECT_EQ(passes(*record), 1U);
}

}  // namespace
}  // namespace waarmerk::milter
