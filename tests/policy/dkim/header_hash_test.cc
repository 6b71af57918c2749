// Which fields a signature covers.
#include "policy/dkim/header_hash.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "base/text.h"

namespace waarmerk::policy::dkim {
namespace {

constexpr std::size_t kNoOwn = std::numeric_limits<std::size_t>::max();

/// The values of the selected fields, one after the other.
std::string selected(const std::vector<HeaderField>& fields, std::string_view names,
                     std::size_t own = kNoOwn) {
  std::string values;
  for (const HeaderField* field : HeaderIndex(fields).select(names, own)) {
    values += field->value;
  }
  return values;
}

const std::vector<HeaderField> kFields{
    {"Received", "1"}, {"From", "f"},     {"received", "2"}, {"To", "t"},
    {"Subject ", "s"}, {"RECEIVED", "3"}, {"X-Empty", ""},
};

TEST(DkimHeaderIndex, SelectsInTheOrderOfTheNames) {  // K-15; RFC 6376 3.7
  EXPECT_EQ(selected(kFields, "To:From"), "tf");
  EXPECT_EQ(selected(kFields, "From:To"), "ft");
}

TEST(DkimHeaderIndex, SelectsFromTheBottom) {  // K-15; RFC 6376 5.4.2
  EXPECT_EQ(selected(kFields, "Received"), "3");
  EXPECT_EQ(selected(kFields, "Received:From:Received"), "3f2");
  EXPECT_EQ(selected(kFields, "Received:Received:Received"), "321");
}

TEST(DkimHeaderIndex, TakesAbsentFieldsAsNothing) {  // K-15
  EXPECT_EQ(selected(kFields, "Cc:From:From:From:Zz:A"), "f");
  EXPECT_EQ(selected(kFields, "Received:Received:Received:Received"), "321");
  EXPECT_EQ(selected({}, "From"), "");
}

TEST(DkimHeaderIndex, LooksAtNeitherCaseNorSpaceBeforeTheColon) {  // K-17
  EXPECT_EQ(selected(kFields, "fRoM:SUBJECT"), "fs");
  EXPECT_EQ(selected(kFields, "fromm:fro:subjec"), "");
}

TEST(DkimHeaderIndex, NeverSelectsTheSignatureItself) {  // K-16
  const std::vector<HeaderField> fields{
      {"DKIM-Signature", "1"}, {"DKIM-Signature", "2"}, {"DKIM-Signature", "3"}};
  const std::string all = "dkim-signature:dkim-signature:dkim-signature";
  EXPECT_EQ(selected(fields, all, 0), "32");
  EXPECT_EQ(selected(fields, all, 1), "31");
  EXPECT_EQ(selected(fields, all, 2), "21");
  EXPECT_EQ(selected({{"DKIM-Signature", "1"}}, all, 0), "");
}

TEST(DkimHeaderIndex, SelectsAmongTenThousandFields) {
  std::vector<HeaderField> fields;
  for (int i = 0; i < 10'000; ++i) {
    fields.push_back({i % 2 == 0 ? "Received" : "X-" + std::to_string(i), "x"});
  }
  std::string names = "received";
  for (int i = 0; i < 200'000; ++i) names += ":received";
  EXPECT_EQ(selected(fields, names).size(), 5000U);
}

}  // namespace
}  // namespace waarmerk::policy::dkim
