// DMARC records: one row for each thing that a record may say, and its neighbour that may not.
#include "policy/dmarc/record.h"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace waarmerk::policy::dmarc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Record parsed(std::string_view text) {
  const auto record = parse_record(text);
  EXPECT_TRUE(record) << "refused: " << text;
  return record.value_or(Record{});
}

// ---- Is it a record at all? ---------------------------------------------------------------------

struct VersionRow {
  std::string_view name;
  std::string_view text;
  bool is_record;

  friend std::ostream& operator<<(std::ostream& out, const VersionRow& row) {
    return out << row.name << ": " << row.text;
  }
};

template <typename Row>
std::string row_name(const ::testing::TestParamInfo<Row>& info) {
  return std::string(info.param.name);
}

class DmarcRecordVersion : public ::testing::TestWithParam<VersionRow> {};

TEST_P(DmarcRecordVersion, DecidesWhetherItIsARecord) {
  EXPECT_EQ(parse_record(GetParam().text).has_value(), GetParam().is_record);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DmarcRecordVersion,
    ::testing::Values(VersionRow{"D_25_VersionAlone", "v=DMARC1", true},
                      VersionRow{"D_25_VersionAndSemicolon", "v=DMARC1;", true},
                      VersionRow{"D_24_SpaceAroundEverything", "v = DMARC1 ; p = reject ;", true},
                      VersionRow{"D_24_TabAroundEverything", "v\t=\tDMARC1\t;\tp\t=\treject", true},
                      VersionRow{"D_29_CapitalName", "V=DMARC1; p=none", true},
                      VersionRow{"D_23_SpaceBefore", " v=DMARC1; p=none", false},
                      VersionRow{"D_23_LowerCaseValue", "v=dmarc1; p=none", false},
                      VersionRow{"D_23_LongerValue", "v=DMARC1.0; p=none", false},
                      VersionRow{"D_23_OtherVersion", "v=DMARC2; p=none", false},
                      VersionRow{"D_23_NoSemicolon", "v=DMARC1 p=none", false},
                      VersionRow{"D_23_LineBreakBehind", "v=DMARC1\r\n; p=none", false},
                      VersionRow{"D_23_NotFirst", "p=none; v=DMARC1", false},
                      VersionRow{"D_23_EmptyTagFirst", ";v=DMARC1; p=none", false},
                      VersionRow{"D_23_OtherTagThatBeginsWithV", "vx=DMARC1; p=none", false},
                      VersionRow{"D_21_SpfRecord", "v=spf1 -all", false},
                      VersionRow{"D_21_Token", "verification=abc", false},
                      VersionRow{"D_21_Empty", "", false}),
    row_name<VersionRow>);

// ---- Policy tags --------------------------------------------------------------------------------

constexpr std::optional<Disposition> kAbsent;

struct PolicyRow {
  std::string_view name;
  std::string_view text;
  std::optional<Disposition> p;
  std::optional<Disposition> sp;
  std::optional<Disposition> np;
  bool invalid;
  bool usable;

  friend std::ostream& operator<<(std::ostream& out, const PolicyRow& row) {
    return out << row.name << ": " << row.text;
  }
};

class DmarcRecordPolicy : public ::testing::TestWithParam<PolicyRow> {};

TEST_P(DmarcRecordPolicy, ReadsPSpNp) {
  const Record record = parsed(GetParam().text);
  EXPECT_EQ(record.p, GetParam().p);
  EXPECT_EQ(record.sp, GetParam().sp);
  EXPECT_EQ(record.np, GetParam().np);
  EXPECT_EQ(record.policy_tag_invalid, GetParam().invalid);
  EXPECT_EQ(is_usable(record), GetParam().usable);
}

constexpr auto kNone = Disposition::None;
constexpr auto kQuarantine = Disposition::Quarantine;
constexpr auto kReject = Disposition::Reject;

