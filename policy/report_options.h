// The options of the section [report].
#pragma once

#include <vector>

#include "policy/options.h"

namespace waarmerk::policy {

/// A part of the table of options.h, which says what an option is.
[[nodiscard]] std::vector<Option> report_options();

}  // namespace waarmerk::policy
