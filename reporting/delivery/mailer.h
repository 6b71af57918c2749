// The mail server that takes our reports.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/domain_name.h"
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

/// Of one mail, from connecting to the reply at its end; saying goodbye to a server that does not
/// answer may come on top of it twice.
inline constexpr std::chrono::minutes kMaxHandover{4};

class Mailer {
 public:
  virtual ~Mailer() = default;
  /// Takes at most three times kMaxHandover, whatever the server does. One thread.
  [[nodiscard]] virtual Handover hand_over(const ReportMail& mail) = 0;
};

/// Over SMTP, with libcurl; a connection for each mail.
class SmtpMailer final : public Mailer {
 public:
  /// `password` is not used unless the settings name a user. Error: `report.smtp` is no server.
  [[nodiscard]] static Result<std::unique_ptr<SmtpMailer>> open(
      const policy::Settings::Report& settings, DomainName client, std::string password);
  ~SmtpMailer() override;

  /// The connection is closed when the next mail is handed over, or at the end: so that nothing is
  /// waited for between the server's reply and its being stored.
  [[nodiscard]] Handover hand_over(const ReportMail& mail) override;

 private:
  struct State;
  explicit SmtpMailer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace waarmerk::reporting
