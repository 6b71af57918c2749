// Canonical forms against the RFC's words and against the plain implementation of the test signer.
#include "policy/dkim/canonical.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "tests/support/dkim_signer.h"

namespace waarmerk::policy::dkim {
namespace {

using namespace std::string_literals;

crypto::Digest plain_hash(std::string_view text) {
  crypto::Sha256 hash;
  hash.update(text);
  return hash.finish();
}

BodyDigest hash_body(Canonicalization canonicalization, std::string_view body, std::size_t chunk,
                     std::optional<std::uint64_t> limit = std::nullopt) {
  BodyHasher hasher(canonicalization, {limit});
  for (std::size_t i = 0; i < body.size(); i += chunk) hasher.feed(body.substr(i, chunk));
  return hasher.finish().at(0);
}

/// True if `body` has the canonical form `want`, however it is cut.
testing::AssertionResult has_form(Canonicalization canonicalization, std::string_view body,
                                  std::string_view want) {
  for (std::size_t chunk = 1; chunk <= body.size() + 1; ++chunk) {
    if (hash_body(canonicalization, body, chunk).digest != plain_hash(want)) {
      return testing::AssertionFailure() << "another form with chunks of " << chunk;
    }
  }
  return testing::AssertionSuccess();
}

struct BodyCase {
  std::string name;
  std::string body;
  std::string simple;
  std::string relaxed;
};
std::ostream& operator<<(std::ostream& out, const BodyCase& c) { return out << c.name; }

class DkimBody : public testing::TestWithParam<BodyCase> {};

TEST_P(DkimBody, HasItsSimpleForm) {
  EXPECT_TRUE(has_form(Canonicalization::Simple, GetParam().body, GetParam().simple));
}
TEST_P(DkimBody, HasItsRelaxedForm) {
  EXPECT_TRUE(has_form(Canonicalization::Relaxed, GetParam().body, GetParam().relaxed));
}
TEST_P(DkimBody, HasTheFormOfThePlainImplementation) {
  EXPECT_EQ(support::canonical_body("simple", GetParam().body), GetParam().simple);
  EXPECT_EQ(support::canonical_body("relaxed", GetParam().body), GetParam().relaxed);
}

const BodyCase kBodies[] = {
    // K-14, K-26; RFC 6376 3.4.3, 3.4.4
    {"Empty", "", "\r\n", ""},
    {"OneLineEnd", "\r\n", "\r\n", ""},
    {"LineEndsOnly", "\r\n\r\n\r\n", "\r\n", ""},
    {"Rfc345", " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},
    {"NoFinalLineEnd", "abc", "abc\r\n", "abc\r\n"},
    {"FinalLineEnd", "abc\r\n", "abc\r\n", "abc\r\n"},
    {"TrailingEmptyLines", "abc\r\n\r\n\r\n", "abc\r\n", "abc\r\n"},
    {"LeadingEmptyLines", "\r\n\r\nabc\r\n", "\r\n\r\nabc\r\n", "\r\n\r\nabc\r\n"},
    {"InnerEmptyLines", "a\r\n\r\n\r\nb\r\n", "a\r\n\r\n\r\nb\r\n", "a\r\n\r\n\r\nb\r\n"},
    {"TrailingBlankLines", "a\r\n \r\n\t\r\n", "a\r\n \r\n\t\r\n", "a\r\n"},
    {"BlankLineWithoutEnd", "a\r\n  ", "a\r\n  \r\n", "a\r\n"},
    {"OnlyWhiteSpace", " \t ", " \t \r\n", ""},
    {"WhiteSpaceRuns", "a  b\tc \t d\r\n", "a  b\tc \t d\r\n", "a b c d\r\n"},
    {"LeadingWhiteSpace", "  a\r\n\tb\r\n", "  a\r\n\tb\r\n", " a\r\n b\r\n"},
    {"WhiteSpaceBeforeLineEnd", "a \r\nb\t\r\n", "a \r\nb\t\r\n", "a\r\nb\r\n"},
    {"BareCr", "a\rb\r\n", "a\rb\r\n", "a\rb\r\n"},
    {"BareLf", "a\nb\n\nc\r\n", "a\nb\n\nc\r\n", "a\nb\n\nc\r\n"},
    {"CrAtTheEnd", "a\r\n\r", "a\r\n\r\r\n", "a\r\n\r\r\n"},
    {"CrCrLf", "a\r\r\n\r\r\nb", "a\r\r\n\r\r\nb\r\n", "a\r\r\n\r\r\nb\r\n"},
    {"LfCr", "a\n\rb\r\n", "a\n\rb\r\n", "a\n\rb\r\n"},
    {"SpaceAroundBareCr", "a \r b\r\n", "a \r b\r\n", "a \r b\r\n"},
    {"SpacesBeforeBareLf", "a  \nb\r\n", "a  \nb\r\n", "a \nb\r\n"},
    {"FormFeedIsData", "a\f\r\n\v b\r\n\f\r\n", "a\f\r\n\v b\r\n\f\r\n", "a\f\r\n\v b\r\n\f\r\n"},
    {"Nul", "a\0\0 \0b\r\n"s, "a\0\0 \0b\r\n"s, "a\0\0 \0b\r\n"s},
    {"EightBit", "\xE4  \xFF\r\n", "\xE4  \xFF\r\n", "\xE4 \xFF\r\n"},
    {"NoBreakSpaceIsData", "a\xC2\xA0\r\n", "a\xC2\xA0\r\n", "a\xC2\xA0\r\n"},
};

INSTANTIATE_TEST_SUITE_P(Forms, DkimBody, testing::ValuesIn(kBodies),
                         [](const auto& test) { return test.param.name; });

/// Bodies over the octets that matter, in a fixed order.
std::string body_number(std::size_t number) {
  constexpr std::string_view kOctets = "\r\n \tab";
  std::string body;
  for (; number > 0; number /= kOctets.size()) body += kOctets[number % kOctets.size()];
  return body;
}

TEST(DkimBodyHasher, AgreesWithThePlainImplementationOnShortBodies) {  // K-14, Q-06
  for (std::size_t number = 0; number < 60'000; ++number) {
    const std::string body = body_number(number);
    const std::size_t chunk = 1 + number % 3;
    ASSERT_EQ(hash_body(Canonicalization::Simple, body, chunk).digest,
              plain_hash(support::canonical_body("simple", body)))
        << testing::PrintToString(body);
    ASSERT_EQ(hash_body(Canonicalization::Relaxed, body, chunk).digest,
              plain_hash(support::canonical_body("relaxed", body)))
        << testing::PrintToString(body);
  }
}

TEST(DkimBodyHasher, AgreesWithThePlainImplementationOnLongLines) {
  // Every distance between two special octets crosses the borders of the eight-octet steps.
  for (std::size_t before = 0; before < 20; ++before) {
    for (const std::string special :
         {" ", "  ", "\t", "\r", "\n", " \r\n", "\r\n", "\r\n\r\n", " \t"}) {
      const std::string body = std::string(before, 'x') + special + std::string(17, 'y') + special +
                               std::string(before, 'z') + special;
      for (const std::size_t chunk : {1U, 7U, 8U, 9U, 100U}) {
        ASSERT_EQ(hash_body(Canonicalization::Relaxed, body, chunk).digest,
                  plain_hash(support::canonical_body("relaxed", body)))
            << testing::PrintToString(body) << " by " << chunk;
      }
    }
  }
}

TEST(DkimBodyHasher, CountsWithheldLinesInsteadOfKeepingThem) {
  std::string body;
  for (int i = 0; i < 100'000; ++i) body += "\r\n";
  EXPECT_EQ(hash_body(Canonicalization::Relaxed, body, 4096).digest, plain_hash(""));
  body += "x";
  EXPECT_EQ(hash_body(Canonicalization::Relaxed, body, 4096).digest, plain_hash(body + "\r\n"));
}

struct LimitCase {
  std::string name;
  std::uint64_t limit;
  std::string hashed;
  Coverage coverage;
};
std::ostream& operator<<(std::ostream& out, const LimitCase& c) { return out << c.name; }

class DkimBodyLimit : public testing::TestWithParam<LimitCase> {};

TEST_P(DkimBodyLimit,
       CutsTheCanonicalBody) {  // K-18; RFC 6376 3.4.5. The canonical form has 8 octets.
  for (const std::size_t chunk : {1U, 2U, 5U, 100U}) {
    const BodyDigest got =
        hash_body(Canonicalization::Relaxed, "ab  \r\nc d\r\n\r\n", chunk, GetParam().limit);
    EXPECT_EQ(got.digest, plain_hash(GetParam().hashed));
    EXPECT_EQ(got.coverage, GetParam().coverage);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Lengths, DkimBodyLimit,
    testing::Values(LimitCase{"Nothing", 0, "", Coverage::Part},
                    LimitCase{"InsideALine", 1, "a", Coverage::Part},
                    LimitCase{"InsideALineEnd", 3, "ab\r", Coverage::Part},
                    LimitCase{"AllButOne", 8, "ab\r\nc d\r", Coverage::Part},
                    LimitCase{"Exactly", 9, "ab\r\nc d\r\n", Coverage::Whole},
                    LimitCase{"OneMore", 10, "ab\r\nc d\r\n", Coverage::TooShort},
                    LimitCase{"Largest", std::numeric_limits<std::uint64_t>::max(), "ab\r\nc d\r\n",
                              Coverage::TooShort}),
    [](const auto& test) { return test.param.name; });

/// Signatures may want many lengths of one body: one running hash gives them all.
TEST(DkimBodyHasher, TakesEveryLengthFromOneHash) {  // K-18, Q-01
  constexpr std::string_view kBody = "ab\r\n c  d \r\n\r\nefg\r\n\r\n";
  for (const auto form : {Canonicalization::Simple, Canonicalization::Relaxed}) {
    std::vector<BodyLimit> limits{std::nullopt, 7, 0, 3, 7, 1000};
    for (std::uint64_t limit = 0; limit < kBody.size() + 2; ++limit) limits.emplace_back(limit);
    for (std::size_t chunk = 1; chunk <= kBody.size(); ++chunk) {
      BodyHasher hasher(form, limits);
      for (std::size_t i = 0; i < kBody.size(); i += chunk) hasher.feed(kBody.substr(i, chunk));
      const auto digests = hasher.finish();
      ASSERT_EQ(digests.size(), limits.size());
      for (std::size_t i = 0; i < limits.size(); ++i) {
        const BodyDigest alone = hash_body(form, kBody, chunk, limits[i]);
        EXPECT_EQ(digests[i].coverage, alone.coverage);
        if (alone.coverage == Coverage::TooShort) continue;
        EXPECT_EQ(digests[i].digest, alone.digest) << limits[i].value_or(0);
      }
    }
  }
}

TEST(DkimBodyHasher, CoversAnEmptyBodyWithLengthZero) {
  EXPECT_EQ(hash_body(Canonicalization::Relaxed, "", 1, 0).coverage, Coverage::Whole);
  EXPECT_EQ(hash_body(Canonicalization::Simple, "", 1, 0).coverage, Coverage::Part);
}

struct HeaderCase {
  std::string name;
  HeaderField field;
  std::string relaxed;
};
std::ostream& operator<<(std::ostream& out, const HeaderCase& c) { return out << c.name; }

class DkimHeader : public testing::TestWithParam<HeaderCase> {};

TEST_P(DkimHeader, HasItsCanonicalForms) {
  const HeaderField& field = GetParam().field;
  HashStream relaxed;
  append_header(relaxed, Canonicalization::Relaxed, field);
  EXPECT_EQ(relaxed.finish(), plain_hash(GetParam().relaxed + "\r\n"));
  EXPECT_EQ(support::canonical_header("relaxed", field), GetParam().relaxed);
  HashStream simple;
  append_header(simple, Canonicalization::Simple, field);
  EXPECT_EQ(simple.finish(), plain_hash(field.name + ":" + field.value + "\r\n"));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, DkimHeader,  // K-14, K-17, K-25; RFC 6376 3.4.1, 3.4.2, 3.4.5
    testing::Values(HeaderCase{"Rfc345A", {"A", " X"}, "a:X"},
                    HeaderCase{"Rfc345B", {"B ", " Y\t\r\n\tZ  "}, "b:Y Z"},
                    HeaderCase{"Empty", {"Subject", ""}, "subject:"},
                    HeaderCase{"WhiteSpaceOnly", {"Subject", " \r\n\t "}, "subject:"},
                    HeaderCase{"NoLeadingSpace", {"Subject", "x"}, "subject:x"},
                    HeaderCase{"UpperCaseName", {"SUBJECT", " Abc"}, "subject:Abc"},
                    HeaderCase{"TrailingFold", {"To", " a\r\n "}, "to:a"},
                    HeaderCase{"DoubleFold", {"To", " a\r\n \r\n b"}, "to:a b"},
                    HeaderCase{"FormFeedIsData", {"X", " a\f \v"}, "x:a\f \v"},
                    HeaderCase{"BareCrAndLfAreData", {"X", " a\rb\nc\r"}, "x:a\rb\nc\r"},
                    HeaderCase{"Utf8",
                               {"Subject", " gr\xC3\xBC\xC3\x9F  dich"},
                               "subject:gr\xC3\xBC\xC3\x9F dich"},
                    HeaderCase{"Nul", {"X", " a\0  b"s}, "x:a\0 b"s}),
    [](const auto& test) { return test.param.name; });

TEST(DkimOwnField, IsHashedWithoutItsValueAndLineEnd) {  // K-16; RFC 6376 3.7
  HashStream relaxed;
  append_signature(relaxed, Canonicalization::Relaxed, "DKIM-Signature", " v=1;  b=", " ; x=1 ");
  EXPECT_EQ(relaxed.finish(), plain_hash("dkim-signature:v=1; b= ; x=1"));
  HashStream simple;
  append_signature(simple, Canonicalization::Simple, "DKIM-Signature", " v=1;  b=", "; x=1 ");
  EXPECT_EQ(simple.finish(), plain_hash("DKIM-Signature: v=1;  b=; x=1 "));
}

}  // namespace
}  // namespace waarmerk::policy::dkim
