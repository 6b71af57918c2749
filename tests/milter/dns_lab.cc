#include "tests/milter/dns_lab.h"

#include <memory>
#include <sstream>

#include "tests/support/dkim_signer.h"

namespace waarmerk::support {

std::string zone_of(const std::string& domain) {
  return domain + " TXT v=spf1 include:_spf." + domain + " -all\n" +                   //
         "_spf." + domain + " TXT v=spf1 a:mail." + domain + " -all\n" +               //
         "mail." + domain + " A " + std::string(kClient) + "\n" +                      //
         "sel._domainkey." + domain + " TXT " + key_record(TestKey::Ed25519) + "\n" +  //
         "_dmarc." + domain + " TXT v=DMARC1; p=reject\n";
}

WireMessage signed_mail_of(const std::string& domain) {
  const std::vector<policy::HeaderField> fields{{"From", " <sender@" + domain + ">"},
                                                {"Subject", " Hello"}};
  const std::string body = "Hello.\r\n";
  const auto signature =
      sign(fields, body, {.key = TestKey::Ed25519, .domain = domain, .names = {"From", "Subject"}});
  WireMessage message;
  message.mail_from = "<sender@" + domain + ">";
  message.fields = {{signature.name, signature.value}};
  for (const auto& field : fields) message.fields.emplace_back(field.name, field.value);
  message.body = {body};
  return message;
}

namespace {

/// "accept", or the code of the refusal.
std::string answer_of(const WireOutcome& outcome) {
  if (outcome.reply == 'c') return "accept";
  return outcome.reply == 'y' ? outcome.reply_text.substr(0, 3) : std::string(1, outcome.reply);
}

}  // namespace

std::string judgement(const WireOutcome& outcome, const nlohmann::json& line) {
  if (line.is_null()) return "no line";
  const auto& dkim = line["dkim"];
  return line["spf"]["mailfrom"]["result"].get<std::string>() + " " +
         (dkim.empty() ? "-" : dkim[0]["result"].get<std::string>()) + " " +
         (line["dmarc"].is_null() ? "-" : line["dmarc"]["result"].get<std::string>()) + " " +
         answer_of(outcome);
}

std::string status_of(const nlohmann::json& line, const std::string& name) {
  for (const auto& asked : line["dns"]) {
    if (asked["name"] == name && asked["type"] == "TXT") return asked["status"];
  }
  return "not asked";
}

DnsLab::DnsLab(const std::vector<dns::ServerAddress>& servers, std::string_view dns,
               std::string_view policy) {
  std::ostringstream lines;
  lines << "servers = [";
  for (const auto& server : servers) lines << '"' << server.text() << "\", ";
  lines << "]\n";
  // A later line of the same name would be an error: a test names those that it sets.
  if (dns.find("query_timeout_ms") == std::string_view::npos) {
    lines << "query_timeout_ms = " << kQueryTimeoutMs << "\n";
  }
  if (dns.find("message_budget_ms") == std::string_view::npos) {
    lines << "message_budget_ms = " << kMessageBudgetMs << "\n";
  }
  lines << dns << "\n[policy]\n" << policy << "\n";
  daemon_.configure(daemon_.config("unix:" + daemon_.file("w.sock"), {}, lines.str()));
  started_ = daemon_.start();
}

std::unique_ptr<MilterWire> DnsLab::greeted(const WireOffer& offer) const {
  auto mta = std::make_unique<MilterWire>(daemon_.file("w.sock"), Personality::Postfix);
  mta->negotiate(offer);
  mta->connect({.address = std::string(kClient)});
  mta->helo("mail.example.net");
  return mta;
}

DnsLab::Judged DnsLab::judged(const WireMessage& message) const {
  const auto mta = greeted();
  Judged judged{mta->send(message), nullptr};
  const auto lines = daemon_.log_lines();
  if (!lines.empty()) judged.line = nlohmann::json::parse(lines.back());
  return judged;
}

std::vector<nlohmann::json> DnsLab::lines_of(std::string_view domain) const {
  std::vector<nlohmann::json> found;
  for (const auto& text : daemon_.log_lines()) {
    auto line = nlohmann::json::parse(text);
    if (line["author_domains"] == nlohmann::json::array({domain})) found.push_back(std::move(line));
  }
  return found;
}

}  // namespace waarmerk::support
