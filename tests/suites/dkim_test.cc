// The DKIM suite: whole messages with their DNS, each verified in several chunkings.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dns/zone.h"
#include "policy/dkim/key_cache.h"
#include "policy/dkim/verify.h"
#include "policy/message.h"
#include "tests/suites/dkim_suite.h"
#include "tests/suites/known_failures.h"

namespace waarmerk::policy::dkim {
namespace {

struct Verified {
  std::vector<DkimOutcome> outcomes;
  std::vector<Disagreement> disagreements;

  bool operator==(const Verified&) const = default;
};

/// The suite expects the mathematical result; what l= is worth is a matter of settings.
Verified run(Engine engine, const DkimCase& c, const SplitMessage& message, std::size_t chunk) {
  dns::Zone zone = read_suite_zone(dkim_suite_file(c.zone));
  KeyCache keys;
  const auto verifier = make_verifier(engine, keys);
  Options options;
  options.refuse_body_length = false;
  verifier->begin(message.fields, options);
  for (std::string_view body = message.body; !body.empty();) {
    const auto size = std::min(chunk, body.size());
    verifier->feed(body.substr(0, size));
    body.remove_prefix(size);
  }
  Verified verified;
  verified.outcomes =
      verifier->finish(zone, WallTime(std::chrono::seconds(c.time)), Instant::max());
  verified.disagreements = verifier->disagreements();
  return verified;
}

std::string described(const std::vector<DkimOutcome>& outcomes) {
  std::string text;
  for (const DkimOutcome& outcome : outcomes) {
    text += "[" + std::string(to_string(outcome.result)) + ": " + outcome.reason + "] ";
  }
  return text;
}

bool fits_all(const std::vector<DkimOutcome>& outcomes, const DkimCase& c) {
  const auto expected =
      c.expected == std::vector<std::string>{"none"} ? std::vector<std::string>{} : c.expected;
  const auto result_fits = [](const DkimOutcome& outcome, const std::string& word) {
    return fits(outcome.result, word);
  };
  return std::ranges::equal(outcomes, expected, result_fits);
}

/// What is wrong with the verdict on a case; empty if nothing is.
std::string complaint(const DkimCase& c) {
  const std::string text = dkim_suite_file(c.file);
  const SplitMessage message = split_message(text);
  const Verified whole = run(Engine::Both, c, message, text.size() + 1);
  for (const std::size_t chunk : {1U, 7U, 4096U}) {
    if (run(Engine::Both, c, message, chunk) != whole) {
      return "another outcome with chunks of " + std::to_string(chunk);
    }
  }
  if (run(Engine::Native, c, message, text.size() + 1).outcomes != whole.outcomes) {
    return "the second engine changes the outcome";
  }
  for (const auto& [mechanism, subject, native, reference] : whole.disagreements) {
    return "the engines part on the " + subject + ": " + native + ", " + reference;
  }
  return fits_all(whole.outcomes, c) ? "" : "got " + described(whole.outcomes);
}

bool is_unsupported(const DkimOutcome& outcome) { return outcome.cause == DkimCause::Unsupported; }

/// What is wrong with the reference engine's verdict on a case. It may refuse, but not differ.
std::string reference_complaint(const DkimCase& c) {
  const std::string text = dkim_suite_file(c.file);
  const SplitMessage message = split_message(text);
  const auto native = run(Engine::Native, c, message, text.size() + 1).outcomes;
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, text.size() + 1}) {
    const auto outcomes = run(Engine::Reference, c, message, chunk).outcomes;
    const auto agrees = [](const DkimOutcome& ours, const DkimOutcome& theirs) {
      return is_unsupported(theirs) || ours == theirs;
    };
    if (!std::ranges::equal(native, outcomes, agrees)) return "got " + described(outcomes);
  }
  return "";
}

class DkimSuite : public testing::TestWithParam<DkimCase> {};

// K-08: among them are keys of 4096 bits and of more.
TEST_P(DkimSuite, GivesThePublishedResult) {
  expect_pass("dkim/" + GetParam().id, complaint(GetParam()));
}

TEST_P(DkimSuite, LibopendkimAgreesOrRefuses) {
  expect_pass("dkim-libopendkim/" + GetParam().id, reference_complaint(GetParam()));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DkimSuite);
