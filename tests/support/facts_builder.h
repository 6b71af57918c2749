// Facts for tests of the decision, built in the words of a case: author, record, what passed.
#pragma once

#include <string>
#include <string_view>

#include "policy/facts.h"

namespace waarmerk::policy::testing_support {

[[nodiscard]] DomainName domain(std::string_view text);

/// Starts as a message from 192.0.2.1 with one author domain, nothing signed, SPF none.
class FactsBuilder {
 public:
  explicit FactsBuilder(std::string_view author_domain);

  /// The record at the author domain; no other name of any walk has one.
  FactsBuilder& record(std::string_view text);
  /// A walk from `start` that finds nothing but `text` at `at`; empty text: nothing at all.
  FactsBuilder& walk(std::string_view start, std::string_view at = "", std::string_view text = "");
  FactsBuilder& spf(SpfResult result, std::string_view mail_from_domain);
  FactsBuilder& signature(std::string_view signing_domain, DkimResult result,
                          DkimCause cause = DkimCause::None);
  FactsBuilder& list_id(std::string_view list_domain);

  /// The facts, for the few things that need no word of their own.
  Facts facts;
};

}  // namespace waarmerk::policy::testing_support
