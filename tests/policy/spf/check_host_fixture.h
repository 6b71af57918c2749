// What the tests of check_host() share: a zone that watches, and a request to vary.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "dns/zone.h"
#include "policy/spf/evaluate.h"
#include "policy/spf/libspf2_engine.h"

namespace waarmerk::policy::spf {

/// Names a test after its row.
inline constexpr auto kRowName = [](const auto& row) { return row.param.name; };

/// A zone that remembers what it was asked and what was hinted, as "TYPE name".
class WatchedZone final : public dns::Lookup {
 public:
  explicit WatchedZone(std::string_view text) : zone_(dns::Zone::parse(text).value()) {}

  void prefetch(const dns::Question& question) override { hinted.push_back(text(question)); }
  dns::AnswerPtr get(const dns::Question& question, Instant deadline) override {
    asked.push_back(text(question));
    deadlines.push_back(deadline);
    return zone_.get(question, deadline);
  }

  std::vector<std::string> asked;
  std::vector<std::string> hinted;
  std::vector<Instant> deadlines;

 private:
  static std::string text(const dns::Question& question) {
    return std::string(to_string(question.type)) + " " + question.name.text();
  }
  dns::Zone zone_;
};

inline constexpr Instant kDeadline = Instant::max();

/// A client that says it sends for `domain`.
inline Request request(std::string_view client = "192.0.2.1",
                       std::string_view domain = "example.com") {
  return {.client = IpAddress::parse(client).value(),
          .domain = DomainName::from_octets(domain).value(),
          .local_part = "user",
          .helo = "mx.sender.example",
          .receiver = "mx.receiver.example",
          .time = WallTime{std::chrono::seconds{1'700'000'000}}};
}

/// The outcome of `asked` in a zone.
inline SpfOutcome check(std::string_view zone, const Request& asked = request(),
                        const Limits& limits = {}) {
  WatchedZone lookup(zone);
  return check_host(asked, limits, lookup, kDeadline);
}

/// Who evaluates: what holds for one engine has to hold for the other.
struct Evaluator {
  std::string_view name;
  SpfOutcome (*check)(const Request&, const Limits&, dns::Lookup&, Instant);
};
inline constexpr std::array kEvaluators{Evaluator{"native", check_host},
                                        Evaluator{"libspf2", check_host_by_libspf2}};

/// `count` times the text.
inline std::string repeated(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

/// Two validated names of 192.0.2.1.
inline constexpr std::string_view kTwoNames =
    "\n1.2.0.192.in-addr.arpa PTR mx.other.example\n1.2.0.192.in-addr.arpa PTR mx.example.com"
    "\nmx.other.example A 192.0.2.1\nmx.example.com A 192.0.2.1";

}  // namespace waarmerk::policy::spf