INSTANTIATE_TEST_SUITE_P(
    Rows, DmarcRecordPolicy,
    ::testing::Values(
        PolicyRow{"AllThree", "v=DMARC1; p=reject; sp=quarantine; np=none", kReject, kQuarantine,
                  kNone, false, true},
        PolicyRow{"AnyPosition", "v=DMARC1; adkim=s; p=quarantine", kQuarantine, kAbsent, kAbsent,
                  false, true},
        PolicyRow{"D_28_ValueCase", "v=DMARC1; p=ReJeCt", kReject, kAbsent, kAbsent, false, true},
        PolicyRow{"D_29_NameCase", "v=DMARC1; P=reject; Sp=none", kReject, kNone, kAbsent, false,
                  true},
        PolicyRow{"D_32_Missing", "v=DMARC1; adkim=s", kAbsent, kAbsent, kAbsent, false, false},
        PolicyRow{"D_31_MissingWithRua", "v=DMARC1; rua=mailto:d@example.com", kAbsent, kAbsent,
                  kAbsent, false, true},
        PolicyRow{"D_32_Unknown", "v=DMARC1; p=blah", kAbsent, kAbsent, kAbsent, true, false},
        PolicyRow{"D_31_UnknownWithRua", "v=DMARC1; p=blah; rua=mailto:d@example.com", kAbsent,
                  kAbsent, kAbsent, true, true},
        PolicyRow{"D_32_RuaWithoutValidUri", "v=DMARC1; p=blah; rua=ftp", kAbsent, kAbsent, kAbsent,
                  true, false},
        PolicyRow{"D_32_Empty", "v=DMARC1; p=", kAbsent, kAbsent, kAbsent, true, false},
        PolicyRow{"D_32_SpInvalid", "v=DMARC1; p=reject; sp=x", kReject, kAbsent, kAbsent, true,
                  false},
        PolicyRow{"D_32_NpInvalid", "v=DMARC1; p=reject; np=x", kReject, kAbsent, kAbsent, true,
                  false},
        PolicyRow{"D_40_NotPrintable", "v=DMARC1; p=reject\x01", kAbsent, kAbsent, kAbsent, true,
                  false},
        PolicyRow{"D_40_NotAscii", "v=DMARC1; p=r\xC3\xA9ject", kAbsent, kAbsent, kAbsent, true,
                  false},
        PolicyRow{"D_30_SameTwice", "v=DMARC1; p=reject; p=reject", kAbsent, kAbsent, kAbsent, true,
                  false},
        PolicyRow{"D_30_TwiceInOtherCase", "v=DMARC1; p=none; P=reject", kAbsent, kAbsent, kAbsent,
                  true, false},
        PolicyRow{"D_30_SpTwice", "v=DMARC1; p=reject; sp=none; sp=none", kReject, kAbsent, kAbsent,
                  true, false},
        PolicyRow{"D_27_BadTagsDoNotHurt", "v=DMARC1;; =x; p; nonsense; p=reject; \xFF=1", kReject,
                  kAbsent, kAbsent, false, true},
        PolicyRow{"D_26_UnknownTags", "v=DMARC1; p=reject; pct=0; rf=afrf; ri=3600; foo=bar",
                  kReject, kAbsent, kAbsent, false, true},
        PolicyRow{"NameWithinAName", "v=DMARC1; xp=reject; p =none", kNone, kAbsent, kAbsent, false,
                  true}),
    row_name<PolicyRow>);

// ---- The other tags -----------------------------------------------------------------------------

TEST(DmarcRecord, D_27_DefaultsStandForAbsentTags) {
  const Record record = parsed("v=DMARC1; p=none");
  EXPECT_EQ(record.psd, Psd::Unspecified);
  EXPECT_FALSE(record.testing);
  EXPECT_EQ(record.adkim, AlignmentMode::Relaxed);
  EXPECT_EQ(record.aspf, AlignmentMode::Relaxed);
  EXPECT_EQ(record.fo, "0");
  EXPECT_THAT(record.rua, IsEmpty());
  EXPECT_THAT(record.ruf, IsEmpty());
  EXPECT_EQ(record.pct, "");
}

