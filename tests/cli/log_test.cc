// waarmerk log: what is listed, counted and followed, and that nothing in a log can harm who looks.
#include <gtest/gtest.h>
#include <sysexits.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <string>
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
  EXPECT_EQ(log_query({.log = {{}, folder() + "/missing"}}, Output::Json, streams()), EX_CONFIG);
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

// ---- Tail ---------------------------------------------------------------------------------------

class LogTailTest : public LogFixture {
 protected:
  int tail(TailOptions options, const std::function<bool()>& should_end,
           Output output = Output::Text) {
    options.log.places = {folder()};
    return log_tail(options, output, streams(), should_end);
  }
  /// The queue id of each line.
  std::string ids() const {
    std::string all;
    for (const std::string& line : lines()) {
      const auto begin = line.find(' ') + 1;
      all += line.substr(begin, line.find(' ', begin) - begin) + " ";
    }
    return all;
  }
};

TEST_F(LogTailTest, PrintsTheLastOnesOfTheNewestFile) {
  log({typical("exempt")}, "aggregate-2026-04-30.jsonl");
  for (const char* name : {"plain", "failing", "monitored"}) log({typical(name)});
  EXPECT_EQ(tail({.lines = 2, .follow = Follow::No}, {}), EX_OK);
  EXPECT_EQ(ids(), "failing monitored ");
  EXPECT_EQ(lines()[0],
            "2026-05-01T12:30:05Z failing reject: from example.com by 192.0.2.1, spf=fail "
            "dkim=none dmarc=fail, DMARC of example.com fails and its policy is reject");
  EXPECT_EQ(tail({.lines = 10, .follow = Follow::No}, {}), EX_OK);
  EXPECT_EQ(ids(), "plain failing monitored ");
  EXPECT_EQ(tail({.lines = 0, .follow = Follow::No}, {}), EX_OK);
  EXPECT_EQ(ids(), "");
}

TEST_F(LogTailTest, FiltersAndSaysAmendments) {
  log({typical("plain"), typical("failing")});
  folder_.append(
      kDay, reporting::write_amendment({"mx1", "run", 42, WallTime{}, "could not hold"}) + "\n");
  EXPECT_EQ(tail({.filter = {.action = "reject"}, .follow = Follow::No}, {}), EX_OK);
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_TRUE(lines()[1].ends_with("amends record 42 of run run: could not hold")) << lines()[1];
  EXPECT_EQ(tail({.follow = Follow::No}, {}, Output::Json), EX_OK);
  for (const std::string& line : lines()) EXPECT_TRUE(nlohmann::json::accept(line));
}

/// What is asked whether to go on writes the next piece of the log meanwhile.
TEST_F(LogTailTest, FollowsThroughMidnightAndRotation) {
  log({typical("plain")});
  std::vector<std::function<void()>> events = {
      [this] { log({typical("failing")}); },
      [this] { log({typical("monitored")}, "aggregate-2026-05-02.jsonl"); },
      [this] {
        const auto path = folder_.path() / "aggregate-2026-05-02.jsonl";
        std::filesystem::rename(path, folder_.path() / "aggregate-2026-05-02.jsonl.1");
        log({typical("exempt")}, "aggregate-2026-05-02.jsonl");
      },
  };
  std::size_t next = 0;
  const auto write_on = [&] {
    if (next == events.size()) return true;
    events[next++]();
    return false;
  };
  EXPECT_EQ(tail({}, write_on), EX_OK);
  EXPECT_EQ(ids(), "plain failing monitored exempt ");
}

TEST_F(LogTailTest, EndsWhenNobodyReads) {
  log({typical("plain")});
  int asked = 0;
  TailOptions options{.log = {{folder()}, {}}};
  const Streams gone = streams();
  out_.setstate(std::ios::badbit);
  EXPECT_EQ(log_tail(options, Output::Text, gone,
                     [&] {
                       ++asked;
                       return false;
                     }),
            EX_IOERR);
  EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace waarmerk::cli
