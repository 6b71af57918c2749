#include "cli/reporter.h"

#include <sysexits.h>

namespace waarmerk::cli {

Outcome<reporting::Reporter> reporter_of(const policy::Settings& settings,
                                         const std::string& generator) {
  const policy::Settings::Report& report = settings.report;
  if (!report.email) {
    return failure(EX_CONFIG,
                   {"is not set: every report says who can be asked about it", "report.email"});
  }
  const DomainName& domain = report.email->domain();
  return reporting::Reporter{
      .organization = report.organization.empty() ? domain.text() : report.organization,
      .email = report.email->text(),
      .contact = report.contact,
      .generator = generator,
      .submitter = report.submitter.value_or(domain)};
}

}  // namespace waarmerk::cli
