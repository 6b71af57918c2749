#include "policy/explain.h"

#include "base/text.h"
#include "policy/story.h"

namespace waarmerk::policy {

std::vector<Paragraph> explain(const Facts& facts, const Verdict& verdict) {
  constexpr std::size_t kLongestSentence = 1200;
  std::vector<Paragraph> told{story::tell_connection(facts), story::tell_message(facts)};
  if (facts.exemption == Exemption::None && !facts.oversized_header) {
    told.push_back(story::tell_spf(facts));
    told.push_back(story::tell_dkim(facts));
    told.push_back(story::tell_dmarc_records(facts));
    told.push_back(story::tell_alignment(facts, verdict));
    told.push_back(story::tell_evidence(verdict));
  }
  told.push_back(story::tell_decision(verdict));
  std::erase_if(told, [](const Paragraph& paragraph) { return paragraph.sentences.empty(); });
  for (Paragraph& paragraph : told) {
    for (std::string& sentence : paragraph.sentences) {
      sentence = printable(sentence, kLongestSentence);
    }
  }
  return told;
}

}  // namespace waarmerk::policy
