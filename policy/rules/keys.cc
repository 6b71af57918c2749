// Each kind of key is a pair of functions over one member of a rule.
#include "policy/rules/keys.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include "base/quoted.h"
#include "base/text.h"
#include "policy/option_kinds.h"

namespace waarmerk::policy {
namespace {

/// What the postmaster is told of a key.
struct KeyDoc {
  std::string name;
  std::string reason;
  OptionValue example;
};

std::optional<OptionValue> as_written(const std::vector<std::string>& written) {
  if (written.empty()) return std::nullopt;
  if (written.size() == 1) return written.front();
  return written;
}

ValueFault empty_list() { return {.text = "is an empty list: the rule could never match"}; }

ListFile<NameSet> load(ListFiles& files, const std::string& name, const NameSet* /*kind*/) {
  return files.names(name);
}
ListFile<NetworkSet> load(ListFiles& files, const std::string& name, const NetworkSet* /*kind*/) {
  return files.networks(name);
}

/// Makes patterns of what was written, and of the files that it names.
template <typename Set>
class PatternReader {
 public:
  explicit PatternReader(ListFiles& files) : files_(files) {}

  void read(const std::string& text, std::size_t index) {
    if (text.starts_with('@')) {
      read_file(text.substr(1), index);
    } else if (auto pattern = Set::Pattern::parse(text)) {
      written_.push_back(std::move(*pattern));
    } else {
      faults_.push_back(item_fault(index, text, pattern.error().text));
    }
  }

  std::vector<ValueFault> finish(std::vector<std::string> texts, Patterns<Set>& patterns) && {
    patterns.written = std::move(texts);
    patterns.sets = std::move(sets_);
    if (!written_.empty())
      patterns.sets.push_back(std::make_shared<const Set>(std::move(written_)));
    return std::move(faults_);
  }

 private:
  void read_file(const std::string& name, std::size_t index) {
    ListFile<Set> file = load(files_, name, static_cast<const Set*>(nullptr));
    for (ValueFault& fault : file.faults) {
      fault.item = index;
      faults_.push_back(std::move(fault));
    }
    if (file.set) sets_.push_back(std::move(file.set));
  }

