#include "policy/explain.h"

#include "base/text.h"
#include "policy/dmarc/tree_walk.h"

namespace waarmerk::policy {
namespace {

std::string word(auto value) { return std::string(to_string(value)); }

Paragraph tell_message(const Facts& facts) {
  Paragraph paragraph{"Message", {}};
  std::string client = facts.client.ip ? facts.client.ip->text() : "unknown address";
  if (!facts.client.name.empty()) client += " (" + facts.client.name + ")";
  paragraph.sentences.push_back(
      "client " + client +
      (facts.client.helo.empty() ? ", no HELO" : ", HELO " + facts.client.helo));
  const Envelope& envelope = facts.envelope;
  if (envelope.null_sender) {
    paragraph.sentences.push_back("MAIL FROM is the null reverse-path");
  } else {
    paragraph.sentences.push_back("MAIL FROM domain " + (envelope.mail_from_domain
                                                             ? envelope.mail_from_domain->text()
                                                             : "unusable"));
  }
  std::string from = "From: " + word(facts.author.kind);
  for (const DomainName& domain : facts.author.domains) from += " " + domain.text();
  if (!facts.author.problem.empty()) from += " (" + facts.author.problem + ")";
  paragraph.sentences.push_back(std::move(from));
  if (facts.oversized_header) {
    paragraph.sentences.emplace_back(
        "the header is too large to be read whole: nothing is verified");
  }
  if (facts.forged_fields > 0) {
    paragraph.sentences.push_back(std::to_string(facts.forged_fields) +
                                  " header field(s) that could be read as ours are removed");
  }
  return paragraph;
}

std::string spf_sentence(std::string_view identity, const SpfOutcome& spf) {
  std::string sentence = std::string(identity) + ": " + word(spf.result);
  if (spf.domain) sentence += " for " + spf.domain->text();
  if (!spf.reason.empty()) sentence += ", " + spf.reason;
  if (spf.lookups > 0) sentence += " (" + std::to_string(spf.lookups) + " lookups)";
  return sentence;
}

Paragraph tell_spf(const Facts& facts) {
  return {"SPF",
          {spf_sentence("MAIL FROM", facts.spf_mail_from), spf_sentence("HELO", facts.spf_helo)}};
}

std::string signature_sentence(const DkimOutcome& signature) {
  std::string sentence = word(signature.result) +
                         ": d=" + (signature.domain ? signature.domain->text() : std::string("?")) +
                         " s=" + signature.selector + " a=" + signature.algorithm;
  if (signature.bits > 0) sentence += ", " + std::to_string(signature.bits) + " bits";
  if (signature.key_security != dns::Security::Unknown) {
    sentence += ", key " + word(signature.key_security);
  }
  if (!signature.reason.empty()) sentence += ", " + signature.reason;
  return sentence;
}

Paragraph tell_dkim(const Facts& facts) {
  Paragraph paragraph{"DKIM", {}};
  for (const DkimOutcome& signature : facts.dkim) {
    paragraph.sentences.push_back(signature_sentence(signature));
  }
  if (facts.dkim.empty()) paragraph.sentences.emplace_back("no signature");
  return paragraph;
}

void tell_walk(const dmarc::Walk& walk, Paragraph& paragraph) {
  for (const dmarc::WalkStep& step : walk.steps) {
    std::string sentence = "_dmarc." + step.name.text() + ": ";
    sentence += step.record ? "\"" + step.record->text + "\"" : word(step.status);
    if (step.security == dns::Security::Secure || step.security == dns::Security::Bogus) {
      sentence += " (" + word(step.security) + ")";
    }
    paragraph.sentences.push_back(std::move(sentence));
  }
  const auto organization = dmarc::organizational_domain(walk);
  std::string sentence = "organizational domain of " + walk.start.text();
  if (dmarc::method_of(walk) == DiscoveryMethod::Psl) sentence += " by the public suffix list";
  paragraph.sentences.push_back(sentence + ": " +
                                (organization ? organization->text() : "left open by an error"));
}

std::string record_phrase(const std::optional<DomainName>& place) {
  return place ? "the record of " + place->text() : "no record";
}

/// Of an author domain both organizational domain and record, where either is another.
void tell_difference(const ListDifference& ways, Paragraph& paragraph) {
  std::string sentence = "the public suffix list would have said otherwise of " +
                         ways.domain.text() + ": organizational domain " +
                         ways.psl_organization.text();
  if (ways.treewalk_policy != ways.psl_policy) sentence += ", " + record_phrase(ways.psl_policy);
  paragraph.sentences.push_back(std::move(sentence));
}

void tell_evaluation(const DmarcEvaluation& dmarc, Paragraph& paragraph) {
  std::string sentence = word(dmarc.result) + " for " + dmarc.author_domain.text();
  if (dmarc.policy) {
    sentence += ", policy " + dmarc.policy_tag + "=" + word(*dmarc.policy);
    if (dmarc.policy_domain) sentence += " of " + dmarc.policy_domain->text();
  }
  paragraph.sentences.push_back(sentence + ": " + dmarc.reason);
}

Paragraph tell_dmarc(const Facts& facts, const Verdict& verdict) {
  Paragraph paragraph{"DMARC", {}};
  for (const dmarc::Walk& walk : facts.walks) tell_walk(walk, paragraph);
  for (const ListDifference& ways : facts.list_differences) tell_difference(ways, paragraph);
  for (const DmarcEvaluation& dmarc : verdict.dmarc) tell_evaluation(dmarc, paragraph);
  if (verdict.dmarc.empty()) paragraph.sentences.emplace_back("not evaluated");
  return paragraph;
}

Paragraph tell_decision(const Verdict& verdict) {
  const Decision& decision = verdict.decision;
  Paragraph paragraph{"Decision", {}};
  for (const EvidenceItem& item : verdict.evidence) {
    const bool forgery = item.speaks == EvidenceItem::Speaks::ForForgery;
    paragraph.sentences.push_back((forgery ? "for forgery: " : "for indirect mail: ") + item.name +
                                  ", " + item.value);
  }
  paragraph.sentences.push_back(word(decision.action) + " (by " + decision.rule + ")");
  if (decision.action != decision.would) {
    paragraph.sentences.push_back("mode enforce would have said " + word(decision.would));
  }
  for (const Override& override : decision.overrides) {
    paragraph.sentences.push_back("override " + word(override.type) + ": " + override.comment);
  }
  paragraph.sentences.push_back(decision.why);
  return paragraph;
}

}  // namespace

std::vector<Paragraph> explain(const Facts& facts, const Verdict& verdict) {
  std::vector<Paragraph> story{tell_message(facts)};
  if (facts.exemption == Exemption::None && !facts.oversized_header) {
    story.push_back(tell_spf(facts));
    story.push_back(tell_dkim(facts));
    story.push_back(tell_dmarc(facts, verdict));
  }
  story.push_back(tell_decision(verdict));
  for (Paragraph& paragraph : story) {
    for (std::string& sentence : paragraph.sentences) sentence = printable(sentence, 1200);
  }
  return story;
}

}  // namespace waarmerk::policy
