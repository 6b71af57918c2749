// A stored document as a mail to an address.
#pragma once

#include "base/clock.h"
#include "base/mail_address.h"
#include "base/result.h"
#include "reporting/delivery/report_mail.h"
#include "reporting/document/document.h"
#include "reporting/store/outbox.h"

namespace waarmerk::reporting {

/// Who is named in a mail.
struct Correspondents {
  MailAddress sender;  ///< of the envelope
  MailAddress from;
  MailAddress to;
};

/// The names in the mail are those that the document has, whatever the settings have become since:
/// a copy that is sent again is the same one. Error: the document has no such names. Pure.
/// A-32..A-35
[[nodiscard]] Result<ReportMail> compose_mail(const StoredReport& report, StoredDocument document,
                                              const Correspondents& who, WallTime now);

}  // namespace waarmerk::reporting
