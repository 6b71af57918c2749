#include "cli/resolver.h"

#include <utility>

#include "cli/files.h"
#include "dns/ares_resolver.h"
#include "dns/cache.h"
#include "dns/zone.h"

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

Result<std::unique_ptr<Resolver>> open_resolver(const std::string& zone_file,
                                                const policy::Settings& settings,
                                                const Clock& clock) {
  if (!zone_file.empty()) {
    const auto text = read_file(zone_file);
    if (!text) return std::unexpected(text.error());
    auto zone = dns::Zone::parse(*text, zone_file);
    if (!zone) return std::unexpected(zone.error());
    return std::make_unique<ZoneResolver>(std::move(*zone));
  }
  auto resolver = dns::AresResolver::start({.servers = settings.dns.servers,
                                            .timeout = settings.dns.query_timeout,
                                            .tries = settings.dns.tries,
                                            .trusted = settings.dns.trusted});
  if (!resolver) return std::unexpected(resolver.error());
  return std::make_unique<NetworkResolver>(std::move(*resolver), settings, clock);
}

}  // namespace waarmerk::cli
