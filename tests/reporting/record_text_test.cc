// How times, names and words are spelled, in both directions.
#include "reporting/record_text.h"

#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <string>

namespace waarmerk::reporting {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::year;

TEST(Timestamp, IsRfc3339WithMicroseconds) {
  EXPECT_EQ(timestamp(WallTime{}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(timestamp(sys_days(year(2026) / 5 / 1) + 23h + 59min + 58s + 7us),
            "2026-05-01T23:59:58.000007Z");
  EXPECT_EQ(timestamp(WallTime{} - 1us), "1969-12-31T23:59:59.999999Z");
}

TEST(Timestamp, StaysWithinFourDigitsOfTheYear) {
  EXPECT_EQ(timestamp(WallTime::max()), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(timestamp(WallTime::min()), "0000-01-01T00:00:00.000000Z");
}

TEST(Timestamp, IsReadBackAsItWas) {
  std::mt19937_64 random(3339);
  for (int round = 0; round < 1000; ++round) {
    const WallTime time(std::chrono::microseconds(random() % 253'402'300'800'000'000));
    ASSERT_EQ(timestamp_from(timestamp(time)), time) << timestamp(time);
  }
}

struct BadTime {
  std::string name;
  std::string text;
};
std::ostream& operator<<(std::ostream& out, const BadTime& row) { return out << row.name; }

class TimestampRefuses : public testing::TestWithParam<BadTime> {};

TEST_P(TimestampRefuses, AnotherForm) {
  EXPECT_EQ(timestamp_from(GetParam().text), std::nullopt) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, TimestampRefuses,
    testing::Values(BadTime{"empty", ""}, BadTime{"no_fraction", "2026-05-01T12:00:00Z"},
                    BadTime{"milliseconds", "2026-05-01T12:00:00.123Z"},
                    BadTime{"offset", "2026-05-01T12:00:00.000000+00:00"},
                    BadTime{"lower_case", "2026-05-01t12:00:00.000000z"},
                    BadTime{"letter_in_a_number", "2026-05-0xT12:00:00.000000Z"},
                    BadTime{"sign_in_a_number", "2026-05--1T12:00:00.000000Z"},
                    BadTime{"month_13", "2026-13-01T12:00:00.000000Z"},
                    BadTime{"day_that_does_not_exist", "2026-02-29T12:00:00.000000Z"},
                    BadTime{"hour_24", "2026-05-01T24:00:00.000000Z"},
                    BadTime{"minute_60", "2026-05-01T12:60:00.000000Z"},
                    BadTime{"leap_second", "2026-06-30T23:59:60.000000Z"},
                    BadTime{"trailing_text", "2026-05-01T12:00:00.000000Z "}),
    [](const auto& row) { return row.param.name; });

DomainName octets(std::string_view text) { return DomainName::from_octets(text).value(); }

TEST(SpellName, LeavesOrdinaryNamesAlone) {
  EXPECT_TRUE(is_plain_name(octets("_dmarc.xn--bcher-kva.example")));
  EXPECT_EQ(spell_name(octets("_dmarc.xn--bcher-kva.example")), "_dmarc.xn--bcher-kva.example");
}

TEST(SpellName, WritesOtherOctetsAsDecimals) {
  EXPECT_FALSE(is_plain_name(octets("a b.example")));
  EXPECT_EQ(spell_name(octets("a b\\c\n\xff.example")), "a\\032b\\\\c\\010\\255.example");
}

TEST(SpellName, KeepsEveryOctetThatALabelCanHold) {
  for (int value = 0; value < 256; ++value) {
    const char octet = static_cast<char>(value);
    if (octet == '.') continue;
    const DomainName name = octets(std::string("a") + octet + ".example");
    ASSERT_EQ(name_from(spell_name(name)), name) << value;
  }
}

TEST(NameFrom, RefusesBadEscapesAndNamesThatTheDnsCannotCarry) {
  for (const auto* text : {"", ".", "a..b", "a\\", "a\\25", "a\\256", "a\\x41", "\\-12.example"}) {
    EXPECT_EQ(name_from(text), std::nullopt) << text;
  }
  EXPECT_EQ(name_from(std::string(64, 'a') + ".example"), std::nullopt);
  EXPECT_NE(name_from(std::string(63, 'a') + ".example"), std::nullopt);
}

TEST(Words, AreReadBackAsTheyWere) {
  using policy::Engine;
  using policy::EvidenceItem;
  using policy::Mode;
  using policy::dmarc::AlignmentMode;
  using policy::dmarc::Psd;
  for (const auto mode : {Mode::Enforce, Mode::Tag, Mode::Monitor}) {
    EXPECT_EQ(mode_from(to_word(mode)), mode);
  }
  for (const auto engine : {Engine::Native, Engine::Reference, Engine::Both}) {
    EXPECT_EQ(engine_from(to_word(engine)), engine);
  }
  for (const auto speaks :
       {EvidenceItem::Speaks::ForForgery, EvidenceItem::Speaks::ForIndirectMail}) {
    EXPECT_EQ(speaks_from(to_word(speaks)), speaks);
  }
  for (const auto mode : {AlignmentMode::Relaxed, AlignmentMode::Strict}) {
    EXPECT_EQ(alignment_from(to_word(mode)), mode);
  }
  for (const auto psd : {Psd::Unspecified, Psd::Yes, Psd::No})
    EXPECT_EQ(psd_from(to_word(psd)), psd);
}

TEST(Words, ThatAreUnknownAreNoValues) {
  EXPECT_EQ(mode_from("Enforce"), std::nullopt);
  EXPECT_EQ(engine_from(""), std::nullopt);
  EXPECT_EQ(speaks_from("for_forgery"), std::nullopt);
  EXPECT_EQ(alignment_from("relaxed"), std::nullopt);
  EXPECT_EQ(psd_from("yes"), std::nullopt);
}

}  // namespace
}  // namespace waarmerk::reporting
