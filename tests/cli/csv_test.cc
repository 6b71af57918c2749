#include "cli/csv.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace waarmerk::cli {
namespace {

struct FieldCase {
  std::string name;
  std::string text;
  std::string want;
};

std::ostream& operator<<(std::ostream& out, const FieldCase& row) { return out << row.name; }

class CsvField : public testing::TestWithParam<FieldCase> {};

TEST_P(CsvField, IsWrittenAs) { EXPECT_EQ(csv_text(GetParam().text), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(Rows, CsvField,
                         testing::Values(FieldCase{"empty", "", "\"\""},
                                         FieldCase{"plain", "example.com", "\"example.com\""},
                                         FieldCase{"comma_and_quote", "a,\"b\"", "\"a,\"\"b\"\"\""},
                                         FieldCase{"line_end", "a\r\nb", "\"a\r\nb\""},
                                         FieldCase{"formula", "=cmd|'x'!A0", "\"'=cmd|'x'!A0\""},
                                         FieldCase{"plus", "+1", "\"'+1\""},
                                         FieldCase{"minus", "-1", "\"'-1\""},
                                         FieldCase{"at", "@example.com", "\"'@example.com\""},
                                         FieldCase{"tab", "\tx", "\"'\tx\""},
                                         FieldCase{"formula_later", "a=b", "\"a=b\""}),
                         [](const auto& row) { return row.param.name; });

TEST(CsvLine, NumbersStandWithoutQuotes) {
  EXPECT_EQ(csv_line({"a", "12", "", "1.2", "-3"}), "\"a\",12,\"\",\"1.2\",\"'-3\"\r\n");
}

}  // namespace
}  // namespace waarmerk::cli
