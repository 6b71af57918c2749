// The words of results and overrides, and what single results may and may not do to a message.
#include "policy/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "policy/auth_results.h"
#include "policy/evaluate.h"
#include "tests/support/facts_builder.h"

namespace waarmerk::policy {
namespace {

using testing::ElementsAre;
using testing_support::FactsBuilder;

constexpr std::string_view kReject = "v=DMARC1; p=reject";

/// The words that an enum has, in its order, up to the first value without a name.
template <typename Enum>
std::vector<std::string_view> words_of(Enum last) {
  std::vector<std::string_view> words;
  for (int value = 0; value <= static_cast<int>(last); ++value) {
    words.push_back(to_string(static_cast<Enum>(value)));
  }
  return words;
}

TEST(Overrides, P_12_AreTheFiveOfTheReport) {
  EXPECT_THAT(words_of(Override::Type::TrustedForwarder),
              testing::UnorderedElementsAre("local_policy", "mailing_list", "other",
                                            "policy_test_mode", "trusted_forwarder"));
  for (const char* removed : {"forwarded", "sampled_out"}) {
    EXPECT_EQ(override_type_from(removed), std::nullopt) << removed;
  }
}

TEST(ResultWords, R_05_AreThoseOfTheRegistry) {
  EXPECT_THAT(words_of(SpfResult::PermError),
              ElementsAre("none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"));
  EXPECT_THAT(words_of(DkimResult::PermError),
              ElementsAre("none", "pass", "fail", "policy", "neutral", "temperror", "permerror"));
  EXPECT_THAT(words_of(DmarcResult::PermError),
              ElementsAre("none", "pass", "fail", "temperror", "permerror"));
}

class EverySpfResult : public testing::TestWithParam<int> {
 protected:
  [[nodiscard]] static SpfResult result() { return static_cast<SpfResult>(GetParam()); }
};

TEST_P(EverySpfResult, R_05_S_38_StandsInTheField) {
  const Facts facts = FactsBuilder("bank.example").record(kReject).spf(result(), "a.example").facts;
  const std::string field = write_auth_results("mx.example", facts, evaluate(facts, {}));
  const std::string want = "spf=" + std::string(to_string(result())) + " smtp.mailfrom=a.example";
  EXPECT_NE(field.find(want), std::string::npos) << field;
  const auto read = parse_auth_results(field);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->tolerated);
}

INSTANTIATE_TEST_SUITE_P(Words, EverySpfResult, testing::Range(0, 7));

/// RFC 7208 8.2: for DMARC, and for sites that act on SPF, neutral is none.
TEST(Neutral, S_34_IsTreatedAsNone) {
  const auto decided = [](SpfResult result, std::string_view record) {
    Settings site;
    site.on_spf_fail = OnSpf::Reject;
    site.on_spf_error = OnSpfError::Reject;
    const auto facts = FactsBuilder("bank.example").record(record).spf(result, "bank.example");
    const Verdict verdict = evaluate(facts.facts, site);
    return std::string(to_string(verdict.dmarc.at(0).result)) + " " +
           std::string(to_string(verdict.decision.action)) + " " + verdict.decision.rule;
  };
  for (const std::string_view record : {"v=DMARC1; p=none", "v=DMARC1; p=quarantine"}) {
    EXPECT_EQ(decided(SpfResult::Neutral, record), decided(SpfResult::None, record));
    EXPECT_NE(decided(SpfResult::Pass, record), decided(SpfResult::None, record));
  }
}

/// What a domain owner has written is a third party's text, and is marked as one.
TEST(Explanations, S_33_AreMarkedAsTheDomains) {
  Settings settings;
  settings.on_spf_fail = OnSpf::Reject;
  auto message = FactsBuilder("bank.example").walk("bank.example");
  message.spf(SpfResult::Fail, "a.example");
  EXPECT_EQ(evaluate(message.facts, settings).decision.why, "SPF fail for a.example");
  message.facts.spf_mail_from.explanation = "See our page.";
  EXPECT_EQ(evaluate(message.facts, settings).decision.why,
            "SPF fail for a.example; the domain explains: \"See our page.\"");
}

// ---- Signatures ---------------------------------------------------------------------------------

struct BadSignature {
  std::string name;
  DkimResult result;
  DkimCause cause;
};
std::ostream& operator<<(std::ostream& out, const BadSignature& row) { return out << row.name; }

class ABadSignature : public testing::TestWithParam<BadSignature> {
 protected:
  /// A message that is known by its SPF, or one that nobody makes a policy for.
  static Decision decided(FactsBuilder message, bool signed_badly) {
    if (signed_badly) message.signature("bank.example", GetParam().result, GetParam().cause);
    return evaluate(message.facts, deferring()).decision;
  }
  static Settings deferring() {
    Settings settings;
    settings.on_temperror = OnTempError::Defer;
    return settings;
  }
  static FactsBuilder with_record() {
    return FactsBuilder("bank.example").record(kReject).spf(SpfResult::Pass, "bank.example");
  }
  static FactsBuilder without_record() {
    return FactsBuilder("bank.example").walk("bank.example").spf(SpfResult::Fail, "bank.example");
  }
};

TEST_P(ABadSignature, K_21_IsAsNone) {
  for (const auto& message : {with_record(), without_record()}) {
    const Decision without = decided(message, false);
    const Decision with = decided(message, true);
    EXPECT_EQ(without.action, ActionKind::Accept);
    EXPECT_EQ(with.action, without.action);
    EXPECT_EQ(with.rule, without.rule);
    EXPECT_EQ(with.requested, without.requested);
  }
}

TEST_P(ABadSignature, K_22_IsNeverDeferred) {
  const auto message = FactsBuilder("bank.example").record(kReject);
  EXPECT_NE(decided(message, true).action, ActionKind::Defer);
}

const BadSignature kBadSignatures[] = {
    {"BodyHash", DkimResult::Fail, DkimCause::BodyHash},
    {"HeaderHash", DkimResult::Fail, DkimCause::HeaderHash},
    {"TooLong", DkimResult::Fail, DkimCause::BodyLength},
    {"Syntax", DkimResult::PermError, DkimCause::Syntax},
    {"NoKey", DkimResult::PermError, DkimCause::Key},
    {"OldAlgorithm", DkimResult::PermError, DkimCause::Algorithm},
    {"Expired", DkimResult::Neutral, DkimCause::Expired},
    {"OpenEnd", DkimResult::Policy, DkimCause::BodyLength},
    {"OneTooMany", DkimResult::Policy, DkimCause::Limit},
};

INSTANTIATE_TEST_SUITE_P(Table, ABadSignature, testing::ValuesIn(kBadSignatures),
                         [](const auto& row) { return row.param.name; });

TEST(AKeyThatCannotBeFetched, K_22_MayBeDeferred) {
  Settings settings;
  settings.on_temperror = OnTempError::Defer;
  const auto message = FactsBuilder("bank.example")
                           .record(kReject)
                           .signature("bank.example", DkimResult::TempError, DkimCause::Dns);
  EXPECT_EQ(evaluate(message.facts, settings).decision.action, ActionKind::Defer);
}

}  // namespace
}  // namespace waarmerk::policy