TEST(DmarcRecord, D_27_DefaultsStandForInvalidTags) {
  const Record record = parsed("v=DMARC1; p=none; psd=x; t=yes; adkim=strict; aspf=; fo=2; rua=x");
  EXPECT_EQ(record, [&] {
    Record plain = parsed("v=DMARC1; p=none");
    plain.text = record.text;
    return plain;
  }());
}

TEST(DmarcRecord, D_28_ValuesAreReadInAnyCase) {
  const Record record = parsed("v=DMARC1; p=none; PSD=Y; T=Y; ADKIM=S; ASPF=S; FO=1:D:S");
  EXPECT_EQ(record.psd, Psd::Yes);
  EXPECT_TRUE(record.testing);
  EXPECT_EQ(record.adkim, AlignmentMode::Strict);
  EXPECT_EQ(record.aspf, AlignmentMode::Strict);
  EXPECT_EQ(record.fo, "1:d:s");
}

TEST(DmarcRecord, D_30_OfOtherTagsGivenTwiceTheFirstCounts) {
  const Record record = parsed(
      "v=DMARC1; p=none; adkim=s; adkim=r; psd=n; psd=y; rua=mailto:a@example.com;"
      "rua=mailto:b@example.com");
  EXPECT_EQ(record.adkim, AlignmentMode::Strict);
  EXPECT_EQ(record.psd, Psd::No);
  EXPECT_THAT(record.rua, ElementsAre("mailto:a@example.com"));
  EXPECT_FALSE(record.policy_tag_invalid);
}

TEST(DmarcRecord, D_59_PctIsKeptAsGivenAndBounded) {
  EXPECT_EQ(parsed("v=DMARC1; p=reject; pct=0").pct, "0");
  EXPECT_EQ(parsed("v=DMARC1; p=reject; pct=" + std::string(1000, '9')).pct.size(), 20U);
}

TEST(DmarcRecord, KeepsItsTextPrintable) {
  EXPECT_EQ(parsed("v=DMARC1; p=none; x=\n\xFFz").text, "v=DMARC1; p=none; x=??z");
}

TEST(DmarcRecord, D_39_ALongRecordIsReadToItsEnd) {
  const std::string filler(60000, ';');
  EXPECT_EQ(parsed("v=DMARC1" + filler + "p=reject").p, kReject);
}

struct ValueRow {
  std::string_view name;
  std::string_view given;
  std::string_view want;

  friend std::ostream& operator<<(std::ostream& out, const ValueRow& row) {
    return out << row.name << ": " << row.given;
  }
};

class DmarcRecordFo : public ::testing::TestWithParam<ValueRow> {};

