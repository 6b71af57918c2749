// `waarmerk config test`: the tests in a configuration, with the story of each that fails.
#include <sysexits.h>

#include <algorithm>
#include <ostream>

#include "base/json.h"
#include "base/text.h"
#include "cli/config.h"
#include "cli/outcome.h"
#include "cli/settings.h"
#include "policy/config_tests/run.h"
#include "policy/explain.h"

namespace waarmerk::cli {
namespace {

using policy::ConfigTest;
using policy::Configuration;
using policy::TestOutcome;

void print_failure(const TestOutcome& outcome, std::ostream& out) {
  for (const policy::Difference& difference : outcome.differences) {
    out << "  " << difference.what << " is \"" << printable(difference.came) << "\", expected \""
        << printable(difference.expected) << "\"\n";
  }
  for (const policy::Paragraph& paragraph : policy::explain(outcome.facts, outcome.verdict)) {
    out << "  " << paragraph.heading << "\n";
    for (const std::string& sentence : paragraph.sentences) out << "    " << sentence << "\n";
  }
}

void print_text(const Configuration& configuration, const std::vector<TestOutcome>& outcomes,
                std::ostream& out) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const ConfigTest& test = configuration.tests[i];
    const bool passed = outcomes[i].passed();
    out << (passed ? "ok      " : "FAILED  ") << printable(test.name);
    if (!passed) out << "  (" << configuration.file_name << ":" << test.line << ")";
    out << "\n";
    if (!passed) print_failure(outcomes[i], out);
  }
  const auto failed = outcomes.size() - static_cast<std::size_t>(
                                            std::ranges::count_if(outcomes, &TestOutcome::passed));
  out << outcomes.size() << (outcomes.size() == 1 ? " test, " : " tests, ") << failed
      << " failed\n";
}

/// {"name":...,"line":...,"ok":...,"differences":[...],"decision":{...}}
void write_outcome(JsonWriter& json, const ConfigTest& test, const TestOutcome& outcome) {
  json.object_begin().field("name", test.name).key("line").number(test.line);
  json.key("ok").boolean(outcome.passed()).key("differences").array_begin();
  for (const policy::Difference& difference : outcome.differences) {
    json.object_begin()
        .field("what", difference.what)
        .field("expected", difference.expected)
        .field("came", difference.came)
        .object_end();
  }
  const policy::Decision& decision = outcome.verdict.decision;
  json.array_end().key("decision").object_begin();
  json.field("action", to_string(decision.action)).field("rule", decision.rule);
  json.field("why", decision.why).object_end();
  json.object_end();
}

std::string as_json(const Configuration& configuration, const std::vector<TestOutcome>& outcomes) {
  JsonWriter json;
  json.object_begin().field("file", configuration.file_name).key("tests").array_begin();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    write_outcome(json, configuration.tests[i], outcomes[i]);
  }
  json.array_end().object_end();
  return json.take() + "\n";
}

}  // namespace

int config_test(const std::string& file, Output output, const Streams& streams) {
  const auto configuration = read_configuration_file(file);
  if (!configuration) return complain(configuration.error(), streams);
  for (const policy::Finding& finding : configuration->findings) {
    streams.err << to_string(configuration->say(finding)) << "\n";
  }
  if (!configuration->is_usable()) return EX_CONFIG;
  const auto outcomes = policy::run_tests(*configuration);
  switch (output) {
    case Output::Json:
      streams.out << as_json(*configuration, outcomes);
      break;
    case Output::Text:
      print_text(*configuration, outcomes, streams.out);
      break;
  }
  const int finished = finish(streams);
  if (finished != EX_OK) return finished;
  return std::ranges::all_of(outcomes, &TestOutcome::passed) ? EX_OK : EX_DATAERR;
}

}  // namespace waarmerk::cli
