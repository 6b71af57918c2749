// Each kind of key stores into one member of a test.
#include "policy/config_tests/keys.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include "base/quoted.h"
#include "base/text.h"
#include "policy/option_kinds.h"
#include "policy/rules/rule.h"

namespace waarmerk::policy {
namespace {

/// What the postmaster is told of a key.
struct KeyDoc {
  std::string name;
  std::string reason;
  OptionValue example;
};

/// One text, which `store` takes or says in one clause why not.
TestKey text(KeyDoc doc, std::string expects,
             std::function<Result<void>(ConfigTest&, const std::string&)> store) {
  return {std::move(doc.name), std::move(doc.reason), std::move(doc.example), std::move(expects),
          [store = std::move(store)](ConfigTest& test, const OptionValue& value) {
            const auto* given = std::get_if<std::string>(&value);
            if (given == nullptr) return wrong_type(value);
            const auto stored = store(test, *given);
            return stored ? std::vector<ValueFault>{}
                          : std::vector{ValueFault{.text = stored.error().text}};
          }};
}

TestKey plain(KeyDoc doc, std::string ConfigTest::* member) {
  return text(std::move(doc), "a text in quotes",
              [member](ConfigTest& test, const std::string& given) -> Result<void> {
                if (std::ranges::any_of(given, is_control))
                  return fail("holds a control character");
                test.*member = given;
                return {};
              });
}

TestKey domain(KeyDoc doc, std::optional<DomainName> ConfigTest::* member) {
  return text(std::move(doc), "a domain name",
              [member](ConfigTest& test, const std::string& given) -> Result<void> {
                auto name = DomainName::parse(given);
                if (!name) return fail(item_fault(0, given, name.error().text).text);
                test.*member = std::move(*name);
                return {};
              });
}

/// One name or several; of an address its domain.
TestKey domains(KeyDoc doc, std::vector<DomainName> ConfigTest::* member) {
  return {std::move(doc.name), std::move(doc.reason), std::move(doc.example),
          "a domain name, or a list of them", [member](ConfigTest& test, const OptionValue& value) {
            const auto texts = texts_of(value);
            if (!texts) return wrong_type(value);
            std::vector<ValueFault> faults;
            for (std::size_t i = 0; i < texts->size(); ++i) {
              const std::string& given = texts->at(i);
              auto name = DomainName::parse(given.substr(given.rfind('@') + 1));
              if (name) {
                (test.*member).push_back(std::move(*name));
              } else {
                faults.push_back(item_fault(i, given, name.error().text));
              }
            }
            return faults;
          }};
}

/// One of the words of `values`.
template <typename Enum, std::size_t N, typename Place>
TestKey word(KeyDoc doc, const std::array<Enum, N>& values, Place ConfigTest::* member) {
  std::vector<std::string_view> known;
  for (const Enum value : values) known.push_back(to_string(value));
  return text(std::move(doc), alternatives(known),
              [member, values](ConfigTest& test, const std::string& given) -> Result<void> {
                const auto value =
                    std::ranges::find(values, given, [](Enum v) { return to_string(v); });
                if (value == values.end()) return fail("unknown word " + in_quotes(given));
                test.*member = *value;
                return {};
              });
}

Result<void> store_policy(ConfigTest& test, const std::string& given) {
  if (given != kNoRecord && given != kUnreachableRecord && !dmarc::parse_record(given)) {
    return fail(in_quotes(given) + " is no DMARC record");
  }
  test.policy = given;
  return {};
}

Result<void> store_client(ConfigTest& test, const std::string& given) {
  const auto address = IpAddress::parse(given);
  if (!address) return fail(item_fault(0, given, address.error().text).text);
  test.client = *address;
  return {};
}

Result<void> store_tls(ConfigTest& test, const std::string& given) {
  if (given != "none" && tls_version_of(given) == TlsVersion::Unreadable) {
    return fail("unknown version " + in_quotes(given));
  }
  test.tls = given;
  return {};
}

std::vector<TestKey> author_keys() {
  using Y = dns::Security;
  constexpr std::array kSecurity{Y::Secure, Y::Insecure, Y::Bogus, Y::Unknown};
  return {
      plain({"name", "Required: what is said of it.", "a forged bank is refused"},
            &ConfigTest::name),
      domains({"author_domain", "The domain in From, or several.", "bank.example"},
              &ConfigTest::author_domain),
      text({"policy",
            "The author's DMARC record, as it stands in the DNS; \"none\" for none (the default),\n"
            "\"temperror\" where the DNS does not answer.",
            "v=DMARC1; p=reject"},
           "the text of a DMARC record, \"none\" or \"temperror\"", store_policy),
      domain({"policy_domain", "Where that record stands. Default: at the author's domain.",
              "bank.example"},
             &ConfigTest::policy_domain),
      word({"dnssec", "The DNSSEC state of that record. Default: \"unknown\".", "secure"},
           kSecurity, &ConfigTest::dnssec),
      domains({"signed_by", "Each d= of which a signature passes.",
               std::vector<std::string>{"lists.example.org"}},
              &ConfigTest::signed_by),
      domains({"broken_signature_of",
               "Each d= whose signature breaks on a changed body, as lists change it.",
               std::vector<std::string>{"bank.example"}},
              &ConfigTest::broken_signature_of),
      domains({"list_id", "The domain in List-Id.", "announce.lists.example.org"},
              &ConfigTest::list_id),
  };
}

std::vector<TestKey> session_keys() {
  using S = SpfResult;
  constexpr std::array kSpf{S::None,     S::Neutral,   S::Pass,     S::Fail,
                            S::SoftFail, S::TempError, S::PermError};
  return {
      domain({"mail_from_domain", "The domain of MAIL FROM. Default: the null reverse-path.",
              "bounces.example.org"},
             &ConfigTest::mail_from_domain),
      word({"spf", "The result of SPF for it. Default: \"none\".", "fail"}, kSpf, &ConfigTest::spf),
      text({"client", "The client's address. Without one no rule or exemption for it matches.",
            "192.0.2.1"},
           "an IP address", store_client),
      plain({"client_name", "The client's verified name.", "mx.outbound.example.org"},
            &ConfigTest::client_name),
      plain({"helo", "The name in HELO.", "mx.outbound.example.org"}, &ConfigTest::helo),
      text({"tls", "The version of TLS, \"none\" for none (the default).", "TLSv1.3"},
           "\"none\" or a version such as \"TLSv1.3\"", store_tls),
      domains({"recipients", "The recipients: domains or addresses.",
               std::vector<std::string>{"someone@example.com"}},
              &ConfigTest::recipients),
  };
}

std::vector<TestKey> expectation_keys() {
  using A = ActionKind;
  using M = DmarcResult;
  using O = Override::Type;
  constexpr std::array kActions{A::Accept, A::Tag, A::Hold, A::Reject, A::Defer};
  constexpr std::array kDmarc{M::None, M::Pass, M::Fail, M::TempError, M::PermError};
  constexpr std::array kOverrides{O::LocalPolicy, O::MailingList, O::Other, O::PolicyTestMode,
                                  O::TrustedForwarder};
  return {
      word({"action", "Required: what must be done in mode \"enforce\".", "reject"}, kActions,
           &ConfigTest::action),
      text({"rule",
            "The rule that must decide: its name, \"\" for none, or all that the log has to say\n"
            "(\"on_reject=evidence\").",
            "partner-over-tls"},
           "a text in quotes",
           [](ConfigTest& test, const std::string& given) -> Result<void> {
             test.rule = given;
             return {};
           }),
      word({"dmarc", "What the result of DMARC must be.", "fail"}, kDmarc, &ConfigTest::dmarc),
      word({"override", "A reason that must be logged and reported.", "local_policy"}, kOverrides,
           &ConfigTest::override),
  };
}

std::vector<TestKey> all_keys() {
  std::vector<TestKey> all;
  for (const auto& group : {author_keys, session_keys, expectation_keys}) {
    std::ranges::move(group(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

const std::vector<TestKey>& test_keys() {
  static const std::vector<TestKey> table = all_keys();
  return table;
}

const TestKey* find_test_key(std::string_view name) {
  const auto key = std::ranges::find(test_keys(), name, &TestKey::name);
  return key == test_keys().end() ? nullptr : &*key;
}

}  // namespace waarmerk::policy
