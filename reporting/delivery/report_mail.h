// The mail that carries a report. RFC 9990 3.5.2
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mail_address.h"

namespace waarmerk::reporting {

/// Everything of it but the way it is written: that is libcurl's.
struct ReportMail {
  MailAddress sender;  ///< of the envelope
  MailAddress from;
  MailAddress to;
  std::string subject;
  std::string message_id;
  WallTime date{};
  /// For people, text/plain, ASCII.
  std::string note;
  std::string file_name;
  /// application/gzip
  std::string attachment;
};

/// Its header fields but those of MIME, one text each without a final line end: "Subject: ...".
/// Printable ASCII whatever the mail holds, folded between words where they are long: no text can
/// make a further field. RFC 5322 2.1.1, 2.2.3, RFC 3834 5; A-32
[[nodiscard]] std::vector<std::string> header_fields(const ReportMail& mail);
/// Content-Disposition of the attachment, with its name. RFC 2183, A-30
[[nodiscard]] std::string disposition_field(const ReportMail& mail);
/// The note with the line ends of mail, printable ASCII.
[[nodiscard]] std::string note_text(const ReportMail& mail);
/// "Fri, 01 May 2026 00:00:00 +0000". RFC 5322 3.3
[[nodiscard]] std::string date_text(WallTime time);

}  // namespace waarmerk::reporting
