#include "policy/gather_again.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/tag_list.h"
#include "policy/dkim/key_cache.h"
#include "policy/dkim/key_choice.h"
#include "policy/dkim/signature.h"
#include "policy/gather.h"
#include "policy/spf/identity.h"

namespace waarmerk::policy {
namespace {

/// The key's name, if the key of this signature was asked for.
const DnsTrace* key_trace(const DkimOutcome& signature, const Facts& facts) {
  if (!signature.domain || signature.selector.empty()) return nullptr;
  const auto name = signature.domain->prefixed(signature.selector + "._domainkey");
  if (!name) return nullptr;
  const auto trace = std::ranges::find_if(facts.dns, [&name](const DnsTrace& candidate) {
    return candidate.type == dns::Type::Txt && candidate.name == *name;
  });
  return trace == facts.dns.end() ? nullptr : &*trace;
}

std::optional<dkim::Algorithm> algorithm_of(const DkimOutcome& signature) {
  if (signature.algorithm == "rsa-sha256") return dkim::Algorithm::RsaSha256;
  if (signature.algorithm == "ed25519-sha256") return dkim::Algorithm::Ed25519Sha256;
  return std::nullopt;
}

/// As much of a signature as the choice of its keys looks at; nullopt where no key was looked at.
std::optional<dkim::Signature> signature_of(const DkimOutcome& outcome, const DnsTrace& key) {
  const auto algorithm = algorithm_of(outcome);
  if (!algorithm || outcome.cause == DkimCause::Syntax || outcome.cause == DkimCause::Limit) {
    return std::nullopt;
  }
  auto identity = DomainName::parse(outcome.identity_domain);
  return dkim::Signature{.algorithm = *algorithm,
                         .domain = *outcome.domain,
                         .key_name = key.name,
                         .identity = identity ? std::move(*identity) : *outcome.domain};
}

/// What the result of then shows of the key of then.
enum class KeyThen : std::uint8_t {
  Verified,  ///< it verified the header
  Failed,    ///< it did not
  Missing,   ///< there was none to try
};

KeyThen key_then(const DkimOutcome& outcome) {
  switch (outcome.cause) {
    case DkimCause::None:
    case DkimCause::BodyHash:
    case DkimCause::BodyLength:
    case DkimCause::Expired:
      return KeyThen::Verified;
    case DkimCause::Algorithm:
      return outcome.result == DkimResult::Policy ? KeyThen::Verified : KeyThen::Missing;
    case DkimCause::HeaderHash:
    case DkimCause::Unsupported:
    case DkimCause::Syntax:
    case DkimCause::Limit:
      return KeyThen::Failed;
    case DkimCause::Key:
    case DkimCause::Dns:
      return KeyThen::Missing;
  }
  return KeyThen::Failed;
}

/// The octets of p= in a key record.
std::optional<std::string> key_octets(std::string_view record) {
  const auto tags = TagList::parse(record);
  const auto p = tags ? tags->find("p") : std::nullopt;
  return p ? decode_base64(*p) : std::nullopt;
}

/// True if a key of then is among those of now, or if that cannot be told.
bool shares_a_key(const DnsTrace& then, const dns::Answer& now) {
  if (!is_whole(then)) return true;
  for (const std::string& record : records_of(then)) {
    const auto octets = key_octets(record);
    const auto has_them = [&octets](const std::string& text) { return key_octets(text) == octets; };
    if (octets && std::ranges::any_of(now.texts, has_them)) return true;
  }
  return false;
}

DkimOutcome with(DkimOutcome outcome, dkim::NoKey found) {
  outcome.result = found.result;
  outcome.cause = found.cause;
  outcome.reason = std::move(found.reason);
  outcome.bits = found.bits;
  return outcome;
}

/// A usable key is there now.
DkimOutcome with_key(DkimOutcome outcome, const DnsTrace& then, const dns::Answer& now,
                     unsigned bits) {
  if (shares_a_key(then, now) && key_then(outcome) != KeyThen::Missing) return outcome;
  switch (key_then(outcome)) {
    case KeyThen::Verified:
      return with(std::move(outcome), {.result = DkimResult::Fail,
                                       .cause = DkimCause::HeaderHash,
                                       .reason = "the key is another one than then",
                                       .bits = bits});
    case KeyThen::Failed:
    case KeyThen::Missing:
      outcome.reason = kUnknowable;
      return outcome;
  }
  return outcome;
}

/// What was found of the signatures of a message, in the place of the message.
class RememberedSignatures final : public dkim::Verifier {
 public:
  explicit RememberedSignatures(const Facts& then) : then_(then) {}

