// Who reports, as the settings say it.
#pragma once

#include <string>

#include "base/domain_name.h"
#include "cli/outcome.h"
#include "policy/settings.h"
#include "reporting/document/document.h"

namespace waarmerk::cli {

/// EX_CONFIG: there is no report.email.
[[nodiscard]] Outcome<void> check_reporter(const policy::Settings::Report& settings);

/// Our domain in names of reports. report.email must be set.
[[nodiscard]] DomainName submitter_of(const policy::Settings::Report& settings);

/// Names and addresses for reports. report.email must be set.
[[nodiscard]] reporting::Reporter reporter_of(const policy::Settings::Report& settings,
                                              const std::string& generator);

}  // namespace waarmerk::cli
