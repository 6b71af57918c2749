// The table of hostile messages, and how each is made.
#include "tests/support/hostile_messages.h"

#include <ostream>
#include <utility>

#include "policy/header_section.h"
#include "tests/support/dkim_signer.h"

namespace waarmerk::support {
namespace {

using policy::HeaderField;

/// Just within a packet of the milter protocol.
constexpr std::size_t kMegabyte = 1'000'000;

/// Octets beyond ASCII, well-formed and not, and controls. NUL goes where the wire has room for it.
constexpr std::string_view kOddOctets = "ab\x80\xFF\xC3\xA9\x7F\x1B";
constexpr std::string_view kOddBody("a\0b\x80\xFF\0\r\n\0", 9);

HostileMessage with(HeaderField field) {
  HostileMessage message;
  message.fields.push_back(std::move(field));
  return message;
}

HostileMessage from(std::string value) {
  HostileMessage message;
  message.fields = {{"From", std::move(value)}};
  return message;
}

HostileMessage with_fields(std::size_t count) {
  HostileMessage message;
  while (message.fields.size() < count) {
    message.fields.push_back({"X-" + std::to_string(message.fields.size()), " y"});
  }
  return message;
}

SignOptions signing(SignOptions options = {}) {
  options.key = TestKey::Ed25519;
  options.names.insert(options.names.begin(), "From");
  return options;
}

/// Puts a right signature on top, `count` times.
HostileMessage signed_as(HostileMessage message, SignOptions options, std::size_t count = 1) {
  const HeaderField field = sign(message.fields, message.body, signing(std::move(options)));
  message.fields.insert(message.fields.begin(), count, field);
  return message;
}

/// A signature that is well-formed and wrong, with these tags in place of others.
HeaderField wrong_signature(std::string_view tags) {
  return {"DKIM-Signature",
          " v=1; a=ed25519-sha256; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; " +
              std::string(tags)};
}

HostileMessage many_lengths() {
  HostileMessage message;
  message.body = repeated("hello  world \r\n", 100'000);
  for (std::size_t i = 0; i < 100; ++i) {
    const std::string form = i % 2 == 0 ? "relaxed/relaxed" : "simple/simple";
    const SignOptions options{.canonicalization = form, .names = {}, .body_length = 700 * i};
    message = signed_as(std::move(message), options);
  }
  return signed_as(std::move(message), {.names = {}});
}

HostileMessage many_signatures(std::string_view value_end, std::size_t count) {
  HostileMessage message = signed_as({}, {.names = {"Subject"}}, count);
  for (HeaderField& field : message.fields) {
    if (field.is("DKIM-Signature")) field.value += value_end;
  }
  return message;
}

HostileMessage many_names() {
  SignOptions options{.names = {}};
  for (int i = 0; i < 10'000; ++i) options.names.push_back("X-" + std::to_string(i));
  return signed_as(with_fields(1'000), options);
}

HostileMessage many_addresses() {
  std::string list;
  for (int i = 0; i < 100; ++i) list += " a@d" + std::to_string(i) + ".example,";
  return from(std::move(list));
}

HostileMessage many_authors() {
  HostileMessage message;
  message.fields.assign(100, {"From", " a@example.com"});
  return message;
}

HostileMessage many_recipients() {
  HostileMessage message;
  message.recipients.clear();
  for (int i = 0; i < 10'000; ++i) {
    message.recipients.push_back("<u@\xC3\xA9" + std::to_string(i) + ".example>");
  }
  return message;
}

/// Everything that can be odd is; the signature is right all the same.
HostileMessage odd_octets() {
  HostileMessage message;
  message.helo = kOddOctets;
  message.mail_from = "<" + std::string(kOddOctets) + "@example.com>";
  message.recipients = {"<" + std::string(kOddOctets) + "@" + std::string(kOddOctets) + ">"};
  message.fields.push_back({"X-" + std::string(kOddOctets), " " + std::string(kOddOctets)});
  message.fields.push_back({"Subject", "\x80" + std::string(kOddOctets)});
  message.body = repeated(kOddBody, 10'000);
  return signed_as(std::move(message), {.names = {"Subject"}});
}

HostileMessage longest_names() {
  const std::string label(63, 'a');
  const std::string name = label + "." + label + "." + label + "." + std::string(49, 'a');
  HostileMessage message = with(wrong_signature("b=AAAA; d=" + name + ".example.com; s=s"));
  message.fields.push_back(wrong_signature("b=AAAA; d=example.com; s=" + name.substr(0, 229)));
  message.fields.push_back(wrong_signature("b=AAAA; d=example.com; s=" + name));
  message.helo = name + ".example.com";
  message.recipients = {"<user@" + name + ".example.com>"};
  return message;
}

HostileMessage five_megabytes() {
  HostileMessage message;
  message.fields.insert(message.fields.end(), 6, {"X-Long", repeated("ab ", kMegabyte)});
  return message;
}

/// As many claims as are read, and some that are not.
HostileMessage claims_beyond_the_bounds() {
  HostileMessage message = with_fields(policy::kMaxFields);
  message.fields.insert(message.fields.end(), policy::kMaxFields + 100,
                        {"Authentication-Results", " mx.example.org; dmarc=pass"});
  return message;
}

HostileMessage u_labels() {
  const std::string labels = repeated("\xC3\xA9 ", kMegabyte);
  HostileMessage message = with({"Authentication-Results", " \"" + labels});
  message.fields.insert(message.fields.end(), 1000, {"List-Id", " <\xC3\xA9.\xC3\xA9.example>"});
  return message;
}

HostileMessage many_tags() {
  std::string tags = "b=AAAA; d=example.com; s=sel";
  for (int i = 0; tags.size() + 20 < kMegabyte / 2; ++i) tags += "; t" + std::to_string(i) + "=";
  return with(wrong_signature(tags));
}

std::string nested(std::size_t depth) { return std::string(depth, '(') + std::string(depth, ')'); }

std::string long_lines() { return repeated("x", 200'000) + "\r\n" + repeated(" y", 200'000); }

HostileMessage long_lines_everywhere() {
  HostileMessage message = with({"Subject", " " + long_lines() + "\r\n z"});
  message.body = long_lines();
  return signed_as(std::move(message), {.names = {"Subject"}});
}

}  // namespace

void PrintTo(const HostileCase& row, std::ostream* out) { *out << row.name; }

std::string repeated(std::string_view piece, std::size_t size) {
  std::string text;
  text.reserve(size);
  while (text.size() + piece.size() <= size) text += piece;
  return text;
}

HostileMessage signed_with_body(std::string body, std::string canonicalization) {
  HostileMessage message;
  message.body = std::move(body);
  return signed_as(std::move(message),
                   {.canonicalization = std::move(canonicalization), .names = {}});
}

std::string hostile_zone() {
  return "sel._domainkey.example.com TXT " + key_record(TestKey::Ed25519) +
         "\n"
         "example.com TXT v=spf1 ip4:192.0.2.1 -all\n"
         "_dmarc.example.com TXT v=DMARC1; p=reject\n";
}

const std::vector<HostileCase>& hostile_cases() {
  static const std::vector<HostileCase> cases = {
      {"OneFieldOfAMegabyte", [] { return with({"X", repeated("a b\t", kMegabyte)}); }},
      {"TenThousandFields", [] { return with_fields(policy::kMaxFields); }},
      {"TwentyThousandFields", [] { return with_fields(20'000); }, "reject", "oversized_header"},
      {"HeaderOfSixMegabytes", five_megabytes, "reject", "oversized_header"},
      {"ClaimsBeyondTheBounds", claims_beyond_the_bounds, "reject", "oversized_header"},
      {"ManyGoodSignatures", [] { return many_signatures("", 500); }, "accept", "none", 20},
      {"ManyBadSignatures", [] { return many_signatures("A", 500); }},
      {"ManyBrokenSignatures", [] { return many_signatures(";;", 5'000); }},
      {"ManyLengths", many_lengths, "accept", "none", 1},
      {"LengthOfMore",
       [] {
         return with(wrong_signature("b=AAAA; d=example.com; s=sel; l=" + std::string(76, '9')));
       }},
      {"TenThousandSignedNames", many_names, "accept", "none", 1},
      {"SignatureOfAMegabyte",
       [] {
         return with(wrong_signature("d=example.com; s=sel; b=" + repeated("AAAA", 999'000)));
       }},
      {"ManyTags", many_tags},
      {"OddOctets", odd_octets, "accept", "none", 1},
      {"LongLines", long_lines_everywhere, "accept", "none", 1},
      {"LongestNames", longest_names},
      {"ManyAddresses", many_addresses, "reject", "several_from_domains"},
      {"ManyAuthors", many_authors, "reject", "several_from_fields"},
      {"ManyRecipients", many_recipients},
      {"LongMailFrom",
       [] { return HostileMessage{.mail_from = "<" + repeated("a", 60'000) + "@example.com>"}; }},
      {"NestedCommentsOfTheAuthor", [] { return from(nested(400'000) + " a@example.com"); }},
      {"OpenCommentOfTheAuthor", [] { return from(repeated("(\\", kMegabyte)); }, "reject",
       "no_from"},
      {"QuotedPairsOfTheAuthor",
       [] { return from("\"" + repeated("\\\"", kMegabyte / 2) + "\" <a@example.com>"); }},
      {"NestedCommentsOfAClaim",
       [] {
         return with({"Authentication-Results", nested(400'000) + " mx.example.org; dmarc=pass"});
       },
       "accept", "none", 0, 1},
      {"OpenCommentOfAClaim",
       [] {
         return with(
             {"Authentication-Results", std::string(400'000, '(') + " mx.example.org; dmarc=pass"});
       },
       "accept", "none", 0, 1},
      {"UnicodeLabels", u_labels, "accept", "none", 0, 1},
  };
  return cases;
}

}  // namespace waarmerk::support
