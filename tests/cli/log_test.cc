// waarmerk log query and top: what is listed and counted, and that nothing in a log can harm who
// looks.
#include <gtest/gtest.h>
#include <sysexits.h>

#include <algorithm>
#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "cli/log_query.h"
#include "cli/log_tail.h"
#include "tests/cli/log_fixture.h"
#include "tests/support/packed_file.h"

namespace waarmerk::cli {
namespace {

class LogTest : public LogFixture {
 protected:
  int query(const FilterOptions& filter, Output output = Output::Json, std::size_t limit = 100) {
    return log_query(question(filter, limit), output, streams());
  }
  int top(const std::string& by, const FilterOptions& filter = {}, Output output = Output::Json,
          std::size_t limit = 100) {
    return log_top(by, question(filter, limit), output, streams());
  }
  LogQuestion question(const FilterOptions& filter, std::size_t limit) {
    return {.log = {{folder()}, {}}, .filter = filter, .limit = limit, .width = width_};
  }
  /// Queue ids of what was found.
  std::string found() const {
    std::string ids;
    for (const auto& record : json()) ids += record.at("queue_id").get<std::string>() + " ";
    return ids;
  }

  std::optional<std::size_t> width_;
};

/// A filter, and who of four messages passes it: "plain" from example.com, "failing", "monitored"
/// and "spoofed", which says to be from shop.example.com and comes from another network.
struct FilterRow {
  const char* name;
  FilterOptions filter;
  const char* want;
};
std::ostream& operator<<(std::ostream& out, const FilterRow& row) { return out << row.name; }

class LogFilterTest : public LogTest, public testing::WithParamInterface<FilterRow> {};

TEST_P(LogFilterTest, LetsThrough) {
  reporting::Record spoofed = typical("failing");
  spoofed.facts.queue_id = "spoofed";
  spoofed.facts.author.domains = {DomainName::parse("shop.example.com").value()};
  spoofed.facts.client.ip = IpAddress::parse("198.51.100.7").value();
  spoofed.facts.time += std::chrono::hours(2);
  log({typical("plain"), typical("failing"), typical("monitored"), spoofed});
  EXPECT_EQ(query(GetParam().filter), *GetParam().want == '\0' ? kNothingFound : EX_OK);
  EXPECT_EQ(found(), GetParam().want);
  EXPECT_EQ(err_.str(), "");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, LogFilterTest,
    testing::Values(
        FilterRow{"nothing", {}, "plain failing monitored spoofed "},
        FilterRow{"domain", {.domain = "example.com"}, "plain failing monitored "},
        FilterRow{"domain_in_capitals", {.domain = "Example.COM."}, "plain failing monitored "},
        FilterRow{"domains_below", {.domain = "*.example.com"}, "spoofed "},
        FilterRow{"another_domain", {.domain = "ample.com"}, ""},
        FilterRow{"client", {.source = "198.51.100.7"}, "spoofed "},
        FilterRow{"network", {.source = "192.0.2.0/24"}, "plain failing monitored "},
        FilterRow{"other_family", {.source = "::/0"}, ""},
        FilterRow{"authenticated_domain", {.source = "example.com"}, "plain "},
        FilterRow{"authenticated_below", {.source = "*.com"}, "plain "},
        FilterRow{"unauthenticated_domain", {.source = "shop.example.com"}, ""},
        FilterRow{"verdict", {.verdict = "pass"}, "plain "},
        FilterRow{"other_verdict", {.verdict = "fail"}, "failing monitored spoofed "},
        FilterRow{"action", {.action = "reject"}, "failing spoofed "},
        FilterRow{"since", {.since = "2026-05-01T13:00:00Z"}, "spoofed "},
        FilterRow{"until", {.until = "2026-05-01T13:00:00Z"}, "plain failing monitored "},
        FilterRow{"between", {.since = "2026-05-01", .until = "2026-05-01T12:30:05Z"}, ""},
        FilterRow{"all_together",
                  {.domain = "example.com",
                   .source = "192.0.2.1",
                   .verdict = "fail",
                   .action = "accept",
                   .since = "2026-05-01",
                   .until = "2026-05-02"},
                  "monitored "}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(LogTest, ASourceIsToldWhatIsWrongWithIt) {
  log({typical("plain")});
  const std::pair<const char*, const char*> rows[] = {
      {"10.1.0.0/8", "bits set behind the prefix"},
      {"10.0.0.0/33", "not a prefix length from 0 to 32"},
      {"::ffff:192.0.2.0/120", "write it as \"192.0.2.0/24\""},
      {"10.0.0/8", "not an IP address: \"10.0.0\""},
      {"a..b", "is no address, network or domain"}};
  for (const auto& [source, said] : rows) {
    EXPECT_EQ(query({.source = source}), EX_USAGE);
    EXPECT_TRUE(err_.str().starts_with("--source: ")) << err_.str();
    EXPECT_NE(err_.str().find(said), std::string::npos) << err_.str();
  }
  EXPECT_EQ(query({.source = "10.0.0.0/8"}), kNothingFound) << "a network that nobody is in";
}

/// As `dmarc.result` of the line has it, also where no domain was evaluated.
TEST_F(LogTest, TheVerdictIsWhatTheLineSays) {
  for (const support::NamedRecord& sample : support::typical_records()) log({typical(sample.name)});
  ASSERT_EQ(query({}), EX_OK);
  std::map<std::string, std::string> want;
  for (const auto& record : json()) {
    want[record.at("dmarc").at("result")] += record.at("queue_id").get<std::string>() + " ";
  }
  EXPECT_NE(want["none"].find("exempt "), std::string::npos);
  EXPECT_NE(want["none"].find("without_author_domain "), std::string::npos);
  for (const char* verdict : {"pass", "fail", "none", "temperror", "permerror"}) {
    EXPECT_EQ(query({.verdict = verdict}), want[verdict].empty() ? kNothingFound : EX_OK);
    EXPECT_EQ(found(), want[verdict]) << verdict;
  }
}

TEST_F(LogTest, AFilterThatIsNoneIsAUsageError) {
  log({typical("plain")});
  const FilterOptions wrong[] = {{.domain = "a..b"},    {.source = "192.0.2.1/24"},
                                 {.verdict = "failed"}, {.action = "bounce"},
                                 {.since = "soon"},     {.until = "2026-02-30"}};
  const char* options[] = {"--domain", "--source", "--verdict", "--action", "--since", "--until"};
  for (std::size_t i = 0; i < std::size(wrong); ++i) {
    EXPECT_EQ(query(wrong[i]), EX_USAGE);
    EXPECT_TRUE(err_.str().starts_with(options[i])) << err_.str();
    EXPECT_EQ(out_.str(), "");
  }
  EXPECT_EQ(top("colours"), EX_USAGE);
}

TEST_F(LogTest, TablesAlignAndAreCutOnlyForATerminal) {
  log({typical("plain"), typical("failing")});
  ASSERT_EQ(query({}, Output::Text), EX_OK);
  const auto wide = lines();
  ASSERT_EQ(wide.size(), 3U);
  for (const auto& line : wide) {
    EXPECT_TRUE(line.substr(line.find("  ")).starts_with("  ")) << line;
    EXPECT_EQ(line.find(line == wide[0] ? "AUTHOR" : "example.com"), wide[0].find("AUTHOR"));
  }
  width_ = 40;
  ASSERT_EQ(query({}, Output::Text), EX_OK);
  for (std::size_t i = 0; i < wide.size(); ++i) EXPECT_EQ(lines()[i], wide[i].substr(0, 40));
}

TEST_F(LogTest, TheLastOnesAreListedAndThatThereAreMoreIsSaid) {
  for (const char* name : {"plain", "failing", "monitored"}) log({typical(name)});
  ASSERT_EQ(query({}, Output::Json, 2), EX_OK);
  EXPECT_EQ(found(), "failing monitored ");
  EXPECT_EQ(err_.str(), "note: these are the last 2 of 3; --limit shows more\n");
}

TEST_F(LogTest, CountsByDomainSourceAndReason) {
  reporting::Record other = typical("several_author_domains");
  other.facts.client.ip = IpAddress::parse("198.51.100.7").value();
  log({typical("plain"), typical("failing"), typical("without_author_domain"), other});
  ASSERT_EQ(top("domains"), EX_OK);
  EXPECT_EQ(
      json()[0],
      (nlohmann::json{
          {"domain", "example.com"}, {"messages", 3}, {"dmarc_fail", 2}, {"not_accepted", 2}}));
  EXPECT_EQ(json().size(), 4U) << "three domains, and none";
  ASSERT_EQ(top("sources"), EX_OK);
  EXPECT_EQ(json()[0].at("source"), "192.0.2.1");
  EXPECT_EQ(json()[0].at("messages"), 3);
  ASSERT_EQ(top("reasons", {.verdict = "fail"}), EX_OK);
  EXPECT_EQ(json(), (nlohmann::json::array({{{"reason", "on_reject=evidence"},
                                             {"messages", 2},
                                             {"dmarc_fail", 2},
                                             {"not_accepted", 2}}})));
  ASSERT_EQ(top("domains", {}, Output::Text, 1), EX_OK);
  EXPECT_EQ(lines()[1], "       3           2             2  example.com");
  EXPECT_EQ(lines().size(), 2U);
}

TEST_F(LogTest, DamageIsSaidAndPassed) {
  log({typical("plain")});
  folder_.append(kDay, "{\"v\":1,\"seq\n\x1b[31m\n{\"v\":2}\n" + std::string(70000, 'x') + "\n");
  log({typical("failing")});
  folder_.append(kDay, "{\"v\":1,\"seq\":3");
  folder_.write(
      "aggregate-2026-05-02.jsonl.gz",
      support::packed(reporting::write_record(typical("monitored")) + "\n").substr(0, 90));
  ASSERT_EQ(query({}), EX_OK);
  EXPECT_EQ(found(), "plain failing ");
  for (const char* where : {":2: ", ":3: ", ":4: v: version 2", ":5: a line of more than",
                            ".gz: the gzip data ends too early"}) {
    EXPECT_NE(err_.str().find(where), std::string::npos) << where;
  }
  EXPECT_FALSE(could_steer_a_terminal(err_.str()));
}

TEST_F(LogTest, ProgressIsShownAndTakenAway) {
  log({typical("plain")});
  folder_.append(kDay, "damage\n");
  log({typical("failing")});
  LogQuestion question{.log = {{folder()}, {}}, .progress = Progress::Shown::Yes};
  const std::string taken_away = "\r\x1b[K";
  const auto shows_and_ends = [&](int status) {
    EXPECT_EQ(status, EX_OK);
    EXPECT_EQ(out_.str().find('\x1b'), std::string::npos);
    EXPECT_NE(err_.str().find(" % of 0 MiB" + taken_away + folder()), std::string::npos)
        << "room is made for what is said meanwhile: " << err_.str();
    EXPECT_TRUE(err_.str().ends_with(" % of 0 MiB" + taken_away)) << err_.str();
  };
  shows_and_ends(log_query(question, Output::Text, streams()));
  shows_and_ends(log_query(question, Output::Json, streams()));
  shows_and_ends(log_top("domains", question, Output::Text, streams()));
  question.progress = Progress::Shown::No;
  EXPECT_EQ(log_query(question, Output::Text, streams()), EX_OK);
  EXPECT_FALSE(could_steer_a_terminal(err_.str())) << "where nobody looks";
}

TEST_F(LogTest, NoSuchLogIsNoInput) {
  LogQuestion question{.log = {{folder() + "/missing"}, {}}};
  EXPECT_EQ(log_query(question, Output::Text, streams()), EX_NOINPUT);
  EXPECT_EQ(log_top("domains", question, Output::Text, streams()), EX_NOINPUT);
  EXPECT_EQ(log_tail({.log = question.log}, Output::Text, streams(), [] { return true; }),
            EX_NOINPUT);
  EXPECT_EQ(query({}), kNothingFound) << "an empty directory is a log without messages";
  EXPECT_EQ(out_.str(), "[]\n");
}

TEST_F(LogTest, TheConfigurationSaysWhereTheLogIs) {
  log({typical("plain")});
  const std::string config =
      folder_.write("c.toml", "mode = \"tag\"\n[log]\ndirectory = \"" + folder() + "\"\n");
  EXPECT_EQ(log_query({.log = {{}, config}}, Output::Json, streams()), EX_OK);
  EXPECT_EQ(found(), "plain ");
  EXPECT_EQ(log_query({.log = {{}, folder() + "/missing"}}, Output::Json, streams()), EX_NOINPUT);
  folder_.write("c.toml", "mode = \"wrong\"\n");
  EXPECT_EQ(log_query({.log = {{}, config}}, Output::Json, streams()), EX_CONFIG);
}

/// Whatever octets a record holds, and however many.
TEST_F(LogTest, NothingInALogSteersATerminal) {
  std::mt19937 random(20260501);
  for (int i = 0; i < 60; ++i) {
    log({support::chance_record(random, support::Texts::Hostile)});
  }
  log({support::overfull_record(200, 5000)});
  EXPECT_EQ(query({}, Output::Text), EX_OK);
  EXPECT_FALSE(could_steer_a_terminal(out_.str()));
  for (const char* by : {"domains", "sources", "reasons"}) {
    EXPECT_EQ(top(by, {}, Output::Text), EX_OK);
    EXPECT_FALSE(could_steer_a_terminal(out_.str()));
  }
  EXPECT_EQ(log_tail({.log = {{folder()}, {}}, .lines = 100, .follow = Follow::No}, Output::Text,
                     streams(), [] { return true; }),
            EX_OK);
  EXPECT_FALSE(could_steer_a_terminal(out_.str()));
  EXPECT_EQ(lines().size(), 61U);
}

}  // namespace
}  // namespace waarmerk::cli
