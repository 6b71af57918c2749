// The middle of the story: what SPF and DKIM say.
#include <algorithm>

#include "base/text.h"
#include "policy/story.h"

namespace waarmerk::policy::story {
namespace {

/// What a result means, as a clause.
std::string_view meaning_of(SpfResult result) {
  switch (result) {
    case SpfResult::None:
      return "there is nothing to go by";
    case SpfResult::Neutral:
      return "the domain does not say whether the client may send for it";
    case SpfResult::Pass:
      return "the client may send for it";
    case SpfResult::Fail:
      return "the client may not send for it";
    case SpfResult::SoftFail:
      return "the client probably may not send for it";
    case SpfResult::TempError:
      return "the DNS did not answer";
    case SpfResult::PermError:
      return "the record cannot be interpreted";
  }
  return {};
}

/// "matched -all of bank.example; 3 lookups, 1 of them void".
std::string spf_grounds(const SpfOutcome& spf) {
  std::string grounds = spf.reason;
  if (spf.lookups > 0) {
    grounds += (grounds.empty() ? "" : "; ") + counted(spf.lookups, "lookup");
    if (spf.void_lookups > 0) grounds += ", " + std::to_string(spf.void_lookups) + " of them void";
  }
  return grounds;
}

std::string spf_sentence(std::string_view identity, const SpfOutcome& spf) {
  std::string sentence(identity);
  if (spf.domain) sentence += " " + spf.domain->text();
  sentence +=
      ": " + std::string(to_string(spf.result)) + ", " + std::string(meaning_of(spf.result));
  const std::string grounds = spf_grounds(spf);
  if (!grounds.empty()) sentence += " (" + phrase(grounds) + ")";
  return sentence + ".";
}

/// What it means that a signature broke on this, as a sentence; empty where the reason says it.
std::string_view meaning_of(DkimCause cause) {
  switch (cause) {
    case DkimCause::BodyHash:
      return "The header is as it was signed, only the body is not: lists and filters that change "
             "the body do this.";
    case DkimCause::HeaderHash:
      return "The signed header fields were changed, or this key never signed them.";
    case DkimCause::Expired:
      return "It is right, but not at that time.";
    case DkimCause::BodyLength:
      return "It is right, but anyone could have added to the body.";
    case DkimCause::Limit:
      return "It was not verified.";
    case DkimCause::None:
    case DkimCause::Syntax:
    case DkimCause::Key:
    case DkimCause::Algorithm:
    case DkimCause::Dns:
    case DkimCause::Unsupported:
      return {};
  }
  return {};
}

/// RFC 8301 is about RSA keys and SHA-1; what it does not know it does not forbid.
std::string_view meaning_of_algorithm(const DkimOutcome& signature) {
  if (signature.result == DkimResult::Policy) return "It is right, but a setting refuses its key.";
  const bool is_known =
      iequals(signature.algorithm, "rsa-sha1") || iequals(signature.algorithm, "rsa-sha256");
  return is_known ? "RFC 8301 forbids to let it pass." : "";
}

/// " (selector s2026, rsa-sha256, 2048 bits)".
std::string signature_details(const DkimOutcome& signature) {
  std::string details;
  const auto add = [&details](const std::string& detail) {
    details += (details.empty() ? "" : ", ") + detail;
  };
  if (!signature.selector.empty()) add("selector " + word(signature.selector));
  if (!signature.algorithm.empty()) add(word(signature.algorithm));
  if (signature.bits > 0) add(std::to_string(signature.bits) + " bits");
  if (!signature.identity_domain.empty()) add("i= of " + word(signature.identity_domain));
  return details.empty() ? details : " (" + details + ")";
}

std::string signature_sentence(std::size_t number, const DkimOutcome& signature) {
  std::string sentence = "Signature " + std::to_string(number) + " by " +
                         (signature.domain ? signature.domain->text() : "an unreadable domain") +
                         signature_details(signature) + ": " +
                         std::string(to_string(signature.result));
  if (!signature.reason.empty()) sentence += ", " + phrase(signature.reason);
  sentence += ".";
  const auto meaning = signature.cause == DkimCause::Algorithm ? meaning_of_algorithm(signature)
                                                               : meaning_of(signature.cause);
  if (!meaning.empty()) sentence += " " + std::string(meaning);
  return sentence;
}

/// The TXT answer for that name as it was then, or nullptr.
const DnsTrace* find_text(const Facts& facts, const DomainName& name) {
  const auto trace = std::ranges::find_if(facts.dns, [&name](const DnsTrace& candidate) {
    return candidate.type == dns::Type::Txt && candidate.name == name;
  });
  return trace == facts.dns.end() ? nullptr : &*trace;
}

/// Nothing when no key was asked for.
std::string key_sentence(const Facts& facts, const DkimOutcome& signature) {
  if (!signature.domain || signature.selector.empty()) return {};
  const auto name = signature.domain->prefixed(signature.selector + "._domainkey");
  const DnsTrace* trace = name ? find_text(facts, *name) : nullptr;
  if (trace == nullptr) return {};
  constexpr std::size_t kEnoughOfAKey = 60;
  const std::string said = trace->status == dns::Status::Found
                               ? "said " + quoted(trace->text, kEnoughOfAKey)
                               : outcome_phrase(trace->status);
  return "Its key record " + name->text() + " " + said + dnssec_note(trace->security) +
         (signature.testing ? "; t=y, its owner is testing." : ".");
}

}  // namespace

Paragraph tell_spf(const Facts& facts) {
  Paragraph paragraph{"SPF", {}};
  for (const DnsTrace& trace : facts.dns) {
    if (trace.type != dns::Type::Txt || !trace.text.starts_with("v=spf1")) continue;
    paragraph.sentences.push_back(word(trace.name.text()) + " said " + quoted(trace.text) +
                                  dnssec_note(trace.security) + ".");
  }
  paragraph.sentences.push_back(spf_sentence("MAIL FROM", facts.spf_mail_from));
  paragraph.sentences.push_back(spf_sentence("HELO", facts.spf_helo));
  const std::string& explanation = facts.spf_mail_from.explanation;
  if (!explanation.empty()) {
    paragraph.sentences.push_back("The domain explains: " + quoted(explanation) + ".");
  }
  return paragraph;
}

Paragraph tell_dkim(const Facts& facts) {
  Paragraph paragraph{"DKIM", {}};
  for (std::size_t i = 0; i < facts.dkim.size(); ++i) {
    paragraph.sentences.push_back(signature_sentence(i + 1, facts.dkim[i]));
    std::string key = key_sentence(facts, facts.dkim[i]);
    if (!key.empty()) paragraph.sentences.push_back(std::move(key));
  }
  if (facts.dkim.empty()) paragraph.sentences.emplace_back("There is no DKIM signature.");
  for (const Disagreement& other : facts.disagreements) {
    paragraph.sentences.push_back("The engines disagree on " + phrase(other.subject) +
                                  ": ours says " + phrase(other.native) + ", the other " +
                                  phrase(other.reference) + ".");
  }
  return paragraph;
}

}  // namespace waarmerk::policy::story
