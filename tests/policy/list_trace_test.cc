#include "policy/list_trace.h"

#include <gtest/gtest.h>

namespace waarmerk::policy {
namespace {

struct Row {
  const char* name;
  HeaderField field;
  const char* want;  ///< empty: no trace
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class ListTraceTest : public testing::TestWithParam<Row> {};

TEST_P(ListTraceTest, GivesTheDomain) {
  const std::vector<HeaderField> fields{GetParam().field};
  const auto traces = list_traces(fields);
  EXPECT_EQ(traces.empty() ? "" : traces.front().domain.text(), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    P04, ListTraceTest,
    testing::Values(Row{"list_id",
                        {"List-Id", " Announcements <announce.lists.example.org>"},
                        "announce.lists.example.org"},
                    Row{"list_id_bare", {"list-id", " <a.example.org>\r\n"}, "a.example.org"},
                    Row{"list_id_folded", {"List-ID ", " x\r\n <a.example.org>"}, "a.example.org"},
                    Row{"list_post", {"List-Post", " <mailto:list@example.org>"}, "example.org"},
                    Row{"list_post_with_query",
                        {"List-Post", " <mailto:list@example.org?subject=a@evil.example>"},
                        "example.org"},
                    Row{"list_id_without_brackets", {"List-Id", " a.example.org"}, ""},
                    Row{"list_id_text_after", {"List-Id", " <a.example.org> b"}, ""},
                    Row{"list_id_single_label", {"List-Id", " <localhost>"}, ""},
                    Row{"list_id_spaces", {"List-Id", " <a b.example.org>"}, ""},
                    Row{"list_post_https", {"List-Post", " <https://example.org/>"}, ""},
                    Row{"list_post_no", {"List-Post", " NO"}, ""},
                    Row{"other_field", {"X-List-Id", " <a.example.org>"}, ""}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(ListTrace, KeepsAFewDistinctOnes) {
  std::vector<HeaderField> fields;
  for (int i = 0; i < 100; ++i) {
    fields.push_back({"List-Id", " <l" + std::to_string(i / 2) + ".example.org>"});
  }
  const auto traces = list_traces(fields);
  ASSERT_EQ(traces.size(), kMaxListTraces);
  EXPECT_EQ(traces[1].domain.text(), "l1.example.org");
}

TEST(ListTrace, ReadsOnlySoManyFields) {
  std::vector<HeaderField> fields(kMaxListFields - 1, {"List-Id", " none"});
  fields.push_back({"List-Id", " <talk.example.org>"});
  EXPECT_EQ(list_traces(fields).size(), 1U);
  fields.insert(fields.begin(), {"List-Post", " none"});
  EXPECT_TRUE(list_traces(fields).empty());
}

}  // namespace
}  // namespace waarmerk::policy
