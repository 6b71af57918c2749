// `waarmerk replay` as it is used: files in, tables out.
#include "cli/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sysexits.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.h"
#include "cli/replay_output.h"
#include "policy/evaluate.h"
#include "tests/support/history_entry.h"
#include "tests/support/mail_flow.h"
#include "tests/support/record_samples.h"
#include "tests/support/scratch_folder.h"

namespace waarmerk::cli {
namespace {

using nlohmann::json;
using policy::Mode;
using policy::Settings;
using support::HistoryEntry;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A forgery of example.com, decided under `settings`.
reporting::Record forged(const Settings& settings) {
  reporting::Record record = support::plain_record();
  record.facts.spf_mail_from.result = policy::SpfResult::Fail;
  record.facts.dkim.clear();
  record.facts.lists.clear();
  record.mode = settings.mode;
  record.verdict = policy::evaluate(record.facts, settings);
  return record;
}

class ReplayTest : public testing::Test {
 protected:
  /// The command line with these settings to try and this log.
  ReplayOptions options(const std::string& candidate, const std::string& log) {
    ReplayOptions options;
    options.candidate_file = folder_.write("candidate.toml", candidate);
    options.logs = {folder_.write("log", log)};
    return options;
  }
  int run(const ReplayOptions& options) {
    out_.str("");
    err_.str("");
    return replay(options, {out_, err_});
  }
  json run_json(ReplayOptions options) {
    options.format = ReplayFormat::Json;
    EXPECT_EQ(run(options), EX_OK) << err_.str();
    return json::parse(out_.str());
  }

