#include "reporting/delivery/compose.h"

#include <utility>

#include "reporting/document/identity.h"

namespace waarmerk::reporting {
namespace {

std::string note_of(const StoredReport& report, const StoredDocument& document,
                    const DomainName& submitter, const MailAddress& contact) {
  std::string note = "This is a DMARC aggregate report about mail that says it is from\n" +
                     report.key.policy.domain.text() + ", as " + submitter.text() +
                     "\nreceived it on " + day_text(report.key.day) +
                     " (UTC). The attachment is XML, packed with gzip,\nfor programs to read.\n\n";
  if (document.parts > 1) {
    note += "Part " + std::to_string(document.part) + " of " + std::to_string(document.parts) +
            ": the report was too large for one mail.\n\n";
  }
  return note + "Questions: " + contact.text() + "\n";
}

}  // namespace

Result<ReportMail> compose_mail(const StoredReport& report, StoredDocument document,
                                const Correspondents& who, WallTime now) {
  // The name of a file begins with the submitter. A-30
  auto submitter = DomainName::from_octets(
      std::string_view(document.file_name).substr(0, document.file_name.find('!')));
  if (!submitter) return fail("the document has no name of a report");
  const DocumentKey key{.submitter = std::move(*submitter),
                        .report = report.key,
                        .generation = report.generation,
                        .part = document.part};
  if (report_id(key) != document.report_id) return fail("the document is of another report");
  return ReportMail{.sender = who.sender,
                    .from = who.from,
                    .to = who.to,
                    .subject = subject(key),
                    .message_id = message_id(key),
                    .date = now,
                    .note = note_of(report, document, key.submitter, who.from),
                    .file_name = std::move(document.file_name),
                    .attachment = std::move(document.octets)};
}

}  // namespace waarmerk::reporting
