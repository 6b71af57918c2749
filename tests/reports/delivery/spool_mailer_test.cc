#include "reporting/delivery/spool_mailer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/support/scratch_folder.h"
#include "tests/support/whole_file.h"

namespace waarmerk::reporting {
namespace {

using Kind = Handover::Kind;
using ::testing::HasSubstr;

ReportMail example(const std::string& to = "rua@example.com") {
  return {.sender = MailAddress::parse("bounces@mx.example.net").value(),
          .from = MailAddress::parse("dmarc@example.net").value(),
          .to = MailAddress::parse(to).value(),
          .subject = "Report Domain: example.com",
          .message_id = "<0123@mx.example.net>",
          .note = "",
          .file_name = "mx.example.net!example.com!1!2!0123.xml.gz",
          .attachment = std::string("\x1f\x8b\0x", 4)};
}

std::set<std::string> names_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

TEST(SpoolMailer, WritesTheDocumentAndASlipForEachAddress) {
  const support::ScratchFolder folder;
  const auto mailer = SpoolMailer::open(folder.path().string());
  ASSERT_TRUE(mailer);
  for (const char* to : {"a@example.com", "b@example.com", "a@example.com"}) {
    EXPECT_EQ((*mailer)->hand_over(example(to)).kind, Kind::Taken);
  }
  EXPECT_EQ(names_in(folder.path()).size(), 3U) << "one document, two slips, nothing else";
  EXPECT_EQ(support::read_whole(folder.path() / example().file_name), example().attachment);
  std::set<std::string> to;
  for (const std::string& name : names_in(folder.path())) {
    if (!name.ends_with(".json")) continue;
    const auto slip = nlohmann::json::parse(support::read_whole(folder.path() / name));
    EXPECT_EQ(slip["file"], example().file_name);
    EXPECT_EQ(slip["message_id"], "<0123@mx.example.net>");
    EXPECT_EQ(slip["subject"], "Report Domain: example.com");
    to.insert(slip["to"].get<std::string>());
  }
  EXPECT_EQ(to, (std::set<std::string>{"a@example.com", "b@example.com"}));
}

TEST(SpoolMailer, WantsAFolder) {
  const support::ScratchFolder folder;
  EXPECT_FALSE(SpoolMailer::open((folder.path() / "missing").string()));
  EXPECT_FALSE(SpoolMailer::open(folder.write("file", "")));
}

TEST(SpoolMailer, AFolderThatIsGoneIsSaidAndTriedAgain) {
  const support::ScratchFolder folder;
  const auto inner = folder.path() / "spool";
  std::filesystem::create_directory(inner);
  const auto mailer = SpoolMailer::open(inner.string());
  ASSERT_TRUE(mailer);
  std::filesystem::remove(inner);
  const Handover handover = (*mailer)->hand_over(example());
  EXPECT_EQ(handover.kind, Kind::NotNow);
  EXPECT_THAT(handover.reply, HasSubstr("example.com"));
}

}  // namespace
}  // namespace waarmerk::reporting
