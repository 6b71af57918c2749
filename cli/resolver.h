// Where the tools' answers come from: a zone in a file, or the resolvers of the settings.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "cli/outcome.h"
#include "dns/lookup.h"
#include "policy/settings.h"

namespace waarmerk::cli {

/// Owns a Lookup and all that stands behind it.
class Resolver {
 public:
  virtual ~Resolver() = default;
  [[nodiscard]] virtual dns::Lookup& lookup() = 0;
};

/// Answers from the text of a zone file. Error: "file:line: what".
[[nodiscard]] Result<std::unique_ptr<Resolver>> open_zone_resolver(std::string_view text,
                                                                   const std::string& file_name);

/// The settings' resolvers behind a cache. `clock` must outlive the result. Error: no resolver can
/// be started.
[[nodiscard]] Result<std::unique_ptr<Resolver>> open_network_resolver(
    const policy::Settings& settings, const Clock& clock);

/// The answers of a zone file, or with an empty name those of the settings' resolvers.
[[nodiscard]] Outcome<std::unique_ptr<Resolver>> open_resolver(const std::string& zone_file,
                                                               const policy::Settings& settings,
                                                               const Clock& clock);

}  // namespace waarmerk::cli
