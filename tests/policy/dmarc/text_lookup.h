// A Lookup for tests of the tree walk: TXT answers from a map, and a memory of what was asked.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "dns/lookup.h"

namespace waarmerk::policy::dmarc {

/// A name that the test is sure of.
inline DomainName name(std::string_view text) {
  auto parsed = DomainName::parse(text);
  EXPECT_TRUE(parsed) << "not a domain name: " << text;
  return parsed ? std::move(*parsed) : *DomainName::parse("invalid");
}

class TextLookup final : public dns::Lookup {
 public:
  /// Lets `owner` answer with these TXT records.
  void add(std::string_view owner, std::vector<std::string> texts,
           dns::Security security = dns::Security::Insecure) {
    dns::Answer answer;
    answer.status = dns::Status::Found;
    answer.security = security;
    answer.texts = std::move(texts);
    answers_[name(owner).text()] = std::make_shared<dns::Answer>(std::move(answer));
  }

  /// Lets `owner` end every question like this.
  void add(std::string_view owner, dns::Status status) {
    dns::Answer answer;
    answer.status = status;
    answers_[name(owner).text()] = std::make_shared<dns::Answer>(std::move(answer));
  }

  void prefetch(const dns::Question& question) override { hinted.push_back(question.name.text()); }

  [[nodiscard]] dns::AnswerPtr get(const dns::Question& question, Instant) override {
    asked.push_back(question.name.text());
    EXPECT_EQ(question.type, dns::Type::Txt);
    const auto found = answers_.find(question.name.text());
    if (found != answers_.end()) return found->second;
    dns::Answer nothing;
    nothing.status = dns::Status::NxDomain;
    return std::make_shared<dns::Answer>(nothing);
  }

  /// Names in the order of the questions, and of the hints.
  std::vector<std::string> asked;
  std::vector<std::string> hinted;

 private:
  std::map<std::string, dns::AnswerPtr> answers_;
};

}  // namespace waarmerk::policy::dmarc
