// A message for tests of the evaluation: its evidence is made by walking a map.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "policy/dmarc/alignment.h"
#include "policy/dmarc/discovery.h"
#include "tests/policy/dmarc/text_lookup.h"

namespace waarmerk::policy::dmarc {

/// A message with evidence that grows line by line; every domain in it gets its walk at the end.
class WalkedMessage {
 public:
  explicit WalkedMessage(std::string_view author) : author_(name(author)) {}

  WalkedMessage& record(std::string_view owner, std::string text) {
    lookup_.add("_dmarc." + std::string(owner), {std::move(text)});
    return *this;
  }
  WalkedMessage& broken(std::string_view owner) {
    lookup_.add("_dmarc." + std::string(owner), dns::Status::ServFail);
    return *this;
  }
  WalkedMessage& exists(std::optional<bool> answer) {
    exists_ = answer;
    return *this;
  }
  WalkedMessage& spf(std::string_view domain, SpfResult result = SpfResult::Pass) {
    facts_.spf_mail_from.domain = name(domain);
    facts_.spf_mail_from.result = result;
    return *this;
  }
  WalkedMessage& helo(std::string_view domain, SpfResult result = SpfResult::Pass) {
    facts_.spf_helo.domain = name(domain);
    facts_.spf_helo.result = result;
    return *this;
  }
  WalkedMessage& dkim(std::string_view domain, DkimResult result = DkimResult::Pass) {
    facts_.dkim.push_back({.result = result, .domain = name(domain)});
    return *this;
  }
  WalkedMessage& without_walk(std::string_view domain) {
    unwalked_ = name(domain);
    return *this;
  }

  DmarcEvaluation evaluate() {
    add_walk(author_);
    if (!facts_.walks.empty()) facts_.walks.front().start_exists = exists_;
    for (const DkimOutcome& signature : facts_.dkim) add_walk(*signature.domain);
    if (facts_.spf_mail_from.domain) add_walk(*facts_.spf_mail_from.domain);
    return evaluate_author(author_, facts_);
  }

 private:
  void add_walk(const DomainName& start) {
    if (start == unwalked_ || find_walk(facts_, start) != nullptr) return;
    facts_.walks.push_back(walk(start, lookup_, Instant{}));
  }

  DomainName author_;
  TextLookup lookup_;
  Facts facts_;
  std::optional<bool> exists_;
  std::optional<DomainName> unwalked_;
};

}  // namespace waarmerk::policy::dmarc
