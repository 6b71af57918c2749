#include "cli/today.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "dns/recording.h"
#include "policy/evaluate.h"
#include "policy/gather_again.h"
#include "policy/story.h"

namespace waarmerk::cli {
namespace {

using policy::Facts;
using policy::Verdict;

/// "DMARC of bank.example fail with the policy reject".
std::string dmarc_phrase(const Verdict& verdict) {
  const policy::DmarcEvaluation* dmarc = verdict.deciding_dmarc();
  if (dmarc == nullptr) return "no DMARC";
  std::string phrase =
      "DMARC of " + dmarc->author_domain.text() + " " + std::string(to_string(dmarc->result));
  if (dmarc->policy) phrase += " with the policy " + std::string(to_string(*dmarc->policy));
  return phrase;
}

/// "tag (but for the mode and "only_monitor": reject)".
std::string action_phrase(const policy::Decision& decision) {
  std::string phrase(to_string(decision.action));
  if (decision.would != decision.action) {
    phrase +=
        " (but for the mode and \"only_monitor\": " + std::string(to_string(decision.would)) + ")";
  }
  return phrase;
}

/// "DMARC of bank.example pass with the policy reject, and the action accept".
std::string answer_phrase(const Verdict& verdict) {
  return dmarc_phrase(verdict) + ", and the action " + action_phrase(verdict.decision);
}

/// Ends a sentence whose last words are not ours.
std::string ended(std::string sentence) {
  return sentence.ends_with('.') ? sentence : sentence + ".";
}

/// "SPF of MAIL FROM would be pass (then fail): matched ...", or nothing when it is as it was.
template <typename Outcome>
void tell_change(const std::string& what, const Outcome& then, const Outcome& now,
                 std::vector<std::string>& sentences) {
  if (then.result == now.result && then.reason == now.reason) return;
  std::string sentence = what + " would be " + std::string(to_string(now.result));
  sentence += then.result == now.result ? " as then"
                                        : " (then " + std::string(to_string(then.result)) + ")";
  if (!now.reason.empty()) sentence += ": " + policy::story::phrase(now.reason);
  sentences.push_back(ended(std::move(sentence)));
}

void tell_changes(const Facts& then, const Facts& now, std::vector<std::string>& sentences) {
  tell_change("SPF of MAIL FROM", then.spf_mail_from, now.spf_mail_from, sentences);
  tell_change("SPF of HELO", then.spf_helo, now.spf_helo, sentences);
  const std::size_t signatures = std::min(then.dkim.size(), now.dkim.size());
  for (std::size_t i = 0; i < signatures; ++i) {
    tell_change("Signature " + std::to_string(i + 1), then.dkim[i], now.dkim[i], sentences);
  }
}

/// What this answer cannot know.
std::string limits_of(const Facts& then) {
  std::string limits;
  if (!then.dkim.empty()) {
    limits =
        "signatures cannot be verified again without the message, so what was found of them stands "
        "unless the key is gone or another";
  }
  if (policy::lacks_local_part(then)) {
    limits += std::string(limits.empty() ? "" : "; ") +
              "SPF was asked for postmaster, since the log does not hold the local part of MAIL "
              "FROM";
  }
  return limits.empty() ? limits : "What this cannot know: " + limits + ".";
}

}  // namespace

Today judge_today(const reporting::Record& then, const policy::Settings& settings,
                  dns::Lookup& lookup, Instant deadline) {
  policy::Settings mode_of_then = settings;
  mode_of_then.mode = then.mode;
  dns::MessageLookup asked(lookup);
  Today today{.record = then};
  today.record.cut.clear();
  today.record.facts = policy::gather_again(then.facts, mode_of_then, asked, deadline);
  today.record.verdict = policy::evaluate(today.record.facts, mode_of_then);
  today.same = answer_phrase(then.verdict) == answer_phrase(today.record.verdict);
  today.without_dns = policy::evaluate(then.facts, mode_of_then).decision;
  return today;
}

policy::Paragraph tell_today(const reporting::Record& then, const Today& today) {
  policy::Paragraph paragraph{"Today", {}};
  auto& sentences = paragraph.sentences;
  const std::string answer = answer_phrase(today.record.verdict);
  if (!is_judged(then.facts)) {
    sentences.emplace_back("With today's DNS: the same, since the message was not judged.");
  } else if (today.same) {
    sentences.push_back("With today's DNS: the same, " + answer + ".");
  } else {
    sentences.push_back("With today's DNS: " + answer + "; then it was " +
                        answer_phrase(then.verdict) + ".");
    const std::string& why = today.record.verdict.decision.why;
    if (!why.empty()) sentences.push_back(ended("In one sentence: " + policy::story::phrase(why)));
  }
  tell_changes(then.facts, today.record.facts, sentences);
  const policy::Decision& logged = then.verdict.decision;
  if (today.without_dns.action != logged.action || today.without_dns.would != logged.would) {
    sentences.push_back("Not only the DNS differs: of the evidence of then these settings make " +
                        action_phrase(today.without_dns) + ".");
  }
  if (std::string limits = limits_of(then.facts); is_judged(then.facts) && !limits.empty()) {
    sentences.push_back(std::move(limits));
  }
  for (std::string& sentence : sentences) sentence = printable(sentence, 2600);
  return paragraph;
}

void write_today(const reporting::Record& then, const Today& today, JsonWriter& json) {
  json.key("today").object_begin().key("same").boolean(today.same);
  json.field("without_dns", to_string(today.without_dns.action)).key("sentences").array_begin();
  for (const std::string& sentence : tell_today(then, today).sentences) json.string(sentence);
  json.array_end().key("record").object_begin();
  reporting::write_record_members(json, today.record);
  json.object_end().object_end();
}

}  // namespace waarmerk::cli
