// Who reports, as the settings say it.
#pragma once

#include <string>

#include "cli/outcome.h"
#include "policy/settings.h"
#include "reporting/document/document.h"

namespace waarmerk::cli {

/// Names and addresses for reports. EX_CONFIG: there is no report.email.
[[nodiscard]] Outcome<reporting::Reporter> reporter_of(const policy::Settings& settings,
                                                       const std::string& generator);

}  // namespace waarmerk::cli
