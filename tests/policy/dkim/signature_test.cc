// The strict reader of signatures: each rule with a value that keeps it and one that breaks it.
#include "policy/dkim/signature.h"

#include <gtest/gtest.h>

#include <limits>
#include <ostream>
#include <utility>

#include "base/base64.h"

namespace waarmerk::policy::dkim {
namespace {

using namespace std::string_literals;

const std::string kHash = encode_base64(std::string(32, 'h'));

/// A well-formed value in which the tag `name` reads `text`; it is added if the value has none.
/// nullopt leaves the tag out.
std::string value_with(std::string_view name, const std::optional<std::string>& text) {
  std::vector<std::pair<std::string, std::string>> tags{{"v", "1"},
                                                        {"a", "rsa-sha256"},
                                                        {"d", "example.com"},
                                                        {"s", "sel"},
                                                        {"h", "from:subject"},
                                                        {"bh", kHash},
                                                        {"b", "AAECAwQFBgcICQ=="}};
  std::string out;
  bool has_tag = false;
  for (auto& [tag, value] : tags) {
    if (tag == name) {
      has_tag = true;
      if (!text) continue;
      value = *text;
    }
    out += (out.empty() ? " " : "; ") + tag + "=" + value;
  }
  if (!has_tag && text) out += "; " + std::string(name) + "=" + *text;
  return out;
}

struct TagCase {
  std::string id;
  std::string tag;
  std::optional<std::string> text;
  /// Empty: well-formed. Otherwise a piece of the fault's text.
  std::string fault;
  DkimCause cause = DkimCause::Syntax;
};
std::ostream& operator<<(std::ostream& out, const TagCase& c) {
  return out << c.id << ' ' << c.tag << '=' << c.text.value_or("(left out)");
}

class DkimSignatureTag : public testing::TestWithParam<TagCase> {};

TEST_P(DkimSignatureTag, IsJudged) {
  const std::string value = value_with(GetParam().tag, GetParam().text);
  const SignatureField field = parse_signature(value);
  if (GetParam().fault.empty()) {
    EXPECT_TRUE(field.signature) << field.signature.error().text;
  } else {
    ASSERT_FALSE(field.signature) << value;
    EXPECT_EQ(field.signature.error().cause, GetParam().cause);
    EXPECT_NE(field.signature.error().text.find(GetParam().fault), std::string::npos)
        << field.signature.error().text;
  }
}

const TagCase kTags[] = {
    {"K01", "v", "1", ""},
    {"K01", "v", std::nullopt, "v="},
    {"K01", "v", "2", "v="},
    {"K01", "v", "01", "v="},
    {"K01", "v", "1.0", "v="},
    {"K01", "v", "", "v="},
    {"K01", "a", std::nullopt, "a="},
    {"K01", "b", std::nullopt, "b="},
    {"K01", "bh", std::nullopt, "bh="},
    {"K01", "d", std::nullopt, "d="},
    {"K01", "h", std::nullopt, "h="},
    {"K01", "s", std::nullopt, "s="},
    {"K07", "a", "RSA-SHA256", ""},
    {"K09", "a", "ed25519-sha256", ""},
    {"K07", "a", "rsa-sha1", "rsa-sha1", DkimCause::Algorithm},
    {"K07", "a", "rsa-sha512", "unknown algorithm", DkimCause::Algorithm},
    {"K07", "a", "", "unknown algorithm", DkimCause::Algorithm},
    {"K02", "b", "AAEC\r\n AwQ=", ""},
    {"K02", "b", "AAECAw", ""},
    {"K02", "b", "", "b= is empty"},
    {"K02", "b", "AAE*", "b= is not base64"},
    {"K02", "b", "AAECA", "b= is not base64"},
    {"K02", "bh", "", "bh= is empty"},
    {"K02", "bh", "AAEC", "bh= is no SHA-256"},
    {"K02", "bh", "!", "bh= is not base64"},
    {"K14", "c", "simple", ""},
    {"K14", "c", "Relaxed/Relaxed", ""},
    {"K14", "c", "simple/relaxed", ""},
    {"K14", "c", "relaxed/", "c="},
    {"K14", "c", "/simple", "c="},
    {"K14", "c", "nowsp", "c="},
    {"K14", "c", "", "c="},
    {"K03", "h", "From", ""},
    {"K03", "h", "a : FROM\r\n\t: b", ""},
    {"K03", "h", "subject", "From"},
    {"K03", "h", "fromage:xfrom", "From"},
    {"K03", "h", "", "empty field name"},
    {"K03", "h", "from:", "empty field name"},
    {"K03", "h", "from::to", "empty field name"},
    {"K03", "h", "from:to cc", "is none"},
    {"K06", "d", "mail.example.com", ""},
    {"K06", "d", "EXAMPLE.COM", ""},
    {"K06", "d", "com", "single label"},
    {"K06", "d", "example.com.", "dot"},
    {"K06", "d", ".example.com", "d="},
    {"K06", "d", "exam ple.com", "d="},
    {"K06", "d", "", "d="},
    {"K06", "d", "[192.0.2.1]", "d="},
    {"K24", "d", "ex\xC3\xA4mple.com", ""},
    {"K24", "d", "ex\xE4mple.com", "d="},
    {"K24", "s", "s\xC3\xA9lecteur", ""},
    {"K01", "s", "a.b", ""},
    {"K01", "s", "under_score", ""},
    {"K01", "s", "sel.", "dot"},
    {"K01", "s", "a..b", "s="},
    {"K01", "s", "", "s="},
    {"K01", "s", "a/b", "s="},
    {"K01", "s",
     std::string(63, 's') + "." + std::string(63, 's') + "." + std::string(63, 's') + "." +
         std::string(50, 's'),
     "too long"},
    {"K04", "i", "@example.com", ""},
    {"K04", "i", "joe@mail.example.com", ""},
    {"K04", "i", "\"a@b\"@example.com", ""},
    {"K04", "i", "joe=40x@Example.COM", ""},
    {"K04", "i", "joe=\r\n @example.com", "quoted-printable"},
    {"K04", "i", "joe@exam=70le.com", ""},
    {"K04", "i", "j\xC3\xB6@example.com", ""},
    {"K04", "i", "joe@example.org", "outside"},
    {"K04", "i", "joe@badexample.com", "outside"},
    {"K04", "i", "joe@com", "single label"},
    {"K04", "i", "joe", "'@'"},
    {"K04", "i", "joe@", "i="},
    {"K04", "i", "", "'@'"},
    {"K04", "i", "joe=4@example.com", "quoted-printable"},
    {"K04", "i", "@example.com=4", "quoted-printable"},
    {"K18", "l", "0", ""},
    {"K18", "l", std::string(76, '9'), ""},
    {"K18", "l", std::string(77, '0'), "l="},
    {"K18", "l", "", "l="},
    {"K18", "l", "-1", "l="},
    {"K18", "l", "1x", "l="},
    {"K18", "l", "1 0", "l="},
    {"K05", "t", "0", ""},
    {"K05", "t", "123456789012345678901234567890", ""},
    {"K05", "t", "", "t="},
    {"K05", "t", "-1", "t="},
    {"K05", "t", "1.5", "t="},
    {"K05", "x", "99", ""},
    {"K05", "x", "+5", "x="},
    {"K05", "x", "now", "x="},
    {"K01", "q", "dns/txt", ""},
    {"K01", "q", "foo/bar : DNS/TXT", ""},
    {"K01", "q", "dns", "q="},
    {"K01", "q", "dns/txtx", "q="},
    {"K01", "q", "", "q="},
    {"K02", "D", "example.org", ""},
    {"K02", "xb", "AAEC", ""},
    {"K02", "z", "From:joe@example.com|To:x", ""},
    {"K02", "v2", "x", ""},
    {"K02", "2v", "x", "tag name"},
    {"K02", "note", "a; d=example.org", "twice"},
    {"K02", "note", "a; note=b", "twice"},
    {"K02", "note", "a;; n=b", "tag"},
    {"K02", "note", "a; junk", "tag"},
    {"K02", "note", "a\0b"s, "character"},
    {"K02", "note", "a;", ""},
    {"K02", "note", "a; \r\n ", ""},
};

INSTANTIATE_TEST_SUITE_P(Rules, DkimSignatureTag, testing::ValuesIn(kTags), [](const auto& test) {
  return test.param.id + "_" + test.param.tag + "_" + std::to_string(test.index);
});

TEST(DkimSignature, IsReadCompletely) {
  const std::string value =
      "a=ed25519-sha256; v=1; c=relaxed/simple; d=Example.COM; s=Sel.Two; i=joe@Sub.Example.com;"
      " h=From : to; l=42; t=100; x=200; bh=" +
      kHash + "; b= AAEC\r\n\tAwQF ; n=1";
  const SignatureField field = parse_signature(value);
  ASSERT_TRUE(field.signature);
  const Signature& signature = *field.signature;
  EXPECT_EQ(signature.algorithm, Algorithm::Ed25519Sha256);
  EXPECT_EQ(signature.header, Canonicalization::Relaxed);
  EXPECT_EQ(signature.body, Canonicalization::Simple);
  EXPECT_EQ(signature.domain.text(), "example.com");
  EXPECT_EQ(signature.key_name.text(), "sel.two._domainkey.example.com");
  EXPECT_EQ(signature.identity.text(), "sub.example.com");
  std::string_view names = signature.signed_names;
  EXPECT_EQ(take_name(names), "From");
  EXPECT_EQ(take_name(names), "to");
  EXPECT_EQ(names, "");
  EXPECT_EQ(signature.body_hash, std::string(32, 'h'));
  EXPECT_EQ(signature.signature, "\0\1\2\3\4\5"s);
  EXPECT_EQ(signature.body_length, 42U);
  EXPECT_EQ(signature.timestamp, std::chrono::seconds(100));
  EXPECT_EQ(signature.expiration, std::chrono::seconds(200));
  EXPECT_EQ(field.domain, signature.domain);
  EXPECT_EQ(field.selector, "Sel.Two");
  EXPECT_EQ(field.algorithm, "ed25519-sha256");
  EXPECT_EQ(field.b, "AAECAwQF");
}

TEST(DkimSignature, HasTheDefaultsOfTheRfc) {  // RFC 6376 3.5
  const std::string value = value_with("c", std::nullopt);
  const SignatureField field = parse_signature(value);
  ASSERT_TRUE(field.signature);
  EXPECT_EQ(field.signature->header, Canonicalization::Simple);
  EXPECT_EQ(field.signature->body, Canonicalization::Simple);
  EXPECT_EQ(field.signature->identity, field.signature->domain);
  EXPECT_FALSE(field.signature->body_length);
  EXPECT_FALSE(field.signature->timestamp);
  EXPECT_FALSE(field.signature->expiration);
  const std::string relaxed = value_with("c", "relaxed");
  EXPECT_EQ(parse_signature(relaxed).signature->body, Canonicalization::Simple);
}

TEST(DkimSignature, AsksForTheKeyUnderALabels) {  // K-24; RFC 8616 5
  const std::string value =
      " v=1; a=rsa-sha256; d=ex\xC3\xA4mple.com; s=\xC3\xA9t\xC3\xA9; h=from; bh=" + kHash +
      "; b=AAEC; i=j\xC3\xB6@ex\xC3\xA4mple.com";
  const SignatureField field = parse_signature(value);
  ASSERT_TRUE(field.signature) << field.signature.error().text;
  EXPECT_EQ(field.signature->key_name.text(), "xn--t-9fab._domainkey.xn--exmple-cua.com");
  EXPECT_EQ(field.signature->identity, field.signature->domain);
  EXPECT_EQ(field.selector, "xn--t-9fab");
}

TEST(DkimSignature, TakesHugeNumbersAsTheLargest) {  // K-05, K-18
  const std::string with_l = value_with("l", "18446744073709551616");
  EXPECT_EQ(parse_signature(with_l).signature->body_length,
            std::numeric_limits<std::uint64_t>::max());
  const std::string with_x = value_with("x", "9999999999999");
  EXPECT_EQ(parse_signature(with_x).signature->expiration, std::chrono::seconds::max());
  const std::string twelve = value_with("x", "999999999999");
  EXPECT_EQ(parse_signature(twelve).signature->expiration, std::chrono::seconds(999'999'999'999));
}

TEST(DkimSignature, ExpiresLaterThanItIsMade) {  // K-05; RFC 6376 3.5
  const auto is_sound = [](const std::string& times) {
    const std::string value = value_with("note", "a; " + times);
    return parse_signature(value).signature.has_value();
  };
  EXPECT_TRUE(is_sound("t=100; x=101"));
  EXPECT_FALSE(is_sound("t=100; x=100"));
  EXPECT_FALSE(is_sound("t=100; x=99"));
}

struct CutCase {
  std::string name;
  std::string text;
  std::string before;
  std::string after;
};
std::ostream& operator<<(std::ostream& out, const CutCase& c) { return out << c.name; }

class DkimSignatureCut : public testing::TestWithParam<CutCase> {};

TEST_P(DkimSignatureCut, RemovesTheValueOfBWithItsWhiteSpace) {  // K-16; RFC 6376 3.7
  const std::string rest = " v=1; a=rsa-sha256; d=example.com; s=sel; h=from; bh=" + kHash + ";";
  const std::string value = rest + GetParam().text;
  const SignatureField field = parse_signature(value);
  ASSERT_TRUE(field.signature) << field.signature.error().text;
  EXPECT_EQ(field.signature->before_b, rest + GetParam().before);
  EXPECT_EQ(field.signature->after_b, GetParam().after);
}

INSTANTIATE_TEST_SUITE_P(
    Places, DkimSignatureCut,
    testing::Values(CutCase{"AtTheEnd", " b=AAEC", " b=", ""},
                    CutCase{"WithWhiteSpaceAfter", " b=AAEC \t", " b=", ""},
                    CutCase{"WithFinalSemicolon", " b=AAEC;", " b=", ";"},
                    CutCase{"InTheMiddle", " b= AA\r\n EC ; n=x", " b=", "; n=x"},
                    CutCase{"SpaceBeforeEquals", " b =AAEC", " b =", ""},
                    CutCase{"FoldBeforeEquals", " b\r\n\t=\r\n AAEC", " b\r\n\t=", ""},
                    CutCase{"NameEndingInB", " xb=AAAA; b=AAEC", " xb=AAAA; b=", ""},
                    CutCase{"PaddedValue", " b=AAECAw==; n=b=c", " b=", "; n=b=c"},
                    CutCase{"EqualTextElsewhere", " n=AAEC; b=AAEC", " n=AAEC; b=", ""}),
    [](const auto& test) { return test.param.name; });

TEST(DkimBrokenSignature, IsStillDescribed) {
  const SignatureField field = parse_signature(
      " v=1; a=rsa-sha256; d=example.com; d=example.org; s=sel; junk; b=AA\r\n ECAwQ=; v");
  ASSERT_FALSE(field.signature);
  EXPECT_EQ(field.domain->text(), "example.com");
  EXPECT_EQ(field.selector, "sel");
  EXPECT_EQ(field.algorithm, "rsa-sha256");
  EXPECT_EQ(field.b, "AAECAwQ=");
}

TEST(DkimBrokenSignature, IsDescribedInPrintableOctets) {  // Q-01
  const std::string value = " a=\x1b[31m\0; d=a b; s=\r\xFF; b=\x07"s;
  const SignatureField field = parse_signature(value);
  ASSERT_FALSE(field.signature);
  EXPECT_FALSE(field.domain);
  EXPECT_EQ(field.algorithm, "?[31m?");
  EXPECT_EQ(field.selector, "?");
  EXPECT_EQ(field.b, "?");
}

TEST(DkimBrokenSignature, IsNothingWhenThereIsNothing) {
  for (const std::string_view value : {"", ";", " ", "=", "\r\n ", ";;;"}) {
    const SignatureField field = parse_signature(value);
    EXPECT_FALSE(field.signature);
    EXPECT_FALSE(field.domain);
    EXPECT_EQ(field.selector + field.algorithm + field.b, "");
  }
}

TEST(DkimSignature, ShowsOnlySoMuch) {
  const std::string value = value_with("b", std::string(4000, 'A'));
  const SignatureField field = parse_signature(value);
  ASSERT_TRUE(field.signature);
  EXPECT_EQ(field.b.size(), kMaxShownSignature);
}

TEST(DkimSignature, MayBeAMegabyte) {  // K-28, Q-01
  std::string names = "from";
  while (names.size() < 1'000'000) names += ":a";
  const std::string value = value_with("h", names);
  const SignatureField field = parse_signature(value);
  ASSERT_TRUE(field.signature);
  EXPECT_EQ(field.signature->signed_names.size(), names.size());
}

TEST(DkimSignature, HasOnlySoManyTags) {  // K-28, Q-01
  const auto with_tags = [](std::size_t count) {
    std::string tags;
    for (std::size_t i = 0; i < count; ++i) tags += ";t" + std::to_string(i) + "=";
    return value_with("note", "a" + tags);
  };
  EXPECT_TRUE(parse_signature(with_tags(kMaxTags - 20)).signature);
  for (const std::size_t count : {kMaxTags, std::size_t{100'000}}) {
    const std::string value = with_tags(count);
    const SignatureField field = parse_signature(value);
    ASSERT_FALSE(field.signature);
    EXPECT_EQ(field.signature.error().text, "more than 1000 tags");
    EXPECT_TRUE(field.domain) << "the log names what stands at the front";
  }
}

}  // namespace
}  // namespace waarmerk::policy::dkim
