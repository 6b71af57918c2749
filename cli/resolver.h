// Where the tools' answers come from: a zone in a file, or the resolvers of the settings.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "dns/lookup.h"
#include "policy/settings.h"

namespace waarmerk::cli {

/// Owns a Lookup and all that stands behind it.
class Resolver {
 public:
  virtual ~Resolver() = default;
  [[nodiscard]] virtual dns::Lookup& lookup() = 0;
};

/// A zone file when one is named, else the settings' resolvers behind a cache. `clock` must outlive
/// the result. Error: the file cannot be read or parsed ("file:line"), or the resolver cannot start.
[[nodiscard]] Result<std::unique_ptr<Resolver>> open_resolver(const std::string& zone_file,
                                                              const policy::Settings& settings,
                                                              const Clock& clock);

}  // namespace waarmerk::cli
