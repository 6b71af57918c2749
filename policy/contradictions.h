// Settings that are each allowed and together make no sense.
#pragma once

#include <vector>

#include "policy/configuration.h"
#include "policy/settings.h"

namespace waarmerk::policy {

/// What in these settings is probably not meant: a network of every address, one question that may
/// take longer than a message, a name twice. An error only where mail from anywhere could pass for
/// judged by us. Of one kind the first is told. Pure.
[[nodiscard]] std::vector<Finding> contradictions(const Settings& settings);

}  // namespace waarmerk::policy
