// waarmerk explain: which messages are told, what becomes of damage, and the DNS then and now.
#include "cli/explain.h"

#include <gtest/gtest.h>
#include <sysexits.h>

#include <algorithm>
#include <random>
#include <string>

#include "reporting/record_text.h"
#include "tests/cli/log_fixture.h"
#include "tests/support/packed_file.h"

namespace waarmerk::cli {
namespace {

class ExplainTest : public LogFixture {
 protected:
  int run(const std::string& what, Output output = Output::Json) {
    options_.what = what;
    if (options_.log.places.empty()) options_.log.places = {folder()};
    return explain(options_, output, streams());
  }
  bool says(const std::string& words) const { return out_.str().find(words) != std::string::npos; }

  ExplainOptions options_;
};

TEST_F(ExplainTest, TellsTheMessageOfAQueueId) {
  log({typical("plain"), typical("failing"), typical("exempt")});
  ASSERT_EQ(run("failing", Output::Text), EX_OK) << err_.str();
  EXPECT_EQ(err_.str(), "");
  for (const char* words :
       {"Message failing of 2026-05-01T12:30:05.000678Z, seen by mx1.example.net, mode enforce",
        "aggregate-2026-05-01.jsonl:2", "The client was 192.0.2.1, whose name is mail.example.com",
        "The session was protected by TLSv1.3 with TLS_AES_256_GCM_SHA384 (256 bits)",
        "MAIL FROM example.com: fail, the client may not send for it",
        "The domain explains: \"192.0.2.1 may not send for example.com\"",
        "There is no DKIM signature.", "_dmarc.example.com said \"v=DMARC1; p=reject;",
        "So DMARC of example.com is fail.", "The message was refused for good (reject).",
        "What decided: on_reject=evidence.", "The domain owner asked for reject"}) {
    EXPECT_TRUE(says(words)) << words;
  }
  EXPECT_FALSE(says("Message plain"));
}

TEST_F(ExplainTest, EveryKindOfMessageHasAStory) {
  for (const support::NamedRecord& sample : support::typical_records()) log({typical(sample.name)});
  for (const support::NamedRecord& sample : support::typical_records()) {
    ASSERT_EQ(run(sample.name), EX_OK) << sample.name;
    ASSERT_EQ(json().size(), 1U) << sample.name;
    EXPECT_GE(json()[0].at("story").size(), 3U) << sample.name;
    EXPECT_EQ(json()[0].at("record"),
              nlohmann::json::parse(reporting::write_record(typical(sample.name))));
  }
}

TEST_F(ExplainTest, AQueueIdThatWasGivenTwiceIsToldTwice) {
  reporting::Record later = typical("plain");
  later.facts.time += std::chrono::days(1);
  later.seq = 7;
  log({typical("plain")});
  log({typical("failing"), later}, "aggregate-2026-05-02.jsonl");
  ASSERT_EQ(run("plain"), EX_OK);
  EXPECT_EQ(json().size(), 2U);
  options_.since = "2026-05-02";
  ASSERT_EQ(run("plain"), EX_OK);
  ASSERT_EQ(json().size(), 1U);
  EXPECT_EQ(json()[0].at("record").at("seq"), 7);
}

TEST_F(ExplainTest, APartOfAQueueIdIsNone) {
  log({typical("plain")});
  EXPECT_EQ(run("plai"), kNothingFound);
  EXPECT_EQ(out_.str(), "[]\n");
  EXPECT_NE(err_.str().find("no message with the queue id \"plai\""), std::string::npos);
  EXPECT_EQ(run("\",\"x"), kNothingFound);
  EXPECT_EQ(run("\x1b[2J"), kNothingFound);
  EXPECT_FALSE(could_steer_a_terminal(err_.str()));
}

/// A text that looks like the member does not make a message one of that id.
TEST_F(ExplainTest, AQueueIdInAnotherMemberIsNoMatch) {
  reporting::Record liar = typical("plain");
  liar.facts.client.helo = "\"queue_id\":\"failing\"";
  log({liar});
  EXPECT_EQ(run("failing"), kNothingFound);
}

/// JSON can say a queue id in many ways.
TEST_F(ExplainTest, AQueueIdIsFoundHoweverItIsSpelled) {
  const nlohmann::json record = nlohmann::json::parse(reporting::write_record(typical("plain")));
  const std::string written = reporting::write_record(typical("plain"));
  const std::string member = R"("queue_id":"plain")";
  const auto spelled = [&](const std::string& other) {
    std::string line = written;
    return line.replace(line.find(member), member.size(), other);
  };
  const std::string lines[] = {record.dump(),
                               spelled(R"("queue_id": "plain")"),
                               spelled(R"("queue_id" :	"plain")"),
                               spelled(R"("queue_id":"\u0070lain")"),
                               spelled(R"("queue\u005fid":"plain")"),
                               "  " + written};
  for (const std::string& line : lines) {
    folder_.write(kDay, line + "\n");
    EXPECT_EQ(run("plain"), EX_OK) << line;
    EXPECT_EQ(run("failing"), kNothingFound) << line;
  }
  folder_.write(kDay, spelled(R"("queue_id": "plain ")") + "\n");
  EXPECT_EQ(run("plain"), kNothingFound);
}

TEST_F(ExplainTest, AnAmendmentIsFoundHoweverItIsSpelled) {
  const reporting::Record record = typical("plain");
  log({record});
  const reporting::Amendment amendment{record.node, record.run, record.seq, record.facts.time, "x"};
  folder_.append(kDay,
                 nlohmann::json::parse(reporting::write_amendment(amendment)).dump(1, ' ') + "\n");
  EXPECT_EQ(run("plain"), EX_OK);
  EXPECT_EQ(json()[0].at("amendments").size(), 0U) << "over several lines it is none";
  folder_.append(kDay, nlohmann::json::parse(reporting::write_amendment(amendment)).dump() + "\n");
  EXPECT_EQ(run("plain"), EX_OK);
  EXPECT_EQ(json()[0].at("amendments").size(), 1U);
}

TEST_F(ExplainTest, AmendmentsBelongToTheirRecord) {
  const reporting::Record record = typical("plain");
  log({record});
  const auto amend = [&](const std::string& run, const char* problem) {
    folder_.append(kDay, reporting::write_amendment(
                             {record.node, run, record.seq, record.facts.time, problem}) +
                             "\n");
  };
  amend("another-run", "of a stranger");
  amend(record.run, "the field could not be added");
  ASSERT_EQ(run("plain"), EX_OK);
  ASSERT_EQ(json()[0].at("amendments").size(), 1U);
  EXPECT_EQ(json()[0].at("amendments")[0].at("problem"), "the field could not be added");
  ASSERT_EQ(run("plain", Output::Text), EX_OK);
  EXPECT_TRUE(says("Afterwards\n  2026-05-01T12:30:05.000678Z: the field could not be added\n"));
}

TEST_F(ExplainTest, ReadsPackedFilesAndPassesDamage) {
  const std::string line = reporting::write_record(typical("plain")) + "\n";
  folder_.write("aggregate-2026-04-30.jsonl.gz", support::packed(line));
  folder_.append(kDay, line.substr(0, 900) + "\n" + line);
  ASSERT_EQ(run("plain"), EX_OK);
  EXPECT_EQ(json().size(), 2U);
  EXPECT_NE(err_.str().find("aggregate-2026-05-01.jsonl:1: no JSON object"), std::string::npos)
      << err_.str();
}

TEST_F(ExplainTest, TellsALineThatIsGiven) {
  ASSERT_EQ(run(reporting::write_record(typical("failing"))), EX_OK);
  EXPECT_EQ(json()[0].at("place"), "");
  EXPECT_EQ(json()[0].at("record").at("queue_id"), "failing");
  EXPECT_EQ(run("{\"v\":1}"), EX_DATAERR);
  EXPECT_EQ(run("{"), EX_DATAERR);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ExplainTest, ErrorsHaveTheirStatus) {
  options_.since = "soon";
  EXPECT_EQ(run("plain"), EX_USAGE);
  options_ = {};
  options_.log.places = {folder() + "/missing"};
  EXPECT_EQ(run("plain"), EX_NOINPUT);
  options_ = {.compare = CompareDns::WithNow, .zone_file = folder() + "/missing"};
  EXPECT_EQ(run("plain"), EX_NOINPUT);
  options_ = {.compare = CompareDns::WithNow, .zone_file = folder_.write("z", "a b c d\n")};
  EXPECT_EQ(run("plain"), EX_DATAERR);
}

TEST_F(ExplainTest, SaysWhatTheDnsSaysNow) {
  reporting::Record record = typical("plain");
  record.facts.dns.push_back({DomainName::parse("two.example").value(), dns::Type::Txt,
                              dns::Status::Found, dns::Security::Insecure, "one | another"});
  log({record});
  options_.compare = CompareDns::WithNow;
  const std::string same =
      "_dmarc.example.com TXT v=DMARC1; p=reject; rua=mailto:reports@example.com\n"
      "_dmarc.example.com +ad\n"
      "two.example TXT another\ntwo.example TXT one\n";
  options_.zone_file = folder_.write("same", same);
  ASSERT_EQ(run("plain", Output::Text), EX_OK) << err_.str();
  EXPECT_TRUE(says("DNS now\n  Every answer is as it was then.\n")) << out_.str();

  options_.zone_file = folder_.write("changed",
                                     "_dmarc.example.com TXT v=DMARC1; p=none\n"
                                     "two.example TXT one\ntwo.example TXT another\n");
  ASSERT_EQ(run("plain", Output::Text), EX_OK);
  EXPECT_TRUE(
      says("_dmarc.example.com TXT: then \"v=DMARC1; p=reject; "
           "rua=mailto:reports@example.com\" (DNSSEC: secure), now \"v=DMARC1; p=none\" "
           "(DNSSEC: insecure).\n  1 of 2 answers are as they were then.\n"))
      << out_.str();
  ASSERT_EQ(run("plain"), EX_OK);
  const auto answers = json()[0].at("dns_now");
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].at("changed"), true);
  EXPECT_EQ(answers[0].at("now").at("text"), "v=DMARC1; p=none");
  EXPECT_EQ(answers[1].at("changed"), false);
}

