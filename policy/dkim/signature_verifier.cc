// From signature fields to outcomes: select, hash, fetch the key, verify.
#include "policy/dkim/signature_verifier.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/text.h"
#include "policy/dkim/header_b.h"
#include "policy/dkim/header_hash.h"
#include "policy/dkim/libopendkim_engine.h"

namespace waarmerk::policy::dkim {
namespace {

/// How many labels two names have in common at their end.
std::size_t common_labels(const DomainName& a, const DomainName& b) {
  std::size_t count = 0;
  while (count < a.label_count() && count < b.label_count() &&
         a.last_labels(count + 1) == b.last_labels(count + 1)) {
    ++count;
  }
  return count;
}

/// How near a signing domain is to one of those that matter. A common top-level domain is nothing.
std::size_t nearness(const DomainName& domain, const std::vector<DomainName>& preferred) {
  std::size_t nearest = 0;
  for (const DomainName& name : preferred) nearest = std::max(nearest, common_labels(domain, name));
  return nearest < 2 ? 0 : nearest;
}

/// Mail servers that ask milters cut long fields: Postfix at 60,000 octets, and so does what it
/// delivers. A field this close to that may have been cut. K-28
constexpr std::size_t kCutSize = 60'000 - 1'000;

bool may_have_been_cut(const HeaderField& field) { return field.value.size() >= kCutSize; }

void set(DkimOutcome& outcome, DkimResult result, DkimCause cause, std::string reason) {
  outcome.result = result;
  outcome.cause = cause;
  outcome.reason = std::move(reason);
}

/// A field beyond those that are parsed.
SignatureField unread() { return {.signature = std::unexpected(Fault{DkimCause::Limit, "limit"})}; }

/// What is known before anything is verified.
DkimOutcome describe(const SignatureField& field) {
  DkimOutcome outcome;
  outcome.domain = field.domain;
  outcome.selector = field.selector;
  outcome.algorithm = field.algorithm;
  if (field.signature && field.signature->identity != field.signature->domain) {
    outcome.identity_domain = field.signature->identity.text();
  }
  return outcome;
}

/// Why a signature does not count at this time; nullptr if it does. RFC 6376 6.1.1
const char* time_problem(const Signature& signature, WallTime now, std::chrono::seconds skew) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  if (signature.expiration && *signature.expiration < seconds - skew) {
    return "the signature has expired";
  }
  if (signature.timestamp && *signature.timestamp > seconds + skew) {
    return "the signature is dated in the future";
  }
  return nullptr;
}

std::string hex(const crypto::Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::size_t kShown = 8;
  std::string text;
  for (std::size_t i = 0; i < kShown; ++i) {
    text += kDigits[digest[i] >> 4U];
    text += kDigits[digest[i] & 15U];
  }
  return text;
}

/// The beginnings of the hashes: enough to see which of them differ.
std::string shown(const Hashes& hashes) {
  const bool is_short = hashes.body.coverage == Coverage::TooShort;
  return "header " + hex(hashes.header) + " body " +
         (is_short ? std::string("too short") : hex(hashes.body.digest));
}

}  // namespace

void SignatureVerifier::begin(HeaderFields fields, const Options& options) {
  fields_ = fields;
  options_ = options;
  candidates_.clear();
  selected_.clear();
  disagreements_.clear();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].is("DKIM-Signature")) continue;
    const bool parsed = candidates_.size() < kMaxParsedSignatures;
    candidates_.push_back({i, parsed ? parse_signature(fields[i].value) : unread(), std::nullopt});
  }
  select();
  std::vector<HashTask> tasks;
  for (const std::size_t index : selected_) {
    tasks.push_back({candidates_[index].position, &*candidates_[index].field.signature});
  }
  if (second_ != nullptr) second_->begin(fields, tasks);
  hasher_->begin(fields, std::move(tasks));
}

