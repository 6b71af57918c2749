#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "policy/auth_results.h"

namespace waarmerk::policy {
namespace {

/// A parsed field as one line: id/version|method/version=result{reason} name=value ...|...
std::string shown(const AuthenticationResults& field) {
  std::string out = field.authserv_id;
  if (field.version != 1) out += " " + std::to_string(field.version);
  for (const MethodResult& result : field.results) {
    out += "|" + result.method;
    if (result.version != 1) out += "/" + std::to_string(result.version);
    out += "=" + result.result;
    if (!result.reason.empty()) out += "{" + result.reason + "}";
    for (const auto& [name, value] : result.properties) out += " " + name + "=" + value;
  }
  return out;
}

struct FieldCase {
  std::string name;
  std::string body;
  std::string want;
};

std::ostream& operator<<(std::ostream& out, const FieldCase& c) { return out << c.name; }

const auto kName = [](const auto& info) { return info.param.name; };

class StrictField : public testing::TestWithParam<FieldCase> {};

TEST_P(StrictField, IsReadWhole_R_01) {
  const auto parsed = parse_auth_results(GetParam().body);
  ASSERT_TRUE(parsed) << parsed.error().text;
  EXPECT_EQ(shown(*parsed), GetParam().want);
  EXPECT_FALSE(parsed->tolerated);
}

const FieldCase kStrict[] = {
    {"None", "mx.example; none", "mx.example"},
    {"NoneInAnyCase", " mx.example ;(x) NONE (y)", "mx.example"},
    {"VersionAndNone", "mx.example 1; none", "mx.example"},
    {"OneResult", "mx.example; spf=pass", "mx.example|spf=pass"},
    {"NoSpaces", "mx.example;spf=pass;dkim=fail", "mx.example|spf=pass|dkim=fail"},
    {"NamesInLowerCase", "MX.example; SPF=Pass SMTP.MailFrom=Example.NET",
     "MX.example|spf=pass smtp.mailfrom=Example.NET"},
    {"MethodVersion", "mx.example; dkim / 2 = pass", "mx.example|dkim/2=pass"},
    {"SpacesAroundSigns", "mx.example; spf = pass smtp . helo = mail.example",
     "mx.example|spf=pass smtp.helo=mail.example"},
    {"Reason", "mx.example; dkim=fail reason=expired header.d=a.example",
     "mx.example|dkim=fail{expired} header.d=a.example"},
    {"QuotedReason", "mx.example; dkim=fail reason = \"bad; \\\"x\\\"\" header.d=a.example",
     "mx.example|dkim=fail{bad; \"x\"} header.d=a.example"},
    {"FoldInsideQuotes", "mx.example; dkim=fail reason=\"two\r\n words\"",
     "mx.example|dkim=fail{two words}"},
    {"LineFeedFoldInsideQuotes", "mx.example; dkim=fail reason=\"two\n\twords\"",
     "mx.example|dkim=fail{two\twords}"},
    {"PropertyBehindQuotes", "mx.example; x=pass p.q=\"v\"p.r=w", "mx.example|x=pass p.q=v p.r=w"},
    {"EmptyQuotes", "mx.example; x=pass p.q=\"\"", "mx.example|x=pass p.q="},
    {"CommentsEverywhere", "(a)mx.example(b)1(c);(d)x(e)/(f)1(g)=(h)y(i)p(j).(k)q(l)=(m)v(n)",
     "mx.example|x=y p.q=v"},
    {"ReasonAsProperty", "mx.example; x=y policy.reason=z", "mx.example|x=y policy.reason=z"},
    {"RepeatedProperty", "mx.example; x=y p.q=1 p.q=2", "mx.example|x=y p.q=1 p.q=2"},
    {"AddressValue", "mx.example; auth=pass smtp.auth=a+b=c@x.example",
     "mx.example|auth=pass smtp.auth=a+b=c@x.example"},
    {"Utf8Value",
     "mx.example; spf=pass smtp.mailfrom=b\xC3\xBC"
     "cher.example",
     "mx.example|spf=pass smtp.mailfrom=b\xC3\xBC"
     "cher.example"},
};

INSTANTIATE_TEST_SUITE_P(Table, StrictField, testing::ValuesIn(kStrict), kName);

class TolerableField : public testing::TestWithParam<FieldCase> {};

TEST_P(TolerableField, GivesWhatIsSure) {
  const auto parsed = parse_auth_results(GetParam().body);
  ASSERT_TRUE(parsed) << parsed.error().text;
  EXPECT_EQ(shown(*parsed), GetParam().want);
  EXPECT_TRUE(parsed->tolerated);
}

const FieldCase kTolerable[] = {
    {"IdOnly", "mx.example", "mx.example"},
    {"SemicolonAtEnd", "mx.example; spf=pass;", "mx.example|spf=pass"},
    {"SemicolonBehindNone", "mx.example; none;", "mx.example"},
    {"EmptySegment", "mx.example;; spf=pass", "mx.example|spf=pass"},
    {"OtherVersionIsNotInterpreted_R_15", "mx.example 2; spf=pass", "mx.example 2"},
    {"VersionZero", "mx.example 0; spf=pass", "mx.example 0"},
    {"HugeVersion", "mx.example 99999999999; spf=pass", "mx.example 4294967295"},
    {"WordBehindId", "mx.example x; spf=pass", "mx.example|spf=pass"},
    {"NoId", "spf=pass; dkim=fail", "|spf=pass|dkim=fail"},
    {"MethodVersionNoNumber", "mx.example; dkim/x=pass", "mx.example|dkim=pass"},
    {"MethodWithUnderscore", "mx.example; x_y=pass", "mx.example|x_y=pass"},
    {"ResultWithUnderscore", "mx.example; dkim=dkim_pass", "mx.example|dkim=dkim_pass"},
    {"QuotedResult", "mx.example; dkim=\"pass\"", "mx.example|dkim=\"pass\""},
    {"NoResult", "mx.example; dkim=; spf=pass", "mx.example|spf=pass"},
    {"NoMethod", "mx.example; =pass; spf=pass", "mx.example|spf=pass"},
    {"NoSign", "mx.example; dkim pass; spf=pass", "mx.example|spf=pass"},
    {"StrayWord", "mx.example; dkim=pass stray header.d=a.example",
     "mx.example|dkim=pass header.d=a.example"},
    {"StrayWordAtEnd", "mx.example; dkim=pass header.d=a.example stray",
     "mx.example|dkim=pass header.d=a.example"},
    {"PropertyWithoutType", "mx.example; dmarc=pass action=none header.from=a.example",
     "mx.example|dmarc=pass header.from=a.example"},
    {"PropertyOfThreeParts", "mx.example; x=y a.b.c=d e.f=g", "mx.example|x=y e.f=g"},
    {"EmptyValue", "mx.example; x=y a.b=", "mx.example|x=y"},
    {"SlashInValue",
     "mx.example; dkim=pass header.b=a/b+c=", "mx.example|dkim=pass header.b=a/b+c="},
    {"BracketedAddress", "mx.example; spf=pass smtp.mailfrom=<a@b.example>",
     "mx.example|spf=pass smtp.mailfrom=<a@b.example>"},
    {"ReasonBehindProperty", "mx.example; x=y a.b=c reason=d", "mx.example|x=y{d} a.b=c"},
    {"NotUtf8", "mx.example; x=y a.b=\xFF", "mx.example|x=y a.b=\xFF"},
    {"UnknownSegment", "mx.example; garbage; spf=pass", "mx.example|spf=pass"},
};

INSTANTIATE_TEST_SUITE_P(Table, TolerableField, testing::ValuesIn(kTolerable), kName);

class HopelessField : public testing::TestWithParam<FieldCase> {};

TEST_P(HopelessField, IsAnError) {
  const auto parsed = parse_auth_results(GetParam().body);
  ASSERT_FALSE(parsed) << shown(*parsed);
  EXPECT_EQ(parsed.error().text, GetParam().want);
}

const FieldCase kHopeless[] = {
    {"Empty", "", "no authserv-id"},
    {"White", " \r\n\t", "no authserv-id"},
    {"CommentOnly", "(mx.example)", "no authserv-id"},
    {"SemicolonFirst", "; spf=pass", "no authserv-id"},
    {"NoneAndResult", "mx.example; none; spf=pass", "\"none\" beside results"},
    {"ResultAndNone", "mx.example; spf=pass; none", "\"none\" beside results"},
    {"NoneTwice", "mx.example; none; none", "\"none\" beside results"},
    {"OpenComment", "mx.example; spf=pass (x", "a comment that does not end"},
    {"StrayParenthesis", "mx.example; spf=pass x)", "a ')' without '('"},
    {"OpenQuote", "mx.example; spf=pass p.q=\"x", "a quoted string that does not end"},
    {"Nul", std::string("mx.example; spf=pass p.q=\0", 26), "a control octet"},
    {"ControlInComment", "mx.example; spf=pass (\x1b)", "a control octet"},
};

INSTANTIATE_TEST_SUITE_P(Table, HopelessField, testing::ValuesIn(kHopeless), kName);

TEST(ParseAuthResults, TakesLongBodiesOfEveryShape_Q_01) {
  for (const std::string_view piece : {";", "=", "(", ")", "\"", "\\", "a=", "a=b ", "a=b;", ".",
                                       "a.b=c ", "@", "a@", "\"\"", "()", " ", "a ", "/"}) {
    std::string body = "mx.example;";
    while (body.size() < 100'000) body += piece;
    const auto parsed = parse_auth_results(body);
    if (parsed) {
      EXPECT_EQ(parsed->authserv_id, "mx.example") << piece;
    }
  }
}

}  // namespace
}  // namespace waarmerk::policy