/// A line that was too long lost what the records said: that is no change.
TEST_F(ExplainTest, WhatTheLogLostIsNotTakenForAChange) {
  reporting::Record record = typical("plain");
  record.facts.dns.front().text.clear();
  options_.compare = CompareDns::WithNow;
  const std::string now = "_dmarc.example.com TXT v=DMARC1; p=none\n_dmarc.example.com +ad\n";
  options_.zone_file = folder_.write("now", now);
  for (const bool is_cut : {true, false}) {
    if (is_cut) record.cut = {"dns[].text"};
    record.facts.queue_id = is_cut ? "cut" : "whole";
    log({record});
    ASSERT_EQ(run(record.facts.queue_id, Output::Text), EX_OK) << err_.str();
    EXPECT_EQ(says("0 of 1 answers are as they were then; of 1 the log does not hold what they "
                   "said.\n"),
              is_cut)
        << out_.str();
    ASSERT_EQ(run(record.facts.queue_id), EX_OK);
    const auto changed = json()[0].at("dns_now")[0].at("changed");
    EXPECT_EQ(changed.is_null(), is_cut);
    record.cut.clear();
  }
}

/// Whatever octets a record holds, and however many.
TEST_F(ExplainTest, NothingInALogSteersATerminal) {
  std::mt19937 random(20260502);
  for (int i = 0; i < 80; ++i) {
    reporting::Record record = support::chance_record(random, support::Texts::Hostile);
    record.facts.queue_id = "hostile";
    log({record});
  }
  reporting::Record full = support::overfull_record(300, 5000);
  full.facts.queue_id = "hostile";
  log({full});
  options_.compare = CompareDns::WithNow;
  options_.zone_file = folder_.write("empty", "# nothing\n");
  ASSERT_EQ(run("hostile", Output::Text), EX_OK);
  EXPECT_FALSE(could_steer_a_terminal(out_.str()));
  EXPECT_FALSE(could_steer_a_terminal(err_.str()));
  EXPECT_TRUE(says("Left out\n  The log holds less of "));
  ASSERT_EQ(run("hostile"), EX_OK);
  EXPECT_EQ(json().size(), 81U);
}

}  // namespace
}  // namespace waarmerk::cli