  ListFiles& files_;
  std::vector<typename Set::Pattern> written_;
  std::vector<std::shared_ptr<const Set>> sets_;
  std::vector<ValueFault> faults_;
};

template <typename Set>
RuleKey patterns(KeyDoc doc, std::string expects, Patterns<Set> Rule::* member) {
  return {std::move(doc.name),
          std::move(doc.reason),
          std::move(doc.example),
          std::move(expects),
          [member](Rule& rule, const OptionValue& value, ListFiles& files) {
            auto texts = texts_of(value);
            if (!texts) return wrong_type(value);
            if (texts->empty()) return std::vector{empty_list()};
            PatternReader<Set> reader(files);
            for (std::size_t i = 0; i < texts->size(); ++i) reader.read(texts->at(i), i);
            return std::move(reader).finish(std::move(*texts), rule.*member);
          },
          [member](const Rule& rule) { return as_written((rule.*member).written); }};
}

RuleKey names(KeyDoc doc, NamePatterns Rule::* member) {
  return patterns(std::move(doc),
                  "a domain name, \"*.\" and a domain name, \"@file\", or a list of these", member);
}

/// The words of a condition, each with what it stands for.
template <typename Enum>
using Meanings = std::vector<std::pair<std::string, std::vector<Enum>>>;

template <typename Enum, std::size_t N>
Meanings<Enum> words_of(const std::array<Enum, N>& values) {
  Meanings<Enum> words;
  for (const Enum value : values) words.push_back({std::string(to_string(value)), {value}});
  return words;
}

template <typename Enum>
RuleKey choices(KeyDoc doc, Meanings<Enum> words, Choices<Enum> Rule::* member) {
  std::vector<std::string_view> known;
  for (const auto& [word, values] : words) known.push_back(word);
  std::string expects = alternatives(known) + ", or a list of these";
  return {std::move(doc.name),
          std::move(doc.reason),
          std::move(doc.example),
          std::move(expects),
          [member, words = std::move(words)](Rule& rule, const OptionValue& value,
                                             ListFiles& /*files*/) {
            auto texts = texts_of(value);
            if (!texts) return wrong_type(value);
            if (texts->empty()) return std::vector{empty_list()};
            std::vector<ValueFault> faults;
            Choices<Enum> chosen;
            for (std::size_t i = 0; i < texts->size(); ++i) {
              const auto word =
                  std::ranges::find(words, texts->at(i), &Meanings<Enum>::value_type::first);
              if (word == words.end()) {
                faults.push_back({.text = "unknown word " + in_quotes(texts->at(i)), .item = i});
              } else {
                std::ranges::copy(word->second, std::back_inserter(chosen.values));
              }
            }
            chosen.written = std::move(*texts);
            rule.*member = std::move(chosen);
            return faults;
          },
          [member](const Rule& rule) { return as_written((rule.*member).written); }};
}

/// A text of its own kind: `parse` stores it or says in one clause why not.
RuleKey text(KeyDoc doc, std::string expects,
             std::function<Result<void>(Rule&, const std::string&)> parse,
             std::function<std::optional<OptionValue>(const Rule&)> show) {
  return {std::move(doc.name),
          std::move(doc.reason),
          std::move(doc.example),
          std::move(expects),
          [parse = std::move(parse)](Rule& rule, const OptionValue& value, ListFiles& /*files*/) {
            const auto* given = std::get_if<std::string>(&value);
            if (given == nullptr) return wrong_type(value);
            const auto stored = parse(rule, *given);
            return stored ? std::vector<ValueFault>{}
                          : std::vector{ValueFault{.text = stored.error().text}};
          },
          std::move(show)};
}

Result<void> store_name(Rule& rule, const std::string& name) {
  if (!is_rule_name(name)) return fail(in_quotes(name) + " is no name of a rule");
  rule.name = name;
  return {};
}

Result<void> store_comment(Rule& rule, const std::string& comment) {
  if (printable(comment, kMaxRuleComment) != comment) {
    return fail("is not printable ASCII, or too long");
  }
  rule.comment = comment;
  return {};
}

template <typename Enum, std::size_t N>
RuleKey one_word(KeyDoc doc, const std::array<Enum, N>& values, Enum Rule::* member) {
  const Meanings<Enum> words = words_of(values);
  std::vector<std::string_view> known;
  for (const auto& [word, ignored] : words) known.push_back(word);
  return text(
      std::move(doc), alternatives(known),
      [member, words](Rule& rule, const std::string& given) -> Result<void> {
        const auto word = std::ranges::find(words, given, &Meanings<Enum>::value_type::first);
        if (word == words.end()) return fail("unknown word " + in_quotes(given));
        rule.*member = word->second.front();
        return {};
      },
      [member](const Rule& rule) -> std::optional<OptionValue> {
        return std::string(to_string(rule.*member));
      });
}

Meanings<TlsVersion> tls_words() {
  using enum TlsVersion;
  Meanings<TlsVersion> words{{"none", {None}}};
  constexpr std::array<std::pair<std::string_view, TlsVersion>, 4> kVersions{
      {{"TLSv1", Tls10}, {"TLSv1.1", Tls11}, {"TLSv1.2", Tls12}, {"TLSv1.3", Tls13}}};
  for (const auto& [word, version] : kVersions) words.push_back({std::string(word), {version}});
  for (const auto& [word, lowest] : kVersions) {
    std::vector<TlsVersion> from{Newer};
    for (const auto& [ignored, version] : kVersions) {
      if (version >= lowest) from.push_back(version);
    }
    words.push_back({std::string(word) + "+", from});
  }
  return words;
}

std::vector<RuleKey> name_keys() {
  return {
      text({"name",
            "Required: what the rule is called in the log (\"rule=NAME\"), in header fields and\n"
            "replies. Each name stands once.",
            "partner-over-tls"},
           "1 to 64 letters, digits, '-', '_' or '.'", store_name,
           [](const Rule& rule) -> std::optional<OptionValue> { return rule.name; })};
}

std::vector<RuleKey> domain_keys() {
  return {
      names({"author_domain",
             "The domain in From. Of several, a rule that loosens wants all to match, any other\n"
             "rule one; with policy_domain, dmarc, requested and dnssec it is the same one.",
             std::vector<std::string>{"bank.example", "*.bank.example"}},
            &Rule::author_domain),
      names({"policy_domain",
             "The domain whose DMARC record applies to the author: the author's or one above it.",
             "bank.example"},
            &Rule::policy_domain),
      names({"signing_domain", "The d= of a DKIM signature that passes.", "lists.example.org"},
            &Rule::signing_domain),
      names({"mail_from_domain",
             "The domain of MAIL FROM. It proves something only beside spf = \"pass\".",
             "bounces.example.org"},
            &Rule::mail_from_domain),
  };
}

std::vector<RuleKey> client_keys() {
  return {
      patterns({"client", "The address of the client: addresses, networks, or a file of them.",
                std::vector<std::string>{"192.0.2.0/24", "2001:db8::25"}},
               "an address, a network, \"@file\", or a list of these", &Rule::client),
      names({"client_name",
             "The client's name, where its address and its name point to each other (iprev=pass).",
             "*.outbound.example.org"},
            &Rule::client_name),
      names({"helo", "The name in HELO. Anyone can say anything there.", "*.dynamic.example"},
            &Rule::helo),
      names({"list_id", "The domain in a List-Id field. Anyone can write one.",
             "announce.example.org"},
            &Rule::list_id),
  };
}

std::vector<RuleKey> recipient_keys() {
  return {
      names({"recipient_domain",
             "Matches if all accepted recipients do: one reply serves them all. It does not match\n"
             "where not every recipient is known.",
             "example.com"},
            &Rule::recipient_domain),
      names({"any_recipient_domain",
             "Matches if one of the recipients does. What is done is done for all of them. Where\n"
             "not every recipient is known (beyond 100 domains, or without one), a rule that\n"
             "tightens matches, since one of them may be meant; one that loosens does not.",
             "lawyers.example.com"},
            &Rule::any_recipient_domain),
  };
}

std::vector<RuleKey> result_keys() {
  using S = SpfResult;
  using K = DkimResult;
  using M = DmarcResult;
  constexpr std::array kSpf{S::None,     S::Neutral,   S::Pass,     S::Fail,
                            S::SoftFail, S::TempError, S::PermError};
  constexpr std::array kDkim{K::None,    K::Pass,      K::Fail,     K::Policy,
                             K::Neutral, K::TempError, K::PermError};
  constexpr std::array kDmarc{M::None, M::Pass, M::Fail, M::TempError, M::PermError};
  return {
      choices({"spf", "The result of SPF for MAIL FROM, or for HELO where MAIL FROM is empty.",
               std::vector<std::string>{"fail", "softfail"}},
              words_of(kSpf), &Rule::spf),
      choices(
          {"dkim",
           "The result of DKIM: \"pass\" if one signature passes, else those of all signatures;\n"
           "\"none\" without one.",
           "none"},
          words_of(kDkim), &Rule::dkim),
      choices({"dmarc", "The result of DMARC. \"permerror\" does not arise.",
               std::vector<std::string>{"fail", "temperror"}},
              words_of(kDmarc), &Rule::dmarc),
  };
}

std::vector<RuleKey> circumstance_keys() {
  using D = Disposition;
  using Y = dns::Security;
  constexpr std::array kRequests{D::None, D::Quarantine, D::Reject};
  constexpr std::array kSecurity{Y::Secure, Y::Insecure, Y::Bogus, Y::Unknown};
  return {
      choices({"requested",
               "What the domain owner asks for this message: \"none\" unless it fails DMARC.",
               "reject"},
              words_of(kRequests), &Rule::requested),
      choices({"tls",
               "The version of TLS by which the message came, \"TLSv1.2+\" for one and all newer,\n"
               "\"none\" for none.",
               "none"},
              tls_words(), &Rule::tls),
      choices(
          {"dnssec",
           "The DNSSEC state of the DMARC record that applies: \"bogus\" if it was refused for\n"
           "that, \"unknown\" without a record or without a validating resolver.",
           "insecure"},
          words_of(kSecurity), &Rule::dnssec),
  };
}

std::vector<RuleKey> effect_keys() {
  using A = RuleAction;
  using O = Override::Type;
  constexpr std::array kActions{A::Accept, A::Laxer, A::OnlyMonitor, A::Tag,
                                A::Hold,   A::Defer, A::Reject,      A::Stricter};
  constexpr std::array kOverrides{O::LocalPolicy, O::MailingList, O::TrustedForwarder, O::Other};
  return {
      one_word(
          {"action",
           "Required. What loosens must name something that was proven; where a setting for From\n"
           "refuses or marks the message, that must be client or client_name:\n"
           "  \"accept\"        deliver\n"
           "  \"laxer\"         one step milder than without the rule: what would be rejected\n"
           "                  is quarantined, what would be held is tagged, what would be\n"
           "                  tagged or deferred is delivered\n"
           "  \"only_monitor\"  deliver, and log what would have been done\n"
           "What tightens never makes milder what would be done without the rule; in rising\n"
           "order:\n"
           "  \"tag\", \"hold\", \"defer\", \"reject\"\n"
           "  \"stricter\"      one step stricter, unless DMARC passes or an error of the DNS\n"
           "                  leaves it open for each author that the conditions hold of",
           "reject"},
          kActions, &Rule::action),
      one_word({"override",
                "The reason that is logged and reported where the rule makes a difference to what\n"
                "the domain owner asks.",
                "local_policy"},
               kOverrides, &Rule::override),
      text({"comment", "Said with that reason, also to the domain owner and in the header field.",
            "agreed with their postmaster"},
           "up to 200 characters of printable ASCII", store_comment,
           [](const Rule& rule) -> std::optional<OptionValue> {
             if (rule.comment.empty()) return std::nullopt;
             return rule.comment;
           }),
  };
}

std::vector<RuleKey> all_keys() {
  std::vector<RuleKey> all;
  for (const auto& group : {name_keys, domain_keys, client_keys, recipient_keys, result_keys,
                            circumstance_keys, effect_keys}) {
    std::ranges::move(group(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

const std::vector<RuleKey>& rule_keys() {
  static const std::vector<RuleKey> table = all_keys();
  return table;
}

const RuleKey* find_rule_key(std::string_view name) {
  const auto key = std::ranges::find(rule_keys(), name, &RuleKey::name);
  return key == rule_keys().end() ? nullptr : &*key;
}

bool is_rule_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return is_alnum(c) || c == '-' || c == '_' || c == '.';
  });
}

}  // namespace waarmerk::policy
