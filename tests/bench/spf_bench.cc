// check_host() with answers that are already in memory.
#include <cstddef>
#include <string>
#include <string_view>

#include "dns/recording.h"
#include "dns/zone.h"
#include "policy/spf/check.h"
#include "tests/bench/engines.h"

namespace waarmerk::bench {
namespace {

using policy::SpfResult;

/// One domain with all that its record leads to, and what a check of it gives.
struct Domain {
  std::string zone;
  std::string local_part = "ada";
  SpfResult result = SpfResult::Pass;
};

constexpr std::string_view kName = "example.com";

Domain one_network() { return {"example.com TXT v=spf1 ip4:192.0.2.0/24 -all\n"}; }

/// As many as the limit of terms allows; the last one matches. RFC 7208 4.6.4
Domain ten_includes() {
  constexpr int kIncludes = 10;
  std::string record = "example.com TXT v=spf1";
  std::string included;
  for (int i = 1; i <= kIncludes; ++i) {
    const std::string name = "spf" + std::to_string(i) + ".example.com";
    const std::string network = i < kIncludes ? "198.51.100.0/24" : "192.0.2.0/24";
    record += " include:" + name;
    included +=
        name + " TXT v=spf1 ip4:203.0.113.0/24 ip6:2001:db8::/32 ip4:" + network + " -all\n";
  }
  return {record + " -all\n" + included};
}

/// The examples of RFC 7208 7.4 and appendix D: two names that are not there, one that is.
Domain macros() {
  return {
      "example.com TXT v=spf1 exists:%{ir}.%{v}._spf.%{d2} exists:%{lr-}.lp._spf.%{d2} "
      "exists:%{ir}.%{l1r-}.%{d} -all\n"
      "1.2.0.192.strong.example.com A 127.0.0.2\n",
      "strong-bad"};
}

void check(benchmark::State& state, policy::Engine engine, const Domain& domain) {
  const policy::spf::Request request{.client = IpAddress::parse("192.0.2.1").value(),
                                     .domain = DomainName::parse(kName).value(),
                                     .local_part = domain.local_part,
                                     .helo = "mail.example.com"};
  auto zone = dns::Zone::parse(domain.zone).value();
  dns::MessageLookup recorded(zone);
  const auto first = policy::spf::check(engine, request, {}, recorded, Instant::max());
  if (first.outcome.result != domain.result) {
    state.SkipWithError(("unexpected result: " + first.outcome.reason).c_str());
    return;
  }
  dns::ReplayLookup answers(recorded.trace());
  for ([[maybe_unused]] const auto& iteration : state) {
    benchmark::DoNotOptimize(policy::spf::check(engine, request, {}, answers, Instant::max()));
  }
}

}  // namespace

void register_spf() {
  for_each_engine("spf/one ip4", check, one_network());
  for_each_engine("spf/ten includes", check, ten_includes());
  for_each_engine("spf/three macros", check, macros());
}

}  // namespace waarmerk::bench