  support::ScratchFolder folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

std::string line_of(const reporting::Record& record) {
  return reporting::write_record(record) + "\n";
}

std::string generated_log(std::size_t count, const Settings& settings) {
  support::MailFlow flow(settings);
  std::string log;
  for (std::size_t i = 0; i < count; ++i) log += line_of(flow.next());
  return log;
}

TEST_F(ReplayTest, TellsAPostmasterWhatEnforcingWouldDo) {
  const Settings monitor{.mode = Mode::Monitor};
  const auto task =
      options("mode = \"enforce\"\n", line_of(forged(monitor)) + line_of(support::plain_record()));
  EXPECT_EQ(run(task), EX_OK) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("Messages: 2, from 2026-05-01 to 2026-05-01, decided again"));
  EXPECT_THAT(out_.str(), HasSubstr("Changed: 1 (50.0 %). As before: 1."));
  EXPECT_THAT(out_.str(), HasSubstr("            1  accept -> reject  example.com  4bXyz12T3w\n"));
  EXPECT_THAT(err_.str(), IsEmpty());
}

TEST_F(ReplayTest, TheSameSettingsChangeNothing) {
  const auto result = run_json(options("mode = \"enforce\"\n", generated_log(200, {})));
  EXPECT_EQ(result["messages"], 200);
  EXPECT_EQ(result["changed"], 0);
  EXPECT_THAT(result["author_domains"]["rows"], IsEmpty());
  EXPECT_GT(result["exempt"], 0);
}

TEST_F(ReplayTest, JsonHasEveryTable) {
  const auto result = run_json(options("mode = \"monitor\"\n", generated_log(300, {})));
  EXPECT_EQ(result["mode"], "monitor");
  EXPECT_EQ(result["compare"], "would");
  EXPECT_EQ(result["changed"], 0) << "the policy is the same, only the mode is another";
  EXPECT_THAT(result["changes"]["rows"], IsEmpty());
  std::uint64_t moved = 0;
  for (const auto& cell : result["action"]) {
    EXPECT_EQ(cell["after"], "accept") << "monitoring touches no mail";
    if (cell["before"] != "accept") moved += cell["messages"].get<std::uint64_t>();
  }
  EXPECT_GT(moved, 0U);

  auto by_action = options("mode = \"monitor\"\n", generated_log(300, {}));
  by_action.compare = "action";
  const auto compared = run_json(by_action);
  EXPECT_EQ(compared["changed"], moved);
  for (const char* table : {"changes", "rules", "author_domains", "sources", "recipient_domains"}) {
    std::uint64_t sum = 0;
    for (const auto& row : compared[table]["rows"]) sum += row["messages"].get<std::uint64_t>();
    EXPECT_EQ(sum, moved) << table;
    EXPECT_EQ(compared[table]["others"], 0) << table;
  }
}

TEST_F(ReplayTest, TheTopIsTheHeaviest) {
  auto task = options("mode = \"monitor\"\n", generated_log(300, {}));
  task.compare = "action";
  task.top = 1;
  const auto result = run_json(task);
  EXPECT_EQ(result["sources"]["rows"].size(), 1U);
  task.format = ReplayFormat::Text;
  EXPECT_EQ(run(task), EX_OK);
  EXPECT_THAT(out_.str(), HasSubstr("rows more; --top 0 shows all"));
}

TEST_F(ReplayTest, SaysWhichSettingsItCannotTry) {
  auto task = options("mode = \"enforce\"\n[spf]\nvoid_limit = 5\n", line_of(forged({})));
  EXPECT_EQ(run(task), EX_OK);
  EXPECT_THAT(out_.str(), HasSubstr("  spf.void_limit = 5, before: 2\n"));
  // The log was written under the same one: there is nothing to say.
  task.current_file = folder_.write("now.toml", "mode = \"enforce\"\n[spf]\nvoid_limit = 5\n");
  EXPECT_EQ(run(task), EX_OK);
  EXPECT_THAT(out_.str(), Not(HasSubstr("Not tried")));
  EXPECT_THAT(run_json(task)["untried"], IsEmpty());
}

TEST_F(ReplayTest, DamagedLinesAreSaidAndCounted) {
  std::string log = line_of(forged({}));
  for (int i = 0; i < 30; ++i) log += "{\"v\":1,\"seq\":\n";
  const auto task = options("mode = \"enforce\"\n", log + line_of(support::plain_record()));
  EXPECT_EQ(run(task), EX_OK);
  EXPECT_THAT(out_.str(), HasSubstr("30  lines or messages could not be read"));
  EXPECT_THAT(err_.str(), HasSubstr("log:2: "));
  EXPECT_THAT(err_.str(), Not(HasSubstr("log:12: "))) << "enough is enough";
  EXPECT_EQ(run_json(task)["damaged"], 30);
}

TEST_F(ReplayTest, AFileWithoutAnyMessageHasItsOwnStatus) {
  EXPECT_EQ(run(options("mode = \"enforce\"\n", "dear diary\n")), EX_DATAERR);
  EXPECT_EQ(run(options("mode = \"enforce\"\n", "")), EX_OK) << "a log of a quiet day";
  EXPECT_THAT(out_.str(), HasSubstr("Messages: 0, decided again"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("->"))) << "no table without messages";
}

TEST_F(ReplayTest, WhatWasAskedWronglyIsRefused) {
  auto task = options("mode = \"enforce\"\n", line_of(forged({})));
  task.logs = {"/no/such/log"};
  EXPECT_EQ(run(task), EX_NOINPUT);
  EXPECT_EQ(run(options("mode = \"enfroce\"\n", "")), EX_CONFIG);
  EXPECT_THAT(err_.str(), HasSubstr("candidate.toml:1: "));
  task = options("mode = \"enforce\"\n", "");
  task.candidate_file = "/no/such/file";
  EXPECT_EQ(run(task), EX_NOINPUT);
  task = options("mode = \"enforce\"\n", "");
  task.compare = "guess";
  EXPECT_EQ(run(task), EX_USAGE);
  task.compare.clear();
  task.since = "yesterday";
  EXPECT_EQ(run(task), EX_USAGE);
}

/// What the daemon would not take is tried, and that it would not is said.
TEST_F(ReplayTest, SaysThatTestsOfTheSettingsFail) {
  const std::string test =
      "mode = \"enforce\"\n[[test]]\nname = \"t\"\nauthor_domain = \"a.example\"\naction = ";
  auto task = options(test + "\"reject\"\n", line_of(support::plain_record()));
  EXPECT_EQ(run_json(task)["messages"], 1);
  EXPECT_THAT(err_.str(), HasSubstr("candidate.toml:2: warning: test \"t\": action is \"accept\""));
  EXPECT_THAT(err_.str(),
              HasSubstr("candidate.toml: warning: the daemon would not take this file"));
  task = options(test + "\"accept\"\n", line_of(support::plain_record()));
  EXPECT_EQ(run_json(task)["messages"], 1);
  EXPECT_THAT(err_.str(), IsEmpty());
  task.current_file = folder_.write("now.toml", test + "\"reject\"\n");
  EXPECT_EQ(run(task), EX_OK);
  EXPECT_THAT(err_.str(), HasSubstr("now.toml: warning: the daemon would not take this file"));
}

TEST_F(ReplayTest, ReadsOpenDmarcsHistoryAndSaysWhatIsAssumed) {
  const HistoryEntry forged_entry = HistoryEntry{}
                                        .with("job", "f0rg3d")
                                        .with("spf", "7")
                                        .with("align_spf", "5")
                                        .with("policy", "16");
  const auto task = options("mode = \"enforce\"\n", HistoryEntry{}.text() + forged_entry.text());
  EXPECT_EQ(run(task), EX_OK);
  EXPECT_THAT(out_.str(), HasSubstr("2 messages come from OpenDMARC's history"));
  EXPECT_THAT(out_.str(), HasSubstr("OpenDMARC -> on_reject=evidence"));
  const auto result = run_json(task);
  EXPECT_EQ(result["opendmarc_messages"], 2);
  EXPECT_EQ(result["changed"], 1);
  EXPECT_EQ(result["changes"]["rows"][0]["samples"], json::array({"f0rg3d"}));
  EXPECT_FALSE(result["assumptions"].empty());
  const auto other_spf =
      options("mode = \"enforce\"\n[spf]\nvoid_limit = 5\n", HistoryEntry{}.text());
  EXPECT_THAT(run_json(other_spf)["untried"], IsEmpty())
      << "our settings never applied to what OpenDMARC found";
  // It would have rejected with RejectFailures on.
  EXPECT_EQ(result["would"].size(), 2U);
  const auto ours = run_json(options("mode = \"enforce\"\n", line_of(forged({}))));
  EXPECT_TRUE(ours["assumptions"].empty()) << "our own log needs none";
}

/// A record whose texts would disturb a terminal, a spreadsheet or a script.
reporting::Record hostile() {
  reporting::Record record = forged({});
  record.facts.queue_id = "=HYPERLINK(\"x\")\x1b[2J";
  record.facts.client.name = "a\",b\r\nc\x1b]0;title\x07";
  record.facts.envelope.recipient_domains = {"=1+1\x1b[31m", "@sum", "\xc3\xa9\xff.example"};
  record.verdict.decision.rule = "on_reject=\x1b[2J";
  record.facts.author.domains = {DomainName::from_octets("-x\x1b\"\n.example").value()};
  return record;
}

TEST_F(ReplayTest, NoControlReachesATerminal) {
  auto task = options("mode = \"monitor\"\n", line_of(hostile()) + "\x1b[2J{\n");
  task.compare = "action";
  for (const ReplayFormat format : {ReplayFormat::Text, ReplayFormat::Json, ReplayFormat::Csv}) {
    task.format = format;
    EXPECT_EQ(run(task), EX_OK);
    const auto is_safe = [](char c) {
      return c == '\n' || c == '\r' || (is_ascii(c) && !is_control(c));
    };
    EXPECT_TRUE(std::ranges::all_of(out_.str(), is_safe)) << out_.str();
    EXPECT_TRUE(std::ranges::all_of(err_.str(), is_safe)) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("HYPERLINK"));
  }
}

/// The fields of a CSV line as RFC 4180 reads them.
std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool in_quotes = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && in_quotes && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += line[++i];
    } else if (line[i] == '"') {
      in_quotes = !in_quotes;
    } else if (line[i] == ',' && !in_quotes) {
      fields.emplace_back();
    } else {
      fields.back() += line[i];
    }
  }
  EXPECT_FALSE(in_quotes) << line;
  return fields;
}