TEST_P(DmarcRecordFo, IsReadOrDefaults) {
  EXPECT_EQ(parsed("v=DMARC1; p=none; fo=" + std::string(GetParam().given)).fo, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DmarcRecordFo,
    ::testing::Values(ValueRow{"D_37_One", "1", "1"}, ValueRow{"D_37_AnyOrder", "d:1:s", "d:1:s"},
                      ValueRow{"D_37_WithoutZeroAndOne", "s:d", "s:d"},
                      ValueRow{"D_37_SpaceAroundColon", "1 : d", "1:d"},
                      ValueRow{"D_37_ZeroAndOne", "0:1", "0"}, ValueRow{"D_37_Twice", "d:d", "0"},
                      ValueRow{"D_37_Unknown", "1:x", "0"}, ValueRow{"D_37_EmptyPiece", "1:", "0"},
                      ValueRow{"D_37_WrongSeparator", "1,d", "0"}),
    row_name<ValueRow>);

// ---- Report URIs --------------------------------------------------------------------------------

class DmarcRecordUri : public ::testing::TestWithParam<ValueRow> {};

/// `want` empty: the URI is ignored.
TEST_P(DmarcRecordUri, IsKeptWithoutItsSizeOrIgnored) {
  const std::string given(GetParam().given);
  const Record record =
      parsed("v=DMARC1; p=none; rua=" + given + ",mailto:z@example.com; ruf=" + given);
  std::vector<std::string> want;
  if (!GetParam().want.empty()) want.emplace_back(GetParam().want);
  EXPECT_EQ(record.ruf, want);
  want.emplace_back("mailto:z@example.com");
  EXPECT_EQ(record.rua, want);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DmarcRecordUri,
    ::testing::Values(
        ValueRow{"D_33_Plain", "mailto:a@example.com", "mailto:a@example.com"},
        ValueRow{"D_33_SchemeCase", "MailTo:a@example.com", "MailTo:a@example.com"},
        ValueRow{"D_33_SpaceAround", " \tmailto:a@example.com\t ", "mailto:a@example.com"},
        ValueRow{"D_33_Encoded", "mailto:a%21%2Cb@example.com", "mailto:a%21%2Cb@example.com"},
        ValueRow{"D_33_Fields", "mailto:a@example.com?subject=x", "mailto:a@example.com?subject=x"},
        ValueRow{"D_34_Size", "mailto:a@example.com!10m", "mailto:a@example.com"},
        ValueRow{"D_34_SizeWithoutUnit", "mailto:a@example.com!1000", "mailto:a@example.com"},
        ValueRow{"D_34_SizeInCapitals", "mailto:a@example.com!1G", "mailto:a@example.com"},
        ValueRow{"D_34_SizeWithoutNumber", "mailto:a@example.com!m", ""},
        ValueRow{"D_34_SizeOfOtherUnit", "mailto:a@example.com!10x", ""},
        ValueRow{"D_34_TwoSizes", "mailto:a@example.com!1!2", ""},
        ValueRow{"D_35_Https", "https://example.com/report", ""},
        ValueRow{"D_33_NoScheme", "a@example.com", ""}, ValueRow{"D_33_NoAddress", "mailto:", ""},
        ValueRow{"D_33_NoDomain", "mailto:a@", ""},
        ValueRow{"D_33_NoLocalPart", "mailto:@example.com", ""},
        ValueRow{"D_33_TwoAts", "mailto:a@b@example.com", ""},
        ValueRow{"D_33_BadDomain", "mailto:a@exa..mple.com", ""},
        ValueRow{"D_33_SpaceInside", "mailto:a b@example.com", ""},
        ValueRow{"D_33_Quote", "mailto:\"a\"@example.com", ""},
        ValueRow{"D_33_CutEscape", "mailto:a%2@example.com", ""},
        ValueRow{"D_33_EncodedLineBreak", "mailto:a%0D%0Ax@example.com", ""},
        ValueRow{"D_33_EncodedLineBreakInField", "mailto:a@example.com?x=%0a", ""}),
    row_name<ValueRow>);

TEST(DmarcRecord, D_40_OneOctetThatIsNotAsciiDiscardsTheWholeTag) {
  const Record record =
      parsed("v=DMARC1; p=none; rua=mailto:a@example.com,mailto:\xC3\xA9@example.com");
  EXPECT_THAT(record.rua, IsEmpty());
  EXPECT_EQ(record.p, kNone);
}

TEST(DmarcRecord, KeepsABoundedNumberOfUris) {
  std::string text = "v=DMARC1; p=none; rua=mailto:a@example.com";
  for (std::size_t i = 0; i < 5 * kMaxReportUris; ++i) text += ",mailto:a@example.com";
  EXPECT_EQ(parsed(text).rua.size(), kMaxReportUris);
}

TEST(DmarcDisposition, NamesAreReadBack) {
  for (const Disposition disposition : {kNone, kQuarantine, kReject}) {
    EXPECT_EQ(disposition_from(to_string(disposition)), disposition);
  }
  EXPECT_EQ(disposition_from("Reject"), std::nullopt);
  EXPECT_EQ(disposition_from(""), std::nullopt);
}

}  // namespace
}  // namespace waarmerk::policy::dmarc