  void begin(HeaderFields, const dkim::Options&) override {}
  [[nodiscard]] std::vector<dns::Question> key_questions() const override {
    std::vector<dns::Question> questions;
    for (const DkimOutcome& signature : then_.dkim) {
      if (const DnsTrace* key = key_trace(signature, then_)) {
        questions.push_back({key->name, dns::Type::Txt});
      }
    }
    return questions;
  }
  [[nodiscard]] bool wants_body() const override { return false; }
  void feed(std::string_view) override {}
  [[nodiscard]] std::vector<DkimOutcome> finish(dns::Lookup& lookup, WallTime,
                                                Instant deadline) override {
    std::vector<DkimOutcome> outcomes;
    for (const DkimOutcome& then : then_.dkim) outcomes.push_back(now(then, lookup, deadline));
    return outcomes;
  }
  [[nodiscard]] std::vector<Disagreement> disagreements() const override { return {}; }

 private:
  DkimOutcome now(const DkimOutcome& then, dns::Lookup& lookup, Instant deadline) {
    const DnsTrace* trace = key_trace(then, then_);
    if (trace == nullptr) return then;
    const auto signature = signature_of(then, *trace);
    if (!signature) return then;
    const auto answer = lookup.get({trace->name, dns::Type::Txt}, deadline);
    DkimOutcome outcome = then;
    outcome.key_security = answer->security;
    auto keys = dkim::usable_keys(*answer, *signature, keys_);
    if (!keys) return with(std::move(outcome), std::move(keys.error()));
    const unsigned bits = (*keys->front())->public_key.bits();
    return with_key(std::move(outcome), *trace, *answer, bits);
  }

  const Facts& then_;
  dkim::KeyCache keys_;
};

std::string mail_from_of(const Envelope& envelope) {
  if (envelope.null_sender) return {};
  if (!envelope.mail_from_address.empty()) return envelope.mail_from_address;
  // Without a domain it is any address that has none.
  return std::string(spf::kNoLocalPart) + "@" +
         (envelope.mail_from_domain ? envelope.mail_from_domain->text() : std::string());
}

/// What else than the DNS could make a difference is as it was.
Settings settings_as_then(const Facts& then, Settings settings) {
  const bool by_list = std::ranges::any_of(
      then.walks, [](const dmarc::Walk& walk) { return walk.listed_organization.has_value(); });
  settings.dmarc.org_domain = by_list ? DiscoveryMethod::Psl : DiscoveryMethod::TreeWalk;
  settings.dmarc.compare_psl = false;
  settings.engine = Engine::Native;
  return settings;
}

/// All that is known without the DNS.
Facts without_answers(Facts facts) {
  facts.spf_mail_from = {};
  facts.spf_helo = {};
  facts.dkim.clear();
  facts.walks.clear();
  facts.dns.clear();
  facts.disagreements.clear();
  facts.list_differences.clear();
  return facts;
}

}  // namespace

bool lacks_local_part(const Facts& then) {
  const Envelope& envelope = then.envelope;
  return envelope.mail_from_domain && envelope.mail_from_address.empty();
}

Facts gather_again(const Facts& then, const Settings& settings, dns::MessageLookup& lookup,
                   Instant deadline) {
  if (!is_judged(then)) return then;
  RememberedSignatures signatures(then);
  MessageParts parts;
  parts.client = then.client;
  parts.mail_from = mail_from_of(then.envelope);
  parts.time = then.time;
  parts.verifier = &signatures;
  Facts now = without_answers(then);
  gather_answers(parts, settings_as_then(then, settings), lookup, deadline, now);
  return now;
}

}  // namespace waarmerk::policy