void SignatureVerifier::select() {
  std::vector<std::pair<std::size_t, std::size_t>> sound;  // nearness, index
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const auto& signature = candidates_[i].field.signature;
    if (signature) sound.emplace_back(nearness(signature->domain, options_.preferred), i);
  }
  // The nearest ones first; otherwise as they stand, from the top.
  std::ranges::stable_sort(sound, std::ranges::greater{},
                           &std::pair<std::size_t, std::size_t>::first);
  if (sound.size() > options_.max_signatures) sound.resize(options_.max_signatures);
  for (const auto& [ignored, index] : sound) {
    candidates_[index].task = selected_.size();
    selected_.push_back(index);
  }
}

std::vector<dns::Question> SignatureVerifier::key_questions() const {
  std::vector<dns::Question> questions;
  for (const std::size_t index : selected_) {
    dns::Question question{candidates_[index].field.signature->key_name, dns::Type::Txt};
    if (std::ranges::find(questions, question) == questions.end()) {
      questions.push_back(std::move(question));
    }
  }
  return questions;
}

void SignatureVerifier::feed(std::string_view chunk) {
  hasher_->feed(chunk);
  if (second_ != nullptr) second_->feed(chunk);
}

std::vector<DkimOutcome> SignatureVerifier::finish(dns::Lookup& lookup, WallTime now,
                                                   Instant deadline) {
  hasher_->end_of_body();
  if (second_ != nullptr) compare();
  std::vector<std::string> signatures;
  std::vector<DkimOutcome> outcomes;
  for (const Candidate& candidate : candidates_) {
    signatures.push_back(candidate.field.b);
    outcomes.push_back(describe(candidate.field));
    judge_unselected(candidate, outcomes.back());
  }
  for (const dns::Question& question : key_questions()) lookup.prefetch(question);
  // In the order of selection: the keys of strangers must not use up the time of the author's.
  for (const std::size_t index : selected_) {
    judge(candidates_[index], {lookup, now, deadline}, outcomes[index]);
  }
  std::vector<std::string> beginnings = distinct_beginnings(signatures);
  for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i].header_b = std::move(beginnings[i]);
  return outcomes;
}

/// What needs no key.
void SignatureVerifier::judge_unselected(const Candidate& candidate, DkimOutcome& outcome) {
  const auto& signature = candidate.field.signature;
  if (!signature) {
    const Fault& fault = signature.error();
    const bool unread = fault.cause == DkimCause::Limit;
    set(outcome, unread ? DkimResult::Policy : DkimResult::PermError, fault.cause, fault.text);
  } else if (!candidate.task) {
    set(outcome, DkimResult::Policy, DkimCause::Limit, "limit");
  }
}

void SignatureVerifier::judge(const Candidate& candidate, const Fetching& fetching,
                              DkimOutcome& outcome) {
  const Signature& signature = *candidate.field.signature;
  const auto answer = fetching.lookup.get({signature.key_name, dns::Type::Txt}, fetching.deadline);
  outcome.key_security = answer->security;
  const auto keys = usable_keys(*answer, signature, keys_);
  if (!keys) {
    outcome.bits = keys.error().bits;
    return set(outcome, keys.error().result, keys.error().cause, keys.error().reason);
  }
  verify(candidate, *keys, outcome);
  // Only a right signature can be too old or too young: anyone can write a date into a wrong one.
  const char* problem = time_problem(signature, fetching.now, options_.clock_skew);
  const bool was_right =
      outcome.result != DkimResult::Fail && outcome.cause != DkimCause::Unsupported;
  if (problem != nullptr && was_right) {
    set(outcome, DkimResult::Neutral, DkimCause::Expired, problem);
  }
}

void SignatureVerifier::verify(const Candidate& candidate, const std::vector<KeyPtr>& keys,
                               DkimOutcome& outcome) {
  const Signature& signature = *candidate.field.signature;
  const auto hashes = hasher_->hashes(*candidate.task);
  if (!hashes) {
    return set(outcome, DkimResult::PermError, DkimCause::Unsupported,
               "unsupported: " + hashes.error());
  }
  const auto verifying = std::ranges::find_if(keys, [&](const KeyPtr& key) {
    return (*key)->public_key.verify(hashes->header, signature.signature);
  });
  const bool verified = verifying != keys.end();
  const Key& key = verified ? **verifying->get() : **keys.front();
  outcome.bits = key.public_key.bits();
  outcome.testing = key.is_testing;
  if (!verified) {
    return set(outcome, DkimResult::Fail, DkimCause::HeaderHash, mismatch(candidate));
  }
  judge_match(signature, hashes->body, outcome);
}

