// Each case of the suite that passes has neighbours that must not: the same question with one thing
// changed. Which ones is chance with a fixed seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "policy/spf/check.h"
#include "tests/suites/known_failures.h"
#include "tests/suites/neighbours.h"
#include "tests/suites/spf_suite.h"

namespace waarmerk::policy::spf {
namespace {

/// A zone in which some answers are others.
class ChangedZone final : public dns::Lookup {
 public:
  using Change = std::function<void(const dns::Question&, dns::Answer&)>;

  ChangedZone(dns::Lookup& zone, Change change) : zone_(zone), change_(std::move(change)) {}

  void prefetch(const dns::Question&) override {}
  dns::AnswerPtr get(const dns::Question& question, Instant deadline) override {
    auto answer = std::make_shared<dns::Answer>(*zone_.get(question, deadline));
    change_(question, *answer);
    return answer;
  }

 private:
  dns::Lookup& zone_;
  Change change_;
};

/// The question of a case as it is changed.
struct Asked {
  Request request;
  ChangedZone::Change change = [](const dns::Question&, dns::Answer&) {};
};

bool is_record(const std::string& text) { return istarts_with(text, "v=spf1"); }

/// A change to the text of every SPF record.
ChangedZone::Change in_records(std::function<void(std::string&)> change) {
  return [change = std::move(change)](const dns::Question& question, dns::Answer& answer) {
    if (question.type != dns::Type::Txt) return;
    for (std::string& text : answer.texts) {
      if (is_record(text)) change(text);
    }
  };
}

/// Terms before all others, in every record; `a` answers for the names that they ask.
ChangedZone::Change with_terms(std::string terms, dns::Status status) {
  return [terms = std::move(terms), status](const dns::Question& question, dns::Answer& answer) {
    if (question.name.text().ends_with(".neighbour.example")) {
      answer = {};
      answer.status = status;
      if (status == dns::Status::Found)
        answer.addresses = {IpAddress::parse("203.0.113.250").value()};
      return;
    }
    for (std::string& text : answer.texts) {
      if (is_record(text)) text.insert(6, terms);
    }
  };
}

std::string numbered(std::string_view term, int count) {
  std::string terms;
  for (int i = 0; i < count; ++i) {
    terms += " " + std::string(term) + "n" + std::to_string(i) + ".neighbour.example";
  }
  return terms;
}

/// Another domain: one letter of a label is changed, or a label is set before it.
DomainName other_domain(const DomainName& domain, Chance& chance) {
  std::string text = domain.text();
  const std::size_t place = below(text.size() + 1, chance);
  if (place == text.size() || !is_alnum(text[place])) {
    text.insert(0, "neighbour.");
  } else {
    text[place] = text[place] == 'q' ? 'z' : 'q';
  }
  return DomainName::from_octets(text).value_or(domain);
}

struct Neighbour {
  std::string name;
  /// How often: more than once where chance has a part.
  int rounds = 1;
  std::function<void(Asked&, Chance&)> make;
};

const std::vector<Neighbour>& neighbours() {
  static const std::vector<Neighbour> all = {
      {"another domain", 16,
       [](Asked& asked, Chance& chance) {
         const DomainName domain = asked.request.domain;
         asked.request.domain = other_domain(domain, chance);
         // What stands below it may be authorised by a wildcard; it must not be by chance.
         asked.change = [name = asked.request.domain](const dns::Question& question,
                                                      dns::Answer& answer) {
           if (question.name == name && question.type == dns::Type::Txt) answer = {};
           if (answer.status == dns::Status::Timeout) answer.status = dns::Status::NxDomain;
         };
       }},
      {"an octet of the version", 4,
       [](Asked& asked, Chance& chance) {
         asked.change = in_records([place = below(6, chance)](std::string& text) {
           text[place] = text[place] == '9' ? '8' : '9';
         });
       }},
      {"a second record", 1,
       [](Asked& asked, Chance&) {
         asked.change = [](const dns::Question& question, dns::Answer& answer) {
           if (question.type == dns::Type::Txt && !answer.texts.empty()) {
             answer.texts.emplace_back("v=spf1 +all");
             answer.texts.emplace_back("v=spf1 +all");
           }
         };
       }},
      {"a term that is none at the end", 1,
       [](Asked& asked, Chance&) {
         asked.change = in_records([](std::string& text) { text += " a:"; });
       }},
      {"a control octet", 8,
       [](Asked& asked, Chance& chance) {
         asked.change = in_records([place = chance()](std::string& text) {
           text.insert(6 + place % (text.size() - 5), 1, '\x01');
         });
       }},
      {"eleven lookups before", 1,
       [](Asked& asked, Chance&) {
         asked.change = with_terms(numbered("a:", 11), dns::Status::Found);
       }},
      {"three void lookups before", 1,
       [](Asked& asked, Chance&) {
         asked.change = with_terms(numbered("exists:", 3), dns::Status::NxDomain);
       }},
      {"a lookup without an answer before", 1,
       [](Asked& asked, Chance&) {
         asked.change = with_terms(numbered("a:", 1), dns::Status::Timeout);
       }},
      {"an include without a record before", 1,
       [](Asked& asked, Chance&) {
         asked.change = with_terms(numbered("include:", 1), dns::Status::NxDomain);
       }},
      {"a fail before", 1,
       [](Asked& asked, Chance&) {
         asked.change = in_records([](std::string& text) { text.insert(6, " -all"); });
       }},
      {"no DNS", 1,
       [](Asked& asked, Chance&) {
         asked.change = [](const dns::Question&, dns::Answer& answer) {
           answer = {};
           answer.status = dns::Status::ServFail;
         };
       }},
  };
  return all;
}

NeighbourCount tried("spf");

class SpfNeighbours : public testing::TestWithParam<SpfCase> {};

TEST_P(SpfNeighbours, DoNotPass) {
  const SpfCase& c = GetParam();
  const auto request = request_of(c);
  if (!request) return;  // not even asked
  if (check_host(*request, {}, *c.zone, Instant::max()).result != SpfResult::Pass) return;
  Chance chance = same_chance_each_time();
  for (const Neighbour& neighbour : neighbours()) {
    for (int round = 0; round < neighbour.rounds; ++round) {
      Asked asked{.request = *request};
      neighbour.make(asked, chance);
      ChangedZone zone(*c.zone, asked.change);
      const auto checked = check(Engine::Both, asked.request, {}, zone, Instant::max());
      tried.add_one();
      EXPECT_NE(checked.outcome.result, SpfResult::Pass)
          << neighbour.name << ", round " << round << ": " << checked.outcome.reason;
      if (checked.disagreement) {
        ADD_FAILURE() << neighbour.name << ": " << checked.disagreement->native << ", "
                      << checked.disagreement->reference;
      }
    }
  }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SpfNeighbours);
INSTANTIATE_TEST_SUITE_P(Cases, SpfNeighbours, testing::ValuesIn(spf_suite()),
                         [](const auto& test) { return case_name(test.param.id); });

}  // namespace
}  // namespace waarmerk::policy::spf
