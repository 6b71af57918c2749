// The story of a message in sentences: what was seen, what it proves, what was decided and why.
#pragma once

#include <string>
#include <vector>

#include "policy/facts.h"
#include "policy/verdict.h"

namespace waarmerk::policy {

/// One paragraph of the story: a heading ("SPF", "DKIM", "DMARC", ...) and its sentences.
struct Paragraph {
  std::string heading;
  std::vector<std::string> sentences;

  bool operator==(const Paragraph&) const = default;
};

/// Tells what happened, in the order in which it happened. Printable ASCII throughout. Pure.
[[nodiscard]] std::vector<Paragraph> explain(const Facts& facts, const Verdict& verdict);

}  // namespace waarmerk::policy
