// reporting/opendmarc_history.h: any octets; what can be read can be decided.
#include "reporting/opendmarc_history.h"

#include "base/text.h"
#include "policy/evaluate.h"
#include "tests/fuzz/target.h"

namespace waarmerk {
namespace {

void decide(const std::optional<Result<reporting::HistoryMessage>>& message) {
  if (!message || !*message) return;
  const policy::Facts facts = reporting::facts_of(**message);
  require(facts.dkim.size() <= 100);
  static_cast<void>(reporting::would_of(**message));
  static_cast<void>(policy::evaluate(facts, {}));
}

}  // namespace

void fuzz_one(std::string_view text) {
  reporting::HistoryReader reader;
  for (const std::string_view line : split(text, '\n')) decide(reader.feed(line));
  decide(reader.finish());
}

}  // namespace waarmerk
