#include "milter/actions.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "base/text.h"

namespace waarmerk::milter {

void PrintTo(const NewField& field, std::ostream* out) {
  *out << field.name << ": " << field.value;
}

namespace {

using policy::ActionKind;
using policy::FieldPosition;

const std::vector<FieldPosition> kForged = {{"Authentication-Results", 3},
                                            {"Authentication-Results", 1}};

policy::Verdict decided(ActionKind action, ActionKind would) {
  policy::Verdict verdict;
  verdict.decision.action = action;
  verdict.decision.would = would;
  verdict.decision.cause = policy::Cause::DmarcPolicy;
  verdict.decision.why = "rejected per DMARC policy of example.com (p=reject)";
  return verdict;
}

Actions planned(const policy::Verdict& verdict, const policy::Facts& facts = {}) {
  return plan(verdict, facts, kForged, "mx.example");
}

std::vector<std::string> added_names(const Actions& actions) {
  std::vector<std::string> names;
  for (const NewField& field : actions.add) names.push_back(field.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(Plan, AddsOnlyOurResultsToAcceptedMail_S_39) {
  const policy::Verdict verdict = decided(ActionKind::Accept, ActionKind::Accept);
  const Actions actions = planned(verdict);
  EXPECT_EQ(actions.remove, kForged);
  ASSERT_EQ(added_names(actions), Names{"Authentication-Results"});
  EXPECT_EQ(actions.add[0].value, policy::write_auth_results("mx.example", {}, verdict));
  EXPECT_FALSE(actions.hold);
  EXPECT_FALSE(actions.reply);
}

TEST(Plan, AddsThemToExemptMailToo) {
  policy::Facts facts;
  facts.exemption = policy::Exemption::Loopback;
  const Actions actions = planned(decided(ActionKind::Accept, ActionKind::Accept), facts);
  EXPECT_EQ(actions.remove, kForged);
  ASSERT_EQ(actions.add.size(), 1U);
  EXPECT_EQ(actions.add[0].value, "mx.example; none (not checked: loopback)");
}

TEST(Plan, PutsOurResultsTopmost_P_10_R_04_M_23) {
  const Actions actions = planned(decided(ActionKind::Tag, ActionKind::Tag));
  EXPECT_EQ(added_names(actions),
            (Names{"X-Waarmerk-Reason", "X-Waarmerk-Action", "Authentication-Results"}));
}

struct TagCase {
  std::string name;
  ActionKind would;
  std::string want;
};

std::ostream& operator<<(std::ostream& out, const TagCase& c) { return out << c.name; }

class TagWord : public testing::TestWithParam<TagCase> {};

TEST_P(TagWord, IsWhatEnforceWouldHaveDone_P_16) {
  const Actions actions = planned(decided(ActionKind::Tag, GetParam().would));
  ASSERT_EQ(actions.add.size(), 3U);
  EXPECT_EQ(actions.add[1], (NewField{"X-Waarmerk-Action", GetParam().want}));
  EXPECT_EQ(actions.remove, kForged);
  EXPECT_FALSE(actions.hold);
  EXPECT_FALSE(actions.reply);
}

const TagCase kTags[] = {
    {"Tag", ActionKind::Tag, "quarantine"},       {"Hold", ActionKind::Hold, "quarantine"},
    {"Reject", ActionKind::Reject, "reject"},     {"Defer", ActionKind::Defer, "defer"},
    {"Accept", ActionKind::Accept, "quarantine"},
};

INSTANTIATE_TEST_SUITE_P(Table, TagWord, testing::ValuesIn(kTags),
                         [](const auto& row) { return row.param.name; });

/// What is not refused with a reply is delivered with our results: nothing disappears.
TEST(Plan, DiscardsNothing_P_09_M_51) {
  for (const ActionKind action : {ActionKind::Accept, ActionKind::Tag, ActionKind::Hold,
                                  ActionKind::Reject, ActionKind::Defer}) {
    const Actions actions = planned(decided(action, action));
    const bool refused = action == ActionKind::Reject || action == ActionKind::Defer;
    EXPECT_EQ(actions.reply.has_value(), refused);
    EXPECT_EQ(actions.add.empty(), refused);
  }
}

TEST(Plan, DoesNotTagInMonitorMode) {
  const Actions actions = planned(decided(ActionKind::Accept, ActionKind::Reject));
  EXPECT_EQ(added_names(actions), Names{"Authentication-Results"});
  EXPECT_FALSE(actions.reply);
}

std::string reason_value(std::string why) {
  policy::Verdict verdict = decided(ActionKind::Tag, ActionKind::Tag);
  verdict.decision.why = std::move(why);
  return planned(verdict).add.at(0).value;
}

TEST(Plan, FoldsTheReason_R_21) {
  std::string why = "quarantined per DMARC policy of example.com (p=quarantine):";
  for (int i = 0; i < 20; ++i) why += " no aligned identifier";
  std::string value = reason_value(why);
  const std::string field = "X-Waarmerk-Reason: " + value;
  for (const std::string_view line : split(field, '\n')) EXPECT_LT(line.size(), 78U) << line;
  std::erase(value, '\n');
  EXPECT_EQ(value, why);
}

TEST(Plan, MakesTheReasonFitForAField_M_25_M_26) {
  EXPECT_EQ(reason_value("a\r\nBcc: b"), "a Bcc: b");
  EXPECT_EQ(reason_value(std::string("a\0\xFF", 3)), "a??");
  EXPECT_EQ(reason_value(""), "local policy");
  for (const std::string_view line : split(reason_value(std::string(9'000, 'x')), '\n')) {
    EXPECT_LE(line.size() + std::string_view("X-Waarmerk-Reason: ").size(), 998U);
  }
}

TEST(Plan, HoldsWithTheReason) {
  const Actions actions = planned(decided(ActionKind::Hold, ActionKind::Hold));
  EXPECT_EQ(actions.hold, "rejected per DMARC policy of example.com (p=reject)");
  EXPECT_EQ(actions.remove, kForged);
  EXPECT_EQ(added_names(actions), Names{"Authentication-Results"});
  EXPECT_FALSE(actions.reply);
}

TEST(Plan, HoldsWithSomeReasonAlways) {
  policy::Verdict verdict = decided(ActionKind::Hold, ActionKind::Hold);
  verdict.decision.why.clear();
  EXPECT_EQ(planned(verdict).hold, "local policy");
}

TEST(Plan, OnlyRepliesToWhatIsRejected_R_22_P_06) {
  const policy::Verdict verdict = decided(ActionKind::Reject, ActionKind::Reject);
  const Actions actions = planned(verdict);
  EXPECT_EQ(actions.reply, Reply::for_decision(verdict.decision));
  EXPECT_FALSE(actions.reply->is_temporary());
  EXPECT_TRUE(actions.remove.empty());
  EXPECT_TRUE(actions.add.empty());
  EXPECT_FALSE(actions.hold);
}

TEST(Plan, OnlyRepliesToWhatIsDeferred_R_22) {
  const Actions actions = planned(decided(ActionKind::Defer, ActionKind::Defer));
  ASSERT_TRUE(actions.reply);
  EXPECT_TRUE(actions.reply->is_temporary());
  EXPECT_TRUE(actions.remove.empty());
  EXPECT_TRUE(actions.add.empty());
}

}  // namespace
}  // namespace waarmerk::milter
