// The story of a message in sentences: what was seen, what it proves, what was decided and why.
#pragma once

#include <string>
#include <vector>

#include "policy/facts.h"
#include "policy/verdict.h"

namespace waarmerk::policy {

/// One paragraph of the story: a heading ("SPF", "DKIM", "Alignment", ...) and its sentences.
struct Paragraph {
  std::string heading;
  std::vector<std::string> sentences;

  bool operator==(const Paragraph&) const = default;
};

/// Tells what happened, in the order in which it happened: who connected, what the message says of
/// itself, the records as they were then, each signature, the arithmetic of the alignment, the
/// evidence, and the decision. The same for a saved message and for a line of the log. Printable
/// ASCII throughout. Pure.
[[nodiscard]] std::vector<Paragraph> explain(const Facts& facts, const Verdict& verdict);

}  // namespace waarmerk::policy
