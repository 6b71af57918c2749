// Settings that are each allowed and together make no sense.
#pragma once

#include <string>
#include <vector>

#include "policy/configuration.h"
#include "policy/settings.h"

namespace waarmerk::policy {

/// What in these settings is probably not meant: a network of every address, one question that may
/// take longer than a message, a name twice. An error only where mail from anywhere could pass for
/// judged by us. Of one kind the first is told. Pure.
[[nodiscard]] std::vector<Finding> contradictions(const Settings& settings);

/// What is to be said of the public suffix list where the settings use it: from when it is, since
/// an old one makes old decisions; or that there is none, which is an error where it would decide.
/// `list` is describe_public_suffix_list(). Pure. I-11
[[nodiscard]] std::vector<Finding> public_suffix_findings(const Settings::Dmarc& dmarc,
                                                          const std::string& list);

}  // namespace waarmerk::policy
