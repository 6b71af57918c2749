// Something that libopendkim is known to do by itself, and what has to come of it here: by the RFCs
// with the native engine, and with the library behind its guard the same or a refusal.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/policy/dkim/signed_mail.h"

namespace waarmerk::policy::dkim {

/// What the reference engine may do: reach the same verdict, or say that it cannot judge.
enum class Reference : std::uint8_t { Agrees, Refuses };

struct Finding {
  std::string name;
  /// Makes the message: signing takes time, and CTest starts the program once for each test.
  std::function<Mail()> mail;
  /// Of each signature from the top, by the native engine.
  std::vector<std::string> want;
  Reference reference = Reference::Agrees;
};

inline std::ostream& operator<<(std::ostream& out, const Finding& finding) {
  return out << finding.name;
}

inline const std::string kUnsupported = verdict(DkimResult::PermError, DkimCause::Unsupported);
inline const std::string kKey = verdict(DkimResult::PermError, DkimCause::Key);
inline const std::string kAlgorithm = verdict(DkimResult::PermError, DkimCause::Algorithm);
inline const std::string kDns = verdict(DkimResult::TempError, DkimCause::Dns);

/// The verdicts of one engine, from the top.
inline std::vector<std::string> verdicts(Mail& mail, Engine engine) {
  mail.engine = engine;
  std::vector<std::string> all;
  for (const DkimOutcome& outcome : mail.verify()) all.push_back(verdict(outcome));
  return all;
}

/// Holds a finding against native, reference and both, in several chunkings. A refusal concerns the
/// topmost signature.
inline void expect_finding(const Finding& finding) {
  Mail mail = finding.mail();
  std::vector<std::string> second = finding.want;
  if (finding.reference == Reference::Refuses) second.front() = kUnsupported;
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, mail.body.size() + 1}) {
    mail.chunk = chunk;
    EXPECT_EQ(verdicts(mail, Engine::Native), finding.want) << "chunks of " << chunk;
    EXPECT_EQ(verdicts(mail, Engine::Reference), second) << "chunks of " << chunk;
    EXPECT_EQ(verdicts(mail, Engine::Both), finding.want) << "chunks of " << chunk;
    EXPECT_EQ(mail.disagreements, std::vector<Disagreement>{}) << "chunks of " << chunk;
  }
}

/// A signed message with another body.
inline Mail with_body(std::string body, const support::SignOptions& how = {}) {
  Mail mail;
  mail.body = std::move(body);
  mail.publish(how.key);
  mail.sign(how);
  return mail;
}

/// A signed message with one more field, which is signed too.
inline Mail with_field(HeaderField field, support::SignOptions how = {}) {
  Mail mail;
  how.names.push_back(field.name);
  mail.fields.push_back(std::move(field));
  mail.publish(how.key);
  mail.sign(how);
  return mail;
}

/// A signed message with a key record as it stands.
inline Mail with_key(std::string record, const support::SignOptions& how = {}) {
  Mail mail;
  mail.publish_record(std::move(record));
  mail.sign(how);
  return mail;
}

/// A signed message with one more tag, e.g. "l=5".
inline Mail with_tag(const std::string& tag) { return signed_mail({.more_tags = tag + "; "}); }

/// A signed message with text behind its signature.
inline Mail with_tail(std::string_view tail) {
  Mail mail = signed_mail();
  mail.fields.front().value += tail;
  return mail;
}

}  // namespace waarmerk::policy::dkim
