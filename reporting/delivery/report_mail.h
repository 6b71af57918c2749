// The mail that carries a report. RFC 9990 3.5.2
#pragma once

#include <string>

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

}  // namespace waarmerk::reporting