TEST_F(ReplayTest, CsvIsQuotedAndHoldsNoFormula) {
  auto task = options("mode = \"monitor\"\n", line_of(hostile()));
  task.compare = "action";
  task.format = ReplayFormat::Csv;
  EXPECT_EQ(run(task), EX_OK);
  const std::string text = out_.str();
  std::vector<std::vector<std::string>> rows;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    ASSERT_TRUE(line.ends_with('\r')) << line;
    rows.push_back(csv_fields(line.substr(0, line.size() - 1)));
  }
  ASSERT_GT(rows.size(), 5U);
  EXPECT_EQ(rows.front(),
            (std::vector<std::string>{"table", "key", "before", "after", "messages", "samples"}));
  std::vector<std::string> keys;
  for (const auto& row : rows) {
    ASSERT_EQ(row.size(), 6U);
    keys.push_back(row[1]);
    for (const std::string& field : row) {
      EXPECT_EQ(std::string_view("=+-@").find(field.empty() ? 'x' : field.front()),
                std::string_view::npos)
          << field;
    }
  }
  EXPECT_THAT(keys, testing::Contains("192.0.2.1 (a\",b??c?]0;title?)"));
  EXPECT_THAT(keys, testing::Contains("'=1+1?[31m"));
  EXPECT_THAT(keys, testing::Contains("'@sum"));
}

