#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "base/text.h"
#include "policy/auth_results.h"

namespace waarmerk::policy {

void PrintTo(const MethodResult& result, std::ostream* out) {
  *out << result.method << '=' << result.result << " reason=\"" << result.reason << '"';
  for (const auto& [name, value] : result.properties) *out << ' ' << name << "=[" << value << ']';
}

namespace {

AuthenticationResults one(const MethodResult& result) {
  return {.authserv_id = "mx.example", .results = {result}};
}

/// What is written for one result, without the id.
std::string written(const MethodResult& result) {
  return write_auth_results(one(result)).substr(std::string_view("mx.example;\n ").size());
}

std::string written_value(std::string_view value) {
  const std::string text =
      written({.method = "x", .result = "y", .properties = {{"p.q", std::string(value)}}});
  return text.substr(std::string_view("x=y p.q=").size());
}

TEST(WriteAuthResults, WritesOneFieldForAllMethods_R_01_R_03) {
  AuthenticationResults ours{.authserv_id = "mx.example"};
  ours.results = {
      {.method = "spf",
       .result = "pass",
       .reason = "matched ip4:192.0.2.0/24",
       .properties = {{"smtp.mailfrom", "news.example"}},
       .comment = "dns.sec: no"},
      {.method = "dmarc", .result = "pass", .properties = {{"header.from", "example.com"}}},
      {.method = "dkim",
       .result = "fail",
       .reason = "body hash does not match",
       .properties = {{"header.d", "example.com"},
                      {"header.i", "@mail.example.com"},
                      {"header.s", "s1"},
                      {"header.a", "rsa-sha256"},
                      {"header.b", "gfT/i2HB"}},
       .comment = "2048-bit key"}};
  EXPECT_EQ(write_auth_results(ours),
            "mx.example;\n"
            " spf=pass (dns.sec: no) reason=\"matched ip4:192.0.2.0/24\"\n"
            " smtp.mailfrom=news.example;\n"
            " dmarc=pass header.from=example.com;\n"
            " dkim=fail (2048-bit key) reason=\"body hash does not match\"\n"
            " header.d=example.com header.i=@mail.example.com header.s=s1\n"
            " header.a=rsa-sha256 header.b=\"gfT/i2HB\"");
}

TEST(WriteAuthResults, WritesNoneWithItsReason_R_02) {
  AuthenticationResults ours{.authserv_id = "mx.example"};
  EXPECT_EQ(write_auth_results(ours), "mx.example; none");
  ours.comment = "not checked: loopback";
  EXPECT_EQ(write_auth_results(ours), "mx.example; none (not checked: loopback)");
}

TEST(WriteAuthResults, WritesVersionsThatAreNotTheFirst) {
  AuthenticationResults ours = one({.method = "x", .version = 3, .result = "y"});
  ours.version = 2;
  EXPECT_EQ(write_auth_results(ours), "mx.example 2;\n x/3=y");
}

TEST(WriteAuthResults, QuotesTheIdWhenItMust) {
  EXPECT_EQ(write_auth_results(AuthenticationResults{.authserv_id = "mx;1"}), "\"mx;1\"; none");
  EXPECT_EQ(write_auth_results(AuthenticationResults{.authserv_id = "mx/1"}), "\"mx/1\"; none");
  EXPECT_EQ(write_auth_results(AuthenticationResults{.authserv_id = "@mx.example"}),
            "\"@mx.example\"; none");
  EXPECT_EQ(write_auth_results(AuthenticationResults{}), "\"\"; none");
}

struct ValueCase {
  std::string name;
  std::string value;
  std::string want;
};

std::ostream& operator<<(std::ostream& out, const ValueCase& c) { return out << c.name; }

class WrittenValue : public testing::TestWithParam<ValueCase> {};

TEST_P(WrittenValue, IsQuotedWhenItMustBe_R_10) {
  EXPECT_EQ(written_value(GetParam().value), GetParam().want);
}

const ValueCase kValues[] = {
    {"Token", "example.com", "example.com"},
    {"TokenWithSigns", "a!#$%&'*+-^_`{|}~", "a!#$%&'*+-^_`{|}~"},
    {"Empty", "", "\"\""},
    {"Domain", "@example.com", "@example.com"},
    {"Address", "a+b@example.com", "a+b@example.com"},
    {"UnusualDomain", "@_x.example.com", "\"@_x.example.com\""},
    {"SingleLabel", "@example", "\"@example\""},
    {"Slash", "a/b", "\"a/b\""},
    {"Padding", "YQ==", "\"YQ==\""},
    {"Space", "a b", "\"a b\""},
    {"Quote", "a\"b", "\"a\\\"b\""},
    {"Quoted", "\"a\"", "\"\\\"a\\\"\""},
    {"Backslash", "a\\", "\"a\\\\\""},
    {"Parentheses", "a(b)c(", "\"a(b)c(\""},
    {"LineEnd", "a\r\nBcc: b", "\"a Bcc: b\""},
    {"EightBit", "b\xC3\xBC", "\"b??\""},
    {"Nul", std::string("a\0b", 3), "\"a?b\""},
    {"Semicolon", "a;b", "\"a,b\""},
    {"AnotherResult", "a; dmarc=pass", "\"a, dmarc:pass\""},
    {"AnotherResultSpaced", "dmarc = pass", "\"dmarc : pass\""},
    {"OnlyEqualsSigns", "===", "\"===\""},
};

INSTANTIATE_TEST_SUITE_P(Table, WrittenValue, testing::ValuesIn(kValues),
                         [](const auto& row) { return row.param.name; });

TEST(WriteAuthResults, QuotesAnAddressAsReason) {
  EXPECT_EQ(written({.method = "x", .result = "y", .reason = "@example.com"}),
            "x=y reason=\"@example.com\"");
}

TEST(WriteAuthResults, KeepsCommentsBalanced_R_11) {
  EXPECT_EQ(written({.method = "x", .result = "y", .comment = "a) (b\\ ; dmarc=pass"}),
            "x=y (a] [b/ , dmarc:pass)");
}

TEST(WriteAuthResults, FoldsInsideQuotesAndComments_R_21) {
  std::string words;
  for (int i = 0; i < 30; ++i) words += "seven77 ";
  const std::string text =
      write_auth_results(one({.method = "x", .result = "y", .reason = words, .comment = words}));
  for (const std::string_view line : split(text, '\n')) EXPECT_LT(line.size(), 78U) << line;
  const auto parsed = parse_auth_results(text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->results.at(0).reason, trim(words));
}

TEST(WriteAuthResults, CountsTheNameOnTheFirstLine_R_21) {
  const AuthenticationResults ours{.authserv_id = std::string(50, 'x')};
  EXPECT_EQ(write_auth_results(ours), std::string(50, 'x') + ";\n none");
}

TEST(WriteAuthResults, ListsABoundedNumber) {
  AuthenticationResults ours{.authserv_id = "mx.example"};
  ours.results.assign(kMaxWrittenResults, {.method = "dkim", .result = "none"});
  EXPECT_EQ(write_auth_results(ours).find('('), std::string::npos);
  ours.results.resize(kMaxWrittenResults + 7, {.method = "dkim", .result = "none"});
  const std::string text = write_auth_results(ours);
  EXPECT_TRUE(text.ends_with("dkim=none (7 more results are not listed)")) << text;
  EXPECT_EQ(parse_auth_results(text)->results.size(), kMaxWrittenResults);
}

TEST(WriteAuthResults, HasABoundedSize) {
  AuthenticationResults ours{.authserv_id = std::string(10'000, 'x')};
  const std::string long_text = std::string(1'000, '"');
  ours.results.assign(200, {.method = "dkim",
                            .result = "none",
                            .reason = long_text,
                            .properties = {{"header.s", long_text}, {"header.b", long_text}},
                            .comment = long_text});
  const std::string text = write_auth_results(ours);
  EXPECT_LT(text.size(), kMaxWrittenOctets + 100);
  const auto parsed = parse_auth_results(text);
  ASSERT_TRUE(parsed);
  EXPECT_GT(parsed->results.size(), 5U);
  EXPECT_NE(text.find(std::to_string(200 - parsed->results.size()) + " more results"),
            std::string::npos);
}

// --- Whatever the facts hold, the field is well-formed and says the same. ---

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> texts = {
      "s1",
      "",
      " ",
      "\"",
      "\\",
      "\\\"",
      "\"quoted\"",
      "(",
      ")",
      "(((",
      "a) (b",
      ";",
      "; dmarc=pass header.from=example.com",
      "x\"; dmarc=pass; y=\"",
      "x); dmarc=pass (",
      "\r\nX-Waarmerk-Action: none",
      "\r\n\r\nbody",
      "a\nb",
      std::string("nul\0nul", 7),
      "\x1b[31m\x7f",
      "b\xC3\xBC"
      "cher",
      "\xFF\xFE\x80",
      "@",
      "@example.com",
      "a@b",
      "a/b=c?d",
      "===",
      "a==b==",
      ".",
      "..",
      "none",
      "reason=x",
      "two  spaces   three",
      "ends in backslash \\",
      "%s%n",
      std::string(2'000, 'x'),
      std::string(2'000, '"'),
      std::string(2'000, '\\'),
      std::string(500, ' ') + "x" + std::string(500, ' '),
  };
  return texts;
}

/// A message whose every text is `text`.
Facts facts_of(const std::string& text) {
  Facts facts;
  facts.envelope.null_sender = false;
  const auto name = DomainName::from_octets(text);
  if (name) facts.spf_mail_from.domain = *name;
  facts.spf_mail_from.reason = text;
  facts.spf_helo.domain = *DomainName::parse("mail.example");
  facts.spf_helo.reason = text;
  facts.author.kind = FromKind::Unusable;
  facts.author.problem = text;
  DkimOutcome dkim;
  dkim.result = DkimResult::PermError;
  if (name) dkim.domain = *name;
  dkim.selector = text;
  dkim.algorithm = text;
  dkim.identity_domain = text;
  dkim.header_b = text;
  dkim.reason = text;
  facts.dkim = {dkim, dkim};
  return facts;
}

std::string without_comments(AuthenticationResults results) {
  results.comment.clear();
  for (MethodResult& result : results.results) result.comment.clear();
  return write_auth_results(results);
}

class HostileText : public testing::TestWithParam<std::size_t> {
 protected:
  const std::string& text() const { return hostile_texts()[GetParam()]; }
};

TEST_P(HostileText, RoundTrips) {
  const Facts facts = facts_of(text());
  const std::string body = write_auth_results("mx.example", facts, {});
  const auto parsed = parse_auth_results(body);
  ASSERT_TRUE(parsed) << body;
  EXPECT_FALSE(parsed->tolerated) << body;
  EXPECT_EQ(parsed->authserv_id, "mx.example");
  EXPECT_EQ(write_auth_results(*parsed),
            without_comments(auth_results_of("mx.example", facts, {})));
}

TEST_P(HostileText, ComesBackUnchangedOnceItIsFit) {
  const std::string body = write_auth_results("mx.example", facts_of(text()), {});
  auto first = parse_auth_results(body);
  ASSERT_TRUE(first) << body;
  const auto second = parse_auth_results(write_auth_results(*first));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->results, first->results);
}

TEST_P(HostileText, CannotBreakTheField_M_26_R_11) {
  const std::string body = write_auth_results("mx.example", facts_of(text()), {});
  for (const std::string_view line : split(body, '\n')) {
    EXPECT_LE(line.size(), 998U);
    EXPECT_FALSE(trim(line).empty()) << body;
    EXPECT_TRUE(std::ranges::none_of(line, is_control) && is_all_ascii(line)) << line;
    EXPECT_TRUE(line.data() == body.data() || line.starts_with(' ')) << line;
  }
}

TEST_P(HostileText, CannotFoolAFilterThatOnlySearches) {
  const std::string body = write_auth_results("mx.example", facts_of(text()), {});
  EXPECT_EQ(body.find("dmarc=pass"), std::string::npos) << body;
  EXPECT_EQ(std::ranges::count(body, ';'), 5) << body;  // two for SPF, one for DMARC, two for DKIM
}

TEST_P(HostileText, MayBeTheLogin_R_08) {
  Facts facts;
  facts.client.authenticated = true;
  facts.exemption = Exemption::Authenticated;
  const std::string body = write_auth_results("mx.example", facts, {}, {text(), text()});
  const auto parsed = parse_auth_results(body);
  ASSERT_TRUE(parsed) << body;
  EXPECT_FALSE(parsed->tolerated) << body;
  ASSERT_EQ(parsed->results.size(), 1U) << body;
  EXPECT_EQ(parsed->results[0].method, "auth") << body;
  EXPECT_EQ(body.find("dmarc=pass"), std::string::npos) << body;
}

TEST_P(HostileText, MayBeTheId) {
  const std::string body = write_auth_results(text(), Facts{}, {});
  const auto parsed = parse_auth_results(body);
  ASSERT_TRUE(parsed) << body;
  EXPECT_FALSE(parsed->tolerated) << body;
  // An id of punctuation alone names nobody.
  if (std::ranges::any_of(text(), is_alnum)) {
    EXPECT_TRUE(could_be_ours(body, {parsed->authserv_id})) << body;
  }
}

INSTANTIATE_TEST_SUITE_P(Table, HostileText,
                         testing::Range(std::size_t{0}, hostile_texts().size()));

}  // namespace
}  // namespace waarmerk::policy
