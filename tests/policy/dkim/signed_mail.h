// A message for the tests of the verifiers, with its keys and settings.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dns/zone.h"
#include "policy/dkim/key_cache.h"
#include "policy/dkim/verify.h"
#include "tests/support/dkim_signer.h"

namespace waarmerk::policy::dkim {

/// When the tests verify.
inline constexpr WallTime kNow{std::chrono::seconds(1'760'000'000)};

/// A domain name that is known to be one.
inline DomainName name(std::string_view text) { return *DomainName::parse(text); }

/// A message, the zone with its keys, and how it is verified.
struct Mail {
  std::vector<HeaderField> fields{{"From", " Joe <joe@example.com>"},
                                  {"To", " suzie@example.net"},
                                  {"Subject", " dinner"},
                                  {"Date", " Fri, 11 Jul 2025 21:00:37 -0700"}};
  std::string body = "Are you hungry?\r\n\r\nJoe\r\n";
  dns::Zone zone;
  Options options;
  std::size_t chunk = 16;
  Engine engine = Engine::Native;
  /// What the last verification found two engines to part on.
  std::vector<Disagreement> disagreements;

  /// Adds a key record to the zone.
  void publish(support::TestKey key, std::string_view more_tags = {},
               std::string_view owner = "sel._domainkey.example.com") {
    zone.add_txt(name(owner), support::key_record(key, more_tags));
  }
  /// Publishes a key record as it stands.
  void publish_record(std::string record, std::string_view owner = "sel._domainkey.example.com") {
    zone.add_txt(name(owner), std::move(record));
  }
  /// Puts a signature at the top of the message as it is now.
  void sign(const support::SignOptions& how = {}) {
    fields.insert(fields.begin(), support::sign(fields, body, how));
  }

  /// The outcomes of the engine's verifier, from the top.
  std::vector<DkimOutcome> verify(KeyCache& keys, WallTime now = kNow) {
    const auto verifier = make_verifier(engine, keys);
    verifier->begin(fields, options);
    for (std::size_t i = 0; i < body.size(); i += chunk) {
      verifier->feed(std::string_view(body).substr(i, chunk));
    }
    std::vector<DkimOutcome> outcomes = verifier->finish(zone, now, Instant::max());
    disagreements = verifier->disagreements();
    return outcomes;
  }
  std::vector<DkimOutcome> verify(WallTime now = kNow) {
    KeyCache keys;
    return verify(keys, now);
  }
  /// "result/cause" of the topmost signature.
  std::string verdict(WallTime now = kNow) {
    const DkimOutcome outcome = verify(now).at(0);
    return std::string(to_string(outcome.result)) + "/" + std::string(to_string(outcome.cause));
  }
};

/// A verdict as Mail::verdict() writes it.
inline std::string verdict(DkimResult result, DkimCause cause) {
  return std::string(to_string(result)) + "/" + std::string(to_string(cause));
}
inline std::string verdict(const DkimOutcome& outcome) {
  return verdict(outcome.result, outcome.cause);
}

// The verdicts that most tests want.
inline const std::string kPass = verdict(DkimResult::Pass, DkimCause::None);
inline const std::string kBodyHash = verdict(DkimResult::Fail, DkimCause::BodyHash);
inline const std::string kHeaderHash = verdict(DkimResult::Fail, DkimCause::HeaderHash);
inline const std::string kExpired = verdict(DkimResult::Neutral, DkimCause::Expired);
inline const std::string kSyntax = verdict(DkimResult::PermError, DkimCause::Syntax);

/// A message with one signature, and its key.
inline Mail signed_mail(const support::SignOptions& how = {}) {
  Mail mail;
  mail.publish(how.key);
  mail.sign(how);
  return mail;
}

}  // namespace waarmerk::policy::dkim
