// What the terms of SPF records need: records, names, answers, and a purse. Shared by the engines,
// which differ in who walks through the terms. RFC 7208 4, 5, 6
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "dns/lookup.h"
#include "policy/facts.h"
#include "policy/spf/budget.h"
#include "policy/spf/client_names.h"
#include "policy/spf/evaluate.h"
#include "policy/spf/macro.h"
#include "policy/spf/record.h"

namespace waarmerk::policy::spf {

/// What one mechanism said. Halted: the budget knows why, and nothing else is to be asked.
enum class Match : std::uint8_t { No, Yes, Halted };

/// The record of a domain. It is moved, never copied: its terms are views into `answer`.
struct Published {
  DomainName domain;
  Record record;
  dns::AnswerPtr answer;
};

/// Why there is no record to go by: None, TempError or PermError, with the reason.
struct NoRecord {
  SpfResult result = SpfResult::None;
  std::string reason;
};

/// Where the domain owner's text for a fail is. RFC 7208 6.2
struct ExplanationSource {
  MacroString spec;
  DomainName domain;
};

/// A domain as it is shown to people: printable and of bounded length.
[[nodiscard]] std::string shown(const DomainName& domain);

/// The means of one check_host(). `request` and `lookup` are borrowed; thread rule: that of
/// `lookup`. Nothing throws on input.
class Terms {
 public:
  Terms(const Request& request, const Limits& limits, dns::Lookup& lookup, Instant deadline);

  /// Fetches, selects and reads the record of `domain`, and hints to the lookup what its terms will
  /// ask. RFC 7208 4.3 to 4.6
  [[nodiscard]] std::expected<Published, NoRecord> fetch(const DomainName& domain);

  /// Whether a mechanism matches the client; pays for it. An include is none that can be asked here
  /// and never matches: the engine follows it. RFC 7208 5
  [[nodiscard]] Match match(const Mechanism& mechanism, const Place& place);

  /// The domain that an include or a redirect means; pays for it. nullopt when the budget has
  /// halted, which a name that cannot exist makes it do, and when the name needs a local part in
  /// ASCII, which is no error. RFC 7208 5.2, 6.1, RFC 8616 4
  [[nodiscard]] std::optional<DomainName> referred(const MacroString& spec, const Place& place);
  /// The domain owner's text, or nothing when there is anything wrong with it. RFC 7208 6.2
  [[nodiscard]] std::string explain(const ExplanationSource& source);

  [[nodiscard]] Budget& budget() { return budget_; }
  [[nodiscard]] const Request& request() const { return request_; }

 private:
  Match match_a(const A& a, const Place& place);
  Match match_mx(const Mx& mx, const Place& place);
  Match match_ptr(const Ptr& ptr, const Place& place);
  Match match_exists(const Exists& exists, const Place& place);

  bool begin_term(const MacroString* spec, const Place& place);
  Match no_name(NoName why, const Place& place);
  dns::AnswerPtr ask(const dns::Question& question, const Place& place);
  std::vector<dns::Question> host_questions(const dns::Answer& hosts) const;
  bool has_client(const dns::Answer& answer, const DualCidr& cidr) const;

  MacroContext context(const DomainName& domain) const;
  std::expected<DomainName, NoName> expand(const MacroString& spec, const DomainName& domain);
  bool is_personal(const MacroString& text, const DomainName& domain) const;
  std::expected<DomainName, NoName> target(const std::optional<MacroString>& spec,
                                           const DomainName& domain);

  void look_ahead(const Record& record, const DomainName& domain);
  void prefetch(const dns::Question& question);

  const Request& request_;
  dns::Lookup& lookup_;
  Budget budget_;
  ClientNames client_names_;
  unsigned prefetches_left_;
};

}  // namespace waarmerk::policy::spf
