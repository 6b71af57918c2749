#include "reporting/delivery/report_uri.h"

#include <gtest/gtest.h>

#include <string>

namespace waarmerk::reporting {
namespace {

struct Row {
  const char* name;
  std::string uri;
  /// Empty: it is refused, for the reason that `why` has a word of.
  std::string address;
  std::string why = {};
};

class ReportUri : public testing::TestWithParam<Row> {};

TEST_P(ReportUri, IsReadOrRefused) {
  const Row& row = GetParam();
  const auto address = address_of(row.uri);
  if (row.address.empty()) {
    ASSERT_FALSE(address) << address->text();
    EXPECT_NE(address.error().text.find(row.why), std::string::npos) << address.error().text;
  } else {
    ASSERT_TRUE(address) << address.error().text;
    EXPECT_EQ(address->text(), row.address);
  }
}

const Row kRows[] = {
    {"A_43_Plain", "mailto:dmarc@example.com", "dmarc@example.com"},
    {"A_43_SchemeInAnyCase", "MailTo:dmarc@example.com", "dmarc@example.com"},
    {"D_35_OtherScheme", "https://example.com/r", "", "mailto"},
    {"NoScheme", "dmarc@example.com", "", "mailto"},
    {"Empty", "", "", "mailto"},
    {"A_43_Encoded", "mailto:d%6Darc%2Brua@ex%61mple.com", "dmarc+rua@example.com"},
    {"A_43_HalfAnEscape", "mailto:dmarc%2@example.com", "", "hexadecimal"},
    {"A_43_EscapeAtTheEnd", "mailto:dmarc@example.co%6", "", "hexadecimal"},
    {"A_43_NoHexadecimal", "mailto:dm%zzarc@example.com", "", "hexadecimal"},
    {"A_43_HeaderFields", "mailto:dmarc@example.com?subject=a%0d%0aBcc:x&to=b@c.example",
     "dmarc@example.com"},
    {"A_43_NothingButHeaderFields", "mailto:?to=dmarc@example.com", "", "@"},
    {"D_33_EncodedExclamationMark", "mailto:a%21b@example.com", "a!b@example.com"},
    {"D_33_BareExclamationMark", "mailto:a!b@example.com", "", "encoded"},
    {"D_34_SizeThatNobodyRemoved", "mailto:a@example.com!10m", "", "encoded"},
    {"D_33_TwoAddresses", "mailto:a@example.com,b@example.com", "", "more than one"},
    {"D_33_EncodedComma", "mailto:a@example.com%2Cb@example.com", "", "encoded"},
    {"CommaInTheLocalPart", "mailto:a%2Cb@example.com", "", "quoting"},
    {"EncodedAt", "mailto:a%40example.com", "", "@"},
    {"SecondAt", "mailto:a@b@example.com", "", "encoded"},
    {"LineBreak", "mailto:a%0D%0ARCPT%20TO:@example.com", "", "encoded"},
    {"EncodedLineBreak", "mailto:a%0D%0Ab@example.com", "", "quoting"},
    {"LineBreakInTheDomain", "mailto:a@example.com%0D%0A", "", ""},
    {"NulInTheLocalPart", "mailto:a%00b@example.com", "", "quoting"},
    {"RawLineBreak", "mailto:a\r\nb@example.com", "", "encoded"},
    {"RawNul", std::string("mailto:a\0b@example.com", 22), "", "encoded"},
    {"Space", "mailto:a%20b@example.com", "", "quoting"},
    {"AngleBracket", "mailto:a%3E@example.com", "", "quoting"},
    {"QuotedLocalPart", "mailto:%22a%22@example.com", "", "quoting"},
    {"Fragment", "mailto:a#b@example.com", "", "encoded"},
    {"UnicodeDomain", "mailto:a@b%C3%BCcher.example", "a@xn--bcher-kva.example"},
    {"UnicodeDomainAsItIs",
     "mailto:a@b\xC3\xBC"
     "cher.example",
     "", "encoded"},
    {"UnicodeLocalPart", "mailto:%C3%BC@example.com", "", "quoting"},
    {"AddressLiteral", "mailto:a@%5B192.0.2.1%5D", "", ""},
    {"LongLocalPart", "mailto:" + std::string(64, 'a') + "@example.com",
     std::string(64, 'a') + "@example.com"},
    {"LongerLocalPart", "mailto:" + std::string(65, 'a') + "@example.com", "", "64"},
    {"NoLocalPart", "mailto:@example.com", "", "quoting"},
    {"NoDomain", "mailto:a@", "", ""},
};
INSTANTIATE_TEST_SUITE_P(Rows, ReportUri, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace waarmerk::reporting
