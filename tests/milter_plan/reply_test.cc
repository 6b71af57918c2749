#include "milter/reply.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "base/text.h"

namespace waarmerk::milter {

void PrintTo(const Reply& reply, std::ostream* out) {
  *out << reply.code() << ' ' << reply.enhanced() << ' ' << reply.text();
}

namespace {

using policy::ActionKind;
using policy::Cause;

Reply reply_for(Cause cause, ActionKind action, std::string why = "the sentence") {
  policy::Decision decision;
  decision.cause = cause;
  decision.action = action;
  decision.would = action;
  decision.why = std::move(why);
  return Reply::for_decision(decision);
}

std::string shown(const Reply& reply) {
  return reply.code() + " " + reply.enhanced() + " " + reply.text();
}

struct ReplyCase {
  std::string name;
  Cause cause;
  ActionKind action;
  std::string why;
  std::string want;
};

std::ostream& operator<<(std::ostream& out, const ReplyCase& c) { return out << c.name; }

class ReplyTable : public testing::TestWithParam<ReplyCase> {};

TEST_P(ReplyTable, HasCodeAndSentence) {
  const ReplyCase& c = GetParam();
  EXPECT_EQ(shown(reply_for(c.cause, c.action, c.why)), c.want);
}

const ReplyCase kReplies[] = {
    {"DmarcReject_P_07", Cause::DmarcPolicy, ActionKind::Reject,
     "rejected per DMARC policy of example.com (p=reject)",
     "550 5.7.1 rejected per DMARC policy of example.com (p=reject)"},
    {"DmarcDefer", Cause::DmarcPolicy, ActionKind::Defer, "per DMARC policy of example.com",
     "451 4.7.1 per DMARC policy of example.com"},
    {"DmarcWordIsThere_P_07", Cause::DmarcPolicy, ActionKind::Reject, "example.com asks for it",
     "550 5.7.1 DMARC: example.com asks for it"},
    {"DmarcTempErrorDefer_P_08", Cause::DmarcTempError, ActionKind::Defer,
     "DMARC of example.com could not be evaluated",
     "451 4.7.1 DMARC of example.com could not be evaluated"},
    {"DmarcTempErrorReject", Cause::DmarcTempError, ActionKind::Reject, "DMARC: no answer",
     "550 5.7.1 DMARC: no answer"},
    {"SpfFailReject_S_36", Cause::SpfFail, ActionKind::Reject, "SPF fail for example.com",
     "550 5.7.23 SPF fail for example.com"},
    {"SpfFailDefer", Cause::SpfFail, ActionKind::Defer, "SPF fail for example.com",
     "451 4.7.23 SPF fail for example.com"},
    {"SpfTempErrorDefer_S_37", Cause::SpfTempError, ActionKind::Defer, "SPF temperror",
     "451 4.7.24 SPF temperror"},
    {"SpfTempErrorReject", Cause::SpfTempError, ActionKind::Reject, "SPF temperror",
     "550 5.7.24 SPF temperror"},
    {"SpfPermErrorReject_S_37", Cause::SpfPermError, ActionKind::Reject, "SPF permerror",
     "550 5.7.24 SPF permerror"},
    {"SpfPermErrorDefer", Cause::SpfPermError, ActionKind::Defer, "SPF permerror",
     "451 4.7.24 SPF permerror"},
    {"SeveralFromFields_D_03", Cause::SeveralFromFields, ActionKind::Reject,
     "the message has several From fields", "550 5.7.1 the message has several From fields"},
    {"SeveralFromFieldsDefer", Cause::SeveralFromFields, ActionKind::Defer, "several",
     "451 4.7.1 several"},
    {"SeveralFromDomains_D_05", Cause::SeveralFromDomains, ActionKind::Reject, "several",
     "550 5.7.1 several"},
    {"SeveralFromDomainsDefer", Cause::SeveralFromDomains, ActionKind::Defer, "several",
     "451 4.7.1 several"},
    {"NoFrom_D_07", Cause::NoFrom, ActionKind::Reject, "the message has no From domain",
     "550 5.7.1 the message has no From domain"},
    {"NoFromDefer", Cause::NoFrom, ActionKind::Defer, "no From", "451 4.7.1 no From"},
    {"OversizedHeader", Cause::OversizedHeader, ActionKind::Reject, "the header is too large",
     "552 5.3.4 the header is too large"},
    {"OversizedHeaderDefer", Cause::OversizedHeader, ActionKind::Defer, "too large",
     "452 4.3.4 too large"},
    {"InternalErrorDefer_M_42", Cause::InternalError, ActionKind::Defer, "internal error: E1",
     "451 4.3.0 internal error: E1"},
    {"InternalErrorReject", Cause::InternalError, ActionKind::Reject, "internal error: E1",
     "554 5.3.0 internal error: E1"},
    {"NoCause", Cause::None, ActionKind::Reject, "", "550 5.7.1 refused by local policy"},
    {"NoCauseDefer", Cause::None, ActionKind::Defer, "a rule", "451 4.7.1 a rule"},
    {"NoSentence", Cause::DmarcPolicy, ActionKind::Reject, " \r\n",
     "550 5.7.1 refused per DMARC policy"},
    {"NoSentenceForSpf", Cause::SpfFail, ActionKind::Reject, "",
     "550 5.7.23 SPF validation failed"},
    {"LineEnds_X_01", Cause::NoFrom, ActionKind::Reject, "a\r\n250 2.0.0 b",
     "550 5.7.1 a 250 2.0.0 b"},
    {"Controls_X_01", Cause::NoFrom, ActionKind::Reject, std::string("a\0\x1b\xFF", 4),
     "550 5.7.1 a???"},
    {"PercentIsLeftToTheEdge_X_01", Cause::NoFrom, ActionKind::Reject, "100%s", "550 5.7.1 100%s"},
};

INSTANTIATE_TEST_SUITE_P(Table, ReplyTable, testing::ValuesIn(kReplies),
                         [](const auto& row) { return row.param.name; });

constexpr Cause kCauses[] = {Cause::None,
                             Cause::DmarcPolicy,
                             Cause::DmarcTempError,
                             Cause::SpfFail,
                             Cause::SpfTempError,
                             Cause::SpfPermError,
                             Cause::SeveralFromFields,
                             Cause::SeveralFromDomains,
                             Cause::NoFrom,
                             Cause::OversizedHeader,
                             Cause::InternalError};

class EveryCause : public testing::TestWithParam<Cause> {};

TEST_P(EveryCause, HasOneClassInBothCodes_X_02) {
  for (const ActionKind action : {ActionKind::Reject, ActionKind::Defer}) {
    const Reply reply = reply_for(GetParam(), action);
    const char digit = action == ActionKind::Defer ? '4' : '5';
    EXPECT_EQ(reply.code().front(), digit);
    EXPECT_EQ(reply.enhanced().front(), digit);
    EXPECT_EQ(reply.is_temporary(), action == ActionKind::Defer);
    EXPECT_EQ(reply.code().size(), 3U);
    EXPECT_EQ(std::ranges::count(reply.enhanced(), '.'), 2);
    // 421 would end the session. X-03
    EXPECT_NE(reply.code(), "421");
  }
}

TEST_P(EveryCause, HasTheSameDetailInBothClasses) {
  EXPECT_EQ(reply_for(GetParam(), ActionKind::Reject).enhanced().substr(1),
            reply_for(GetParam(), ActionKind::Defer).enhanced().substr(1));
}

TEST_P(EveryCause, IsRefusedForGoodUnlessDeferred) {
  for (const ActionKind action : {ActionKind::Accept, ActionKind::Tag, ActionKind::Hold}) {
    EXPECT_FALSE(reply_for(GetParam(), action).is_temporary());
  }
}

TEST_P(EveryCause, HasATextOfPrintableAscii_X_01) {
  for (const std::string& why : {std::string(), std::string("\xFF\r\n\x01"),
                                 std::string(5'000, '\n'), std::string(5'000, '%')}) {
    const std::string text = reply_for(GetParam(), ActionKind::Reject, why).text();
    EXPECT_FALSE(text.empty());
    EXPECT_LE(text.size(), kMaxReplyText);
    EXPECT_TRUE(is_all_ascii(text) && std::ranges::none_of(text, is_control)) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Table, EveryCause, testing::ValuesIn(kCauses), [](const auto& row) {
  std::string name(to_string(row.param));
  std::erase_if(name, [](char c) { return !is_alnum(c); });
  return name;
});

TEST(ReplyText, IsCutBetweenWords_X_01) {
  std::string why = "DMARC";
  while (why.size() < 1'000) why += " example.com";
  const Reply reply = reply_for(Cause::DmarcPolicy, ActionKind::Reject, why);
  EXPECT_LE(reply.text().size(), kMaxReplyText);
  EXPECT_GT(reply.text().size(), kMaxReplyText - 20);
  EXPECT_TRUE(reply.text().ends_with("example.com...")) << reply.text();
}

TEST(ReplyText, LeavesRoomForDoubledPercentSigns_X_01) {
  static_assert(2 * kMaxReplyText + std::string_view("550 5.7.23 ").size() <= 980);
  SUCCEED();
}

}  // namespace
}  // namespace waarmerk::milter
