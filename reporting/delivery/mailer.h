// The mail server that takes our reports.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/mail_address.h"
#include "base/result.h"
#include "policy/settings.h"
#include "reporting/delivery/report_mail.h"

namespace waarmerk::reporting {

/// What became of handing a mail over.
struct Handover {
  enum class Kind : std::uint8_t {
    Taken,    ///< it answered 2xx to the end of the message: the mail is its own now
    Refused,  ///< for good (5xx): this address does not get it
    NotNow,   ///< 4xx, or no connection: to be tried again
  };
  Kind kind = Kind::NotNow;
  /// Its last reply, or what went wrong; printable, one line.
  std::string reply;
};

class Mailer {
 public:
  virtual ~Mailer() = default;
  /// Takes at most a few minutes (kMaxHandover), whatever the server does.
  [[nodiscard]] virtual Handover hand_over(const ReportMail& mail) = 0;
};

/// Over SMTP, with libcurl.
class SmtpMailer final : public Mailer {
 public:
  /// `password` is empty unless the settings name a user.
  SmtpMailer(const policy::Settings& settings, std::string password);
  [[nodiscard]] Handover hand_over(const ReportMail& mail) override;

 private:
  policy::Settings::Report settings_;
  std::string password_;
};

}  // namespace waarmerk::reporting