INSTANTIATE_TEST_SUITE_P(Cases, DkimSuite, testing::ValuesIn(dkim_suite()),
                         [](const auto& test) { return case_name(test.param.id); });

/// The message of RFC 8463 appendix A: one signature with Ed25519, one with RSA.
TEST(DkimSuiteAsAWhole, K_10_TheSampleOfTheRfcVerifiesTwice) {
  const auto sample = std::ranges::find(dkim_suite(), "chasquid/01-rfc8463", &DkimCase::id);
  if (sample == dkim_suite().end()) {
    EXPECT_TRUE(dkim_suite().empty()) << "the sample is missing";
    return;
  }
  const std::string text = dkim_suite_file(sample->file);
  const auto outcomes = run(Engine::Native, *sample, split_message(text), text.size()).outcomes;
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].algorithm, "ed25519-sha256");
  EXPECT_EQ(outcomes[1].algorithm, "rsa-sha256");
  for (const DkimOutcome& outcome : outcomes) EXPECT_EQ(outcome.result, DkimResult::Pass);
}

/// What we make of the cases that the suite leaves open, with l= and the number of signatures
/// tolerated: the results that are not "pass".
const std::map<std::string, std::string>& open_cases_that_do_not_pass() {
  static const std::map<std::string, std::string> results{
      {"generated/l-too-large", "fail"},
      {"generated/l-2pow64-2", "fail"},
      {"generated/l-2pow63", "fail"},
      {"generated/x-expired", "neutral"},
      {"generated/x-before-t", "permerror"},
      {"generated/t-future-day", "neutral"},
      {"generated/sig-b-garbage", "permerror"},
      {"generated/sig-b-truncated", "fail"},
      {"generated/sig-b-empty", "permerror"},
      {"generated/sig-d-trailing-dot", "permerror"},
      {"generated/key-dup-tag", "permerror"},
      {"generated/key-v-not-first", "permerror"},
      {"generated/multi-huge-plus-good", "permerror"}};
  return results;
}

bool is_open(std::string_view expected) {
  return expected == "any" || expected == "notpass" || expected.find('|') != std::string::npos;
}

TEST(DkimSuiteAsAWhole, DecidesWhatTheSuiteLeavesOpen) {
  for (const DkimCase& c : dkim_suite()) {
    const auto other = open_cases_that_do_not_pass().find(c.id);
    const std::string text = dkim_suite_file(c.file);
    const auto outcomes = run(Engine::Native, c, split_message(text), text.size()).outcomes;
    for (std::size_t i = 0; i < c.expected.size(); ++i) {
      if (!is_open(c.expected[i]) || outcomes[i].cause == DkimCause::Limit) continue;
      EXPECT_EQ(to_string(outcomes[i].result),
                other == open_cases_that_do_not_pass().end() ? "pass" : other->second)
          << c.id;
    }
  }
}

TEST(DkimSuiteAsAWhole, FindsNothingInAMessageWithoutAHeader) {
  if (dkim_suite().empty()) return;
  EXPECT_EQ(complaint(kUnindexedDkimCase), "");
  EXPECT_EQ(reference_complaint(kUnindexedDkimCase), "");
}

TEST(DkimSuiteAsAWhole, SaysHowManyCasesPass) {
  if (dkim_suite().empty()) {
    std::cout << "dkim: suite not found, " << kPublishedDkimCases << " cases skipped\n";
    return;
  }
  const auto passed =
      std::ranges::count_if(dkim_suite(), [](const DkimCase& c) { return complaint(c).empty(); });
  std::cout << "dkim, native: " << passed << " of " << dkim_suite().size() << '\n';
  std::size_t signatures = 0;
  std::map<std::string, std::size_t> unsupported;
  for (const DkimCase& c : dkim_suite()) {
    const std::string text = dkim_suite_file(c.file);
    const auto outcomes = run(Engine::Reference, c, split_message(text), text.size() + 1).outcomes;
    signatures += outcomes.size();
    for (const DkimOutcome& outcome : outcomes) {
      if (is_unsupported(outcome)) ++unsupported[outcome.reason];
    }
  }
  std::cout << "dkim, libopendkim: " << signatures << " signatures\n";
  for (const auto& [reason, count] : unsupported)
    std::cout << "  " << count << ' ' << reason << '\n';
  EXPECT_EQ(dkim_suite().size(), kPublishedDkimCases);
}

}  // namespace
}  // namespace waarmerk::policy::dkim
