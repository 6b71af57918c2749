#include "tests/cli/whole_chain.h"

#include <chrono>
#include <ostream>
#include <stdexcept>
#include <utility>

#include "dns/zone.h"
#include "policy/config_file.h"
#include "policy/message.h"

namespace waarmerk::cli {
namespace {

std::string with_crlf(const std::string& text) {
  std::string lines;
  for (const char c : text) {
    if (c == '\n') lines += '\r';
    lines += c;
  }
  return lines;
}

std::string written(const Mail& mail) {
  std::string header = with_crlf(mail.from + mail.header);
  const std::string body = with_crlf(mail.body);
  for (const support::SignOptions& options : mail.signatures) {
    const std::string text = header + "\r\n" + body;
    const auto field = support::sign(policy::split_message(text).fields, body, options);
    header.insert(0, field.name + ":" + field.value + "\r\n");
  }
  return with_crlf(mail.added_on_top) + header + "\r\n" + body + with_crlf(mail.added_to_body);
}

policy::Settings settings_of(const Mail& mail) {
  auto settings = policy::parse_config("mode = \"enforce\"\n" + mail.settings, "settings");
  if (!settings) throw std::runtime_error(settings.error().front().text);
  return std::move(*settings);
}

dns::Zone zone_of(const Mail& mail) {
  const std::string& base = mail.whole_zone.empty() ? bank_zone() : mail.whole_zone;
  auto zone = dns::Zone::parse(base + mail.zone);
  if (!zone) throw std::runtime_error(zone.error().where + ": " + zone.error().text);
  return std::move(*zone);
}

}  // namespace

const std::string& bank_zone() {
  static const std::string zone =
      "_dmarc.bank.example TXT v=DMARC1; p=reject\n"
      "bank.example TXT v=spf1 ip4:192.0.2.0/24 -all\n"
      "sel._domainkey.bank.example TXT " +
      support::key_record(support::TestKey::Rsa2048) +
      "\n"
      "offers.example TXT v=spf1 ip4:198.51.100.0/24 -all\n"
      "sel._domainkey.offers.example TXT " +
      support::key_record(support::TestKey::OtherRsa2048) + "\n";
  return zone;
}

Mail from_elsewhere(Mail mail) {
  mail.ip = "198.51.100.66";
  mail.helo = "mail.offers.example";
  return mail;
}

Mail signed_by(std::string domain, Mail mail) {
  const bool stranger = domain == "offers.example";
  return signed_as({.key = stranger ? support::TestKey::OtherRsa2048 : support::TestKey::Rsa2048,
                    .domain = std::move(domain),
                    .names = {"From", "To", "Subject"}},
                   std::move(mail));
}

Mail signed_as(support::SignOptions options, Mail mail) {
  mail.signatures.push_back(std::move(options));
  return mail;
}

Mail written_by(std::string field, Mail mail) {
  mail.from = std::move(field);
  return mail;
}

ChainOutput send(const Mail& mail) {
  const std::string text = written(mail);
  const auto message = policy::split_message(text);
  const policy::Settings settings = settings_of(mail);
  dns::Zone zone = zone_of(mail);
  policy::MessageParts parts;
  parts.queue_id = "W4arm";
  parts.time = WallTime(std::chrono::seconds(1795500300));
  parts.client.ip = IpAddress::parse(mail.ip).value();
  parts.client.helo = mail.helo;
  parts.mail_from = mail.mail_from;
  parts.recipients = {"bo@example.org"};
  return run_chain({.parts = std::move(parts),
                    .message = message,
                    .settings = settings,
                    .resolver = zone,
                    .host = "mx.example.org",
                    .now = Instant{}});
}

std::string outcome(const ChainOutput& output) {
  const auto& verdict = output.record.verdict;
  const auto* dmarc = verdict.deciding_dmarc();
  std::string line = "spf=" + std::string(to_string(output.record.facts.spf_mail_from.result));
  line += " dmarc=" + (dmarc == nullptr ? "-" : std::string(to_string(dmarc->result)));
  line += " " + std::string(to_string(verdict.decision.action));
  const auto removed = output.actions.remove.size();
  if (removed > 0) line += " removed=" + std::to_string(removed);
  return line;
}

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name << " (" << row.requirement << ")";
}

}  // namespace waarmerk::cli
