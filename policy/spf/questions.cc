// Looking at a record for what it is going to ask. RFC 7208 4.6.2
#include "policy/spf/questions.h"

#include <optional>

#include "base/result.h"

namespace waarmerk::policy::spf {
namespace {

/// What is asked of the name that `spec` gives, or of the current domain without one.
struct Asked {
  const MacroString* spec = nullptr;
  dns::Type type = dns::Type::Txt;
};

/// What it means for the terms behind it that a mechanism stands where it does.
enum class Foresight : std::uint8_t {
  Asks,     ///< it asks the DNS
  Matches,  ///< it matches without asking: nothing behind it is reached
  Passes,   ///< it does not match, without asking
};

Foresight foresee(const Mechanism& mechanism, const IpAddress& client) {
  const auto known = [](bool matches) { return matches ? Foresight::Matches : Foresight::Passes; };
  return std::visit(Overloaded{[](const All&) { return Foresight::Matches; },
                               [&](const Ip4& ip4) { return known(ip4.network.contains(client)); },
                               [&](const Ip6& ip6) { return known(ip6.contains(client)); },
                               [](const auto&) { return Foresight::Asks; }},
                    mechanism);
}

std::optional<Asked> asked_by(const Mechanism& mechanism, const IpAddress& client) {
  using Maybe = std::optional<Asked>;
  const auto spec = [](const auto& term) { return term.domain ? &*term.domain : nullptr; };
  return std::visit(
      Overloaded{[](const Include& term) { return Maybe({&term.domain, dns::Type::Txt}); },
                 [](const Exists& term) { return Maybe({&term.domain, dns::Type::A}); },
                 [&](const A& term) { return Maybe({spec(term), address_type(client)}); },
                 [&](const Mx& term) { return Maybe({spec(term), dns::Type::Mx}); },
                 // A ptr asks about the client, and that only if nothing before it matches.
                 [](const auto&) { return Maybe(); }},
      mechanism);
}

void add_question(std::vector<dns::Question>& questions, const Asked& asked,
                  const MacroContext& context) {
  if (asked.spec != nullptr && asked.spec->uses(MacroLetter::ClientName)) return;
  if (asked.spec != nullptr) {
    if (auto name = expand_name(*asked.spec, context)) {
      questions.push_back({std::move(*name), asked.type});
    }
  } else if (auto name = DomainName::from_octets(context.domain)) {
    questions.push_back({std::move(*name), asked.type});
  }
}

}  // namespace

std::vector<dns::Question> questions_ahead(const Record& record, const MacroContext& context,
                                           unsigned terms) {
  std::vector<dns::Question> questions;
  for (const Directive& directive : record.directives) {
    const Foresight foresight = foresee(directive.mechanism, context.client);
    if (foresight == Foresight::Matches) return questions;
    if (foresight == Foresight::Passes) continue;
    if (terms-- == 0) return questions;
    const auto asked = asked_by(directive.mechanism, context.client);
    if (asked) add_question(questions, *asked, context);
  }
  if (record.redirect && terms > 0) {
    add_question(questions, {&record.redirect->domain, dns::Type::Txt}, context);
  }
  return questions;
}

}  // namespace waarmerk::policy::spf