/// A table that is full, and one that is not, in every form.
TEST(ReplayOutput, WhatFoundNoRoomIsSaid) {
  reporting::ReplayReport report;
  const reporting::Change change{policy::ActionKind::Accept, policy::ActionKind::Reject};
  report.sources.add("192.0.2.1", change, "first");
  for (std::size_t i = 0; i < reporting::ChangeTable::kMaxKeys + 3; ++i) {
    report.author_domains.add(std::to_string(i) + ".example", change, "");
  }
  const ReplayOutcome outcome{.report = report, .top = 1};
  EXPECT_THAT(replay_csv(outcome),
              HasSubstr("\"author_domains\",\"(others)\",\"\",\"\",3,\"\"\r\n"));
  EXPECT_THAT(replay_csv(outcome), Not(HasSubstr("\"sources\",\"(others)\"")));
  const json object = json::parse(replay_json(outcome));
  EXPECT_EQ(object["author_domains"]["others"], 3);
  EXPECT_EQ(object["sources"]["others"], 0);
}

TEST_F(ReplayTest, SinceAndUntilLeaveMessagesOut) {
  auto task = options("mode = \"enforce\"\n", line_of(support::plain_record()));
  task.since = "2026-05-02";
  EXPECT_EQ(run_json(task)["messages"], 0);
  task.since = "2026-05-01";
  task.until = "2026-05-02";
  EXPECT_EQ(run_json(task)["messages"], 1);
}

TEST_F(ReplayTest, ProgressIsShownAndTakenAway) {
  auto task = options("mode = \"enforce\"\n", generated_log(50, {}));
  task.progress = Progress::Shown::Yes;
  EXPECT_EQ(run(task), EX_OK);
  EXPECT_THAT(err_.str(), AllOf(HasSubstr("100 %"), testing::EndsWith("\r\x1b[K")));
  task.progress = Progress::Shown::No;
  EXPECT_EQ(run(task), EX_OK);
  EXPECT_THAT(err_.str(), IsEmpty());
}

}  // namespace
}  // namespace waarmerk::cli