/// How the header does not match, as far as that can be guessed.
std::string SignatureVerifier::mismatch(const Candidate& candidate) const {
  std::string reason = "the signature does not match the header";
  if (std::ranges::none_of(fields_, may_have_been_cut)) return reason;
  const auto covered =
      HeaderIndex(fields_).select(candidate.field.signature->signed_names, candidate.position);
  const bool cut = may_have_been_cut(fields_[candidate.position]) ||
                   std::ranges::any_of(
                       covered, [](const HeaderField* field) { return may_have_been_cut(*field); });
  if (cut) reason += "; the mail server may have cut a field of this length";
  return reason;
}

/// The signature over the header is right: what remains is the body, and what a postmaster refuses.
void SignatureVerifier::judge_match(const Signature& signature, const BodyDigest& body,
                                    DkimOutcome& outcome) const {
  if (body.coverage == Coverage::TooShort) {
    set(outcome, DkimResult::Fail, DkimCause::BodyLength,
        "the length tag is more than the body has");
  } else if (crypto::octets(body.digest) != signature.body_hash) {
    set(outcome, DkimResult::Fail, DkimCause::BodyHash, "the body hash does not match");
  } else if (body.coverage == Coverage::Part && options_.refuse_body_length) {
    set(outcome, DkimResult::Policy, DkimCause::BodyLength,
        "the length tag leaves a part of the body unsigned");
  } else if (signature.algorithm == Algorithm::RsaSha256 && outcome.bits < options_.min_rsa_bits) {
    set(outcome, DkimResult::Policy, DkimCause::Algorithm,
        "the RSA key has " + std::to_string(outcome.bits) + " bits, fewer than " +
            std::to_string(options_.min_rsa_bits));
  } else {
    set(outcome, DkimResult::Pass, DkimCause::None, "");
  }
}

/// What the second hasher cannot take it has no opinion on. Of the coverage only what makes a
/// signature fail is compared: the library does not count the rest.
void SignatureVerifier::compare() {
  second_->end_of_body();
  for (std::size_t task = 0; task < selected_.size(); ++task) {
    const auto ours = hasher_->hashes(task);
    const auto theirs = second_->hashes(task);
    if (!ours || !theirs) continue;
    const auto short_of = [](const Hashes& hashes) {
      return hashes.body.coverage == Coverage::TooShort;
    };
    const bool same_body = short_of(*ours) == short_of(*theirs) &&
                           (short_of(*ours) || ours->body.digest == theirs->body.digest);
    if (same_body && ours->header == theirs->header) continue;
    const Candidate& candidate = candidates_[selected_[task]];
    disagreements_.push_back({"dkim",
                              "signature of " +
                                  printable(candidate.field.signature->domain.text()) + " with " +
                                  printable(candidate.field.selector) + ", field " +
                                  std::to_string(candidate.position + 1),
                              shown(*ours), shown(*theirs)});
  }
}

std::unique_ptr<Verifier> make_verifier(Engine engine, KeyCache& keys) {
  switch (engine) {
    case Engine::Native:
      return std::make_unique<SignatureVerifier>(keys, make_native_hasher(), nullptr);
    case Engine::Reference:
      return std::make_unique<SignatureVerifier>(keys, make_libopendkim_hasher(), nullptr);
    case Engine::Both:
      return std::make_unique<SignatureVerifier>(keys, make_native_hasher(),
                                                 make_libopendkim_hasher());
  }
  return nullptr;
}

std::optional<dns::Question> key_question(std::string_view signature_value) {
  const SignatureField field = parse_signature(signature_value);
  if (!field.signature) return std::nullopt;
  return dns::Question{field.signature->key_name, dns::Type::Txt};
}

}  // namespace waarmerk::policy::dkim
