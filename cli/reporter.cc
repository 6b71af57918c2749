#include "cli/reporter.h"

#include <sysexits.h>

namespace waarmerk::cli {

Outcome<void> check_reporter(const policy::Settings::Report& settings) {
  if (settings.email) return {};
  return failure(EX_CONFIG,
                 {"no reports are made without it: set it to the address of whoever can be asked "
                  "about them, e.g. email = \"dmarc-reports@example.com\"",
                  "report.email"});
}

DomainName submitter_of(const policy::Settings::Report& settings) {
  return settings.submitter.value_or(settings.email->domain());
}

reporting::Reporter reporter_of(const policy::Settings::Report& settings,
                                const std::string& generator) {
  const std::string& domain = settings.email->domain().text();
  return {.organization = settings.organization.empty() ? domain : settings.organization,
          .email = settings.email->text(),
          .contact = settings.contact,
          .generator = generator,
          .submitter = submitter_of(settings)};
}

}  // namespace waarmerk::cli
