#include "cli/resolver.h"

#include <sysexits.h>

#include <utility>

#include "cli/files.h"
#include "dns/ares_resolver.h"
#include "dns/cache.h"
#include "dns/zone.h"
#include "milter/dry_run.h"

namespace waarmerk::cli {
namespace {

class ZoneResolver final : public Resolver {
 public:
  explicit ZoneResolver(dns::Zone zone) : zone_(std::move(zone)) {}
  [[nodiscard]] dns::Lookup& lookup() override { return zone_; }

 private:
  dns::Zone zone_;
};

class NetworkResolver final : public Resolver {
 public:
  NetworkResolver(std::unique_ptr<dns::AresResolver> resolver, const policy::Settings& settings,
                  const Clock& clock)
      : resolver_(std::move(resolver)),
        cache_(clock, *resolver_, {.bytes = settings.dns.cache_bytes}) {}
  [[nodiscard]] dns::Lookup& lookup() override { return cache_; }

 private:
  std::unique_ptr<dns::AresResolver> resolver_;
  dns::CachedLookup cache_;
};

}  // namespace

Result<std::unique_ptr<Resolver>> open_zone_resolver(std::string_view text,
                                                     const std::string& file_name) {
  auto zone = dns::Zone::parse(text, file_name);
  if (!zone) return std::unexpected(zone.error());
  return std::make_unique<ZoneResolver>(std::move(*zone));
}

Result<std::unique_ptr<Resolver>> open_network_resolver(const policy::Settings& settings,
                                                        const Clock& clock) {
  auto resolver = milter::start_resolver(settings.dns);
  if (!resolver) return std::unexpected(resolver.error());
  return std::make_unique<NetworkResolver>(std::move(*resolver), settings, clock);
}

Outcome<std::unique_ptr<Resolver>> open_resolver(const std::string& zone_file,
                                                 const policy::Settings& settings,
                                                 const Clock& clock) {
  if (zone_file.empty()) {
    auto resolver = open_network_resolver(settings, clock);
    if (!resolver) return failure(EX_UNAVAILABLE, resolver.error());
    return std::move(*resolver);
  }
  const auto text = read_file(zone_file);
  if (!text) return failure(EX_NOINPUT, text.error());
  auto resolver = open_zone_resolver(*text, name_of(zone_file));
  if (!resolver) return failure(EX_DATAERR, resolver.error());
  return std::move(*resolver);
}

}  // namespace waarmerk::cli
