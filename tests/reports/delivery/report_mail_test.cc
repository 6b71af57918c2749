#include "reporting/delivery/report_mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"

namespace waarmerk::reporting {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

ReportMail example() {
  return {.sender = MailAddress::parse("bounces@mx.example.net").value(),
          .from = MailAddress::parse("dmarc@example.net").value(),
          .to = MailAddress::parse("rua@example.com").value(),
          .subject = "Report Domain: example.com Submitter: mx.example.net Report-ID: 0123abcd",
          .message_id = "<0123abcd@mx.example.net>",
          .date = std::chrono::sys_days(2026y / 5 / 2) + 3h + 4min + 5s,
          .note = "One line.\nAnother.",
          .file_name = "mx.example.net!example.com!1!2!0123abcd.xml.gz",
          .attachment = "x"};
}

/// The fields as they would stand in a mail.
std::string joined(const ReportMail& mail) {
  std::string text;
  for (const std::string& field : header_fields(mail)) text += field + "\r\n";
  return text;
}

TEST(ReportMail, HasTheFieldsOfAMailFromAProgram) {
  EXPECT_EQ(joined(example()),
            "Date: Sat, 02 May 2026 03:04:05 +0000\r\n"
            "From: dmarc@example.net\r\n"
            "To: rua@example.com\r\n"
            "Subject: Report Domain: example.com Submitter: mx.example.net Report-ID:\r\n"
            " 0123abcd\r\n"
            "Message-ID: <0123abcd@mx.example.net>\r\n"
            "MIME-Version: 1.0\r\n"
            "Auto-Submitted: auto-generated\r\n");
}

TEST(ReportMail, DatesAreThoseOfRfc5322) {
  struct Row {
    std::chrono::sys_days day;
    const char* text;
  };
  for (const Row& row : {Row{2026y / 1 / 1, "Thu, 01 Jan 2026 00:00:00 +0000"},
                         Row{2028y / 2 / 29, "Tue, 29 Feb 2028 00:00:00 +0000"},
                         Row{2026y / 10 / 25, "Sun, 25 Oct 2026 00:00:00 +0000"},
                         Row{1970y / 1 / 1, "Thu, 01 Jan 1970 00:00:00 +0000"}}) {
    EXPECT_EQ(date_text(row.day), row.text);
  }
}

TEST(ReportMail, A_32_LongSubjectsAreFoldedBetweenTheirWords) {
  ReportMail mail = example();
  const std::string label(63, 'a');
  const std::string domain = label + "." + label + "." + label + ".example";
  mail.subject = "Report Domain: " + domain + " Submitter: " + domain + " Report-ID: 0123";
  const std::string field = header_fields(mail).at(3);
  std::string unfolded = field;
  for (auto at = unfolded.find("\r\n"); at != std::string::npos; at = unfolded.find("\r\n")) {
    EXPECT_EQ(unfolded.at(at + 2), ' ');
    unfolded.erase(at, 2);
  }
  EXPECT_EQ(unfolded, "Subject: " + mail.subject);
  for (const auto line : split(field, '\n')) EXPECT_LT(line.size(), 998U);
  EXPECT_GE(std::ranges::count(field, '\n'), 2);
}

TEST(ReportMail, NoTextMakesAFurtherField) {
  ReportMail mail = example();
  const std::string evil = "x\r\nBcc: victim@example.org\r\n\r\nbody\n.\r\n\xC3\xBC\x01 \"; a=\"b";
  mail.subject = evil;
  mail.message_id = evil;
  mail.file_name = evil;
  mail.note = evil;
  const auto fields = header_fields(mail);
  ASSERT_EQ(fields.size(), 7U);
  for (const std::string& field : {fields[3], fields[4], disposition_field(mail)}) {
    for (std::size_t at = field.find_first_of("\r\n"); at != std::string::npos;
         at = field.find_first_of("\r\n", at + 3)) {
      EXPECT_EQ(field.substr(at, 3), "\r\n ") << field;
    }
    EXPECT_TRUE(std::ranges::all_of(
        field, [](char c) { return c == '\r' || c == '\n' || (c >= ' ' && c < '\x7f'); }));
  }
  EXPECT_THAT(disposition_field(mail), StartsWith("Content-Disposition: attachment;"));
  EXPECT_EQ(std::ranges::count(disposition_field(mail), '"'), 2);
  EXPECT_TRUE(is_all_ascii(note_text(mail)));
  EXPECT_EQ(note_text(example()), "One line.\r\nAnother.\r\n");
}

TEST(ReportMail, A_30_TheLongestFileNameFitsIntoALine) {
  ReportMail mail = example();
  mail.file_name = std::string(253, 'a') + "!" + std::string(253, 'b') + "!1777593600!1777679999!" +
                   std::string(32, 'c') + ".xml.gz";
  EXPECT_THAT(disposition_field(mail), HasSubstr("\"" + mail.file_name + "\""));
  for (const auto line : split(disposition_field(mail), '\n')) EXPECT_LT(line.size(), 998U);
}

}  // namespace
}  // namespace waarmerk::reporting
