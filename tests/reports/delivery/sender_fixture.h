// A store with counted mail, and everything a sender needs besides.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "dns/zone.h"
#include "reporting/delivery/sender.h"
#include "tests/reports/store/store_fixture.h"
#include "tests/support/dns_values.h"

namespace waarmerk::support {

/// Says what time it is meant to be.
class SetClock final : public Clock {
 public:
  explicit SetClock(WallTime now) : now_(now) {}
  [[nodiscard]] WallTime now() const override { return now_; }
  [[nodiscard]] Instant instant() const override { return Instant{}; }
  void set(WallTime now) { now_ = now; }
  void advance(std::chrono::microseconds by) { now_ += by; }

 private:
  WallTime now_;
};

/// Keeps what it is given, and answers as it is told.
class KeepingMailer final : public reporting::Mailer {
 public:
  [[nodiscard]] reporting::Handover hand_over(const reporting::ReportMail& mail) override {
    mails.push_back(mail);
    return answer ? answer(mail)
                  : reporting::Handover{reporting::Handover::Kind::Taken, "250 2.0.0 queued"};
  }

  std::vector<reporting::ReportMail> mails;
  std::function<reporting::Handover(const reporting::ReportMail&)> answer;
};

[[nodiscard]] inline reporting::Reporter test_reporter() {
  return {.organization = "Example Net",
          .email = "dmarc@example.net",
          .contact = {},
          .generator = "waarmerk test",
          .submitter = test::name("mx.example.net")};
}

[[nodiscard]] inline policy::Settings sending_settings() {
  policy::Settings settings;
  settings.report.email = MailAddress::parse("dmarc@example.net").value();
  settings.report.spread = std::chrono::minutes(0);
  return settings;
}

/// A policy that asks for reports at `rua`; empty: for none.
[[nodiscard]] inline reporting::PublishedPolicy policy_with(const std::string& domain,
                                                            const std::string& rua) {
  const std::string record = "v=DMARC1; p=none" + (rua.empty() ? "" : "; rua=" + rua);
  return {.domain = test::name(domain), .record = policy::dmarc::parse_record(record).value()};
}

/// Rows of one report to `rua`.
[[nodiscard]] inline reporting::BatchReport counted(const std::string& domain,
                                                    const std::string& rua,
                                                    std::vector<reporting::CountedRow> rows,
                                                    std::chrono::sys_days day = kMayDay) {
  return {.key = {.policy = policy_with(domain, rua), .day = day}, .rows = std::move(rows)};
}

/// One message that passed, not of report traffic.
[[nodiscard]] inline reporting::CountedRow passing_row(unsigned number = 1) {
  return {.row = row_of(number), .messages = {1, 1}};
}

/// One that did not.
[[nodiscard]] inline reporting::CountedRow failing_row(unsigned number = 1) {
  reporting::CountedRow row = passing_row(number);
  row.row.spf_aligned = false;
  row.row.dkim_aligned = false;
  return row;
}

}  // namespace waarmerk::support
