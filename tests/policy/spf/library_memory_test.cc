// Faults of memory in libspf2 by itself, and answers that end the process: none may be in reach of
// whoever writes a record. Comments say what the library alone makes of it. RFC 7208 11.1
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <ostream>
#include <string>
#include <string_view>

#include "tests/policy/spf/check_host_fixture.h"

namespace waarmerk::policy::spf {
namespace {

using testing::HasSubstr;

/// Macros that leave no room behind them, and a literal that is then written past the end.
std::string overflowing() { return repeated("%{d}", 127) + std::string(6000, 'x') + ".example"; }

struct OverflowRow {
  std::string name;
  std::string record;
  std::string explanation{};
};
std::ostream& operator<<(std::ostream& out, const OverflowRow& row) { return out << row.name; }

class LibraryOverflow : public testing::TestWithParam<OverflowRow> {};

TEST_P(LibraryOverflow, IsOutOfReach) {
  // CVE-2023-42118: the stack is overwritten with octets of the record.
  for (const Evaluator& engine : kEvaluators) {
    WatchedZone lookup("example.com TXT v=spf1 " + GetParam().record);
    const SpfOutcome outcome = engine.check(request(), {}, lookup, kDeadline);
    EXPECT_EQ(outcome.result, SpfResult::Fail) << engine.name << ": " << outcome.reason;
    EXPECT_EQ(outcome.explanation, GetParam().explanation) << engine.name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    S_41, LibraryOverflow,
    testing::Values(OverflowRow{"in_a_mechanism", "exists:" + overflowing() + " -all"},
                    OverflowRow{"in_an_unknown_modifier", "moo=" + overflowing() + " -all"},
                    OverflowRow{"in_the_name_of_an_explanation", "-all exp=" + overflowing()},
                    OverflowRow{"in_an_explanation",
                                "-all exp=x.example\nx.example TXT " + overflowing(),
                                repeated("example.com", 46).substr(0, 500)}),
    kRowName);

/// Answers every question but one for TXT with success and no record.
class HollowZone final : public dns::Lookup {
 public:
  explicit HollowZone(std::string_view record) : record_(record) {}
  void prefetch(const dns::Question&) override {}
  dns::AnswerPtr get(const dns::Question& question, Instant) override {
    dns::Answer answer{.status = dns::Status::Found};
    if (question.name.text() == "example.com" && question.type == dns::Type::Txt) {
      answer.texts.emplace_back(record_);
    }
    return std::make_shared<dns::Answer>(answer);
  }

 private:
  std::string_view record_;
};

TEST(LibraryMemory, S_33_TakesSuccessWithoutARecordForNothing) {
  // A text found without a record is never released, and an address is read where none is.
  for (const Evaluator& engine : kEvaluators) {
    HollowZone hollow("v=spf1 a mx ptr -all exp=x.example");
    const SpfOutcome outcome = engine.check(request(), {}, hollow, kDeadline);
    EXPECT_EQ(outcome.result, SpfResult::Fail) << engine.name << ": " << outcome.reason;
    EXPECT_EQ(outcome.explanation, "") << engine.name;
  }
}

/// Runs out of memory at one question.
class ExhaustedZone final : public dns::Lookup {
 public:
  explicit ExhaustedZone(int fatal) : left_(fatal) {}
  void prefetch(const dns::Question&) override {}
  dns::AnswerPtr get(const dns::Question& question, Instant deadline) override {
    if (left_-- == 0) throw std::bad_alloc();
    return zone_.get(question, deadline);
  }

 private:
  int left_;
  dns::Zone zone_ = dns::Zone::parse("example.com TXT v=spf1 a mx +all").value();
};

TEST(LibraryMemory, LetsNoExceptionThroughTheLibrary) {
  // A hook that gives nothing makes the library end the process.
  for (const int fatal : {0, 1, 2}) {
    ExhaustedZone lookup(fatal);
    const SpfOutcome outcome = check_host_by_libspf2(request(), {}, lookup, kDeadline);
    EXPECT_EQ(outcome.result, SpfResult::TempError) << fatal;
    EXPECT_THAT(outcome.reason, HasSubstr("libspf2"));
  }
}

}  // namespace
}  // namespace waarmerk::policy::spf
