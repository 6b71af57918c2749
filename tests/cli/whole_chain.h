// A message and its surroundings in a few words, sent through the whole chain, for tables of tests.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/chain.h"
#include "tests/support/dkim_signer.h"

namespace waarmerk::cli {

/// A mail of the bank from its own server, unless said otherwise. Lines end in LF here; the message
/// that is verified has CRLF.
struct Mail {
  std::string ip = "192.0.2.7";
  std::string helo = "mail.bank.example";
  std::string mail_from = "ada@bank.example";
  std::string from = "From: Ada <ada@bank.example>\n";
  std::string header = "To: Bo <bo@example.org>\nSubject: Figures\n";
  std::string body = "These are the figures.\n";
  /// One after the other, each on top of what is there.
  std::vector<support::SignOptions> signatures = {};
  /// Put on top, and behind the body, after signing.
  std::string added_on_top = {};
  std::string added_to_body = {};
  /// Lines behind those of kBankZone; a name that is also there gets more records.
  std::string zone = {};
  /// Lines of a configuration, without mode.
  std::string settings = {};
  /// Instead of kBankZone.
  std::string whole_zone = {};
};

/// The bank (192.0.2.0/24, p=reject), a company that sends for itself (offers.example,
/// 198.51.100.0/24, no DMARC), and a key for both of them, at the selector "sel".
[[nodiscard]] const std::string& bank_zone();

/// The same mail handed over by a client of offers.example that pretends to send for the bank.
[[nodiscard]] Mail from_elsewhere(Mail mail = {});
/// `mail` with a signature of `domain`; its key must be in the zone.
[[nodiscard]] Mail signed_by(std::string domain, Mail mail = {});
/// `mail` with a signature made to `options`.
[[nodiscard]] Mail signed_as(support::SignOptions options, Mail mail = {});
/// `field` as the From field.
[[nodiscard]] Mail written_by(std::string field, Mail mail = {});

/// What came of it. The message and the settings are no longer needed.
[[nodiscard]] ChainOutput send(const Mail& mail);
/// In one line: "spf=pass dmarc=fail reject", with " removed=N" when fields were removed.
/// dmarc is "-" when there was no author domain to evaluate.
[[nodiscard]] std::string outcome(const ChainOutput& output);

/// The outcome of a genuine mail of the bank.
inline constexpr const char* kGenuine = "spf=pass dmarc=pass accept";
/// The outcome of one that only its signature proves.
inline constexpr const char* kProvenBySignature = "spf=fail dmarc=pass accept";
/// The outcome of a plain forgery.
inline constexpr const char* kForged = "spf=fail dmarc=fail reject";

/// A trick, and beside it the honest mail that looks most like it.
struct Row {
  /// For the name of the test: letters, digits, underscores.
  std::string name;
  /// The requirement that it is about.
  std::string requirement;
  Mail trick;
  std::string trick_ends_as;
  Mail honest = {};
  std::string honest_ends_as = kGenuine;
};
void PrintTo(const Row& row, std::ostream* out);

}  // namespace waarmerk::cli
