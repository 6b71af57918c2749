// The beginning of the story: connection, envelope and author; and the words that all parts share.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/story.h"

namespace waarmerk::policy::story {
namespace {

constexpr std::size_t kMaxNames = 10;

/// "a.example, b.example and 3 more".
template <typename Names, typename TextOf>
std::string enumerate(const Names& names, const TextOf& text_of) {
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), kMaxNames); ++i) {
    if (i > 0) list += ", ";
    list += text_of(names[i]);
  }
  if (names.size() > kMaxNames) {
    list += " and " + std::to_string(names.size() - kMaxNames) + " more";
  }
  return list;
}

std::string domains_text(const std::vector<DomainName>& domains) {
  return enumerate(domains, [](const DomainName& domain) { return domain.text(); });
}

std::string client_sentence(const Client& client) {
  if (!client.ip) return "The address of the client is not known.";
  const std::string iprev = client.iprev.empty() ? "" : " (iprev: " + client.iprev + ")";
  std::string sentence = "The client was " + client.ip->text();
  if (client.name.empty()) return sentence + ", without a verified name" + iprev + ".";
  return sentence + ", whose name is " + word(client.name) + iprev + ".";
}

std::string tls_sentence(const Tls& tls) {
  if (tls.version.empty()) return "No TLS was seen.";
  std::string sentence = "The session was protected by " + word(tls.version);
  if (!tls.cipher.empty()) {
    sentence += " with " + word(tls.cipher) + " (" + std::to_string(tls.bits) + " bits)";
  }
  if (!tls.verify.empty()) sentence += "; the client's certificate: " + word(tls.verify);
  if (!tls.cert_subject.empty()) sentence += ", of " + quoted(tls.cert_subject);
  return sentence + ".";
}

std::string sender_sentence(const Envelope& envelope) {
  if (envelope.null_sender) return "MAIL FROM was the null reverse-path.";
  if (!envelope.mail_from_address.empty()) {
    return "MAIL FROM was " + quoted(envelope.mail_from_address) + ".";
  }
  if (!envelope.mail_from_domain) return "MAIL FROM had no usable domain.";
  return "MAIL FROM was at " + envelope.mail_from_domain->text() + ".";
}

std::string recipient_sentence(const Envelope& envelope) {
  if (envelope.recipient_count == 0) return "No recipient is known.";
  std::string sentence = "It was for " + counted(envelope.recipient_count, "recipient");
  if (envelope.recipient_domains.empty()) return sentence + ".";
  return sentence + " at " + enumerate(envelope.recipient_domains, word) + ".";
}

std::string author_sentence(const Author& author) {
  const std::string names = domains_text(author.domains);
  switch (author.kind) {
    case FromKind::One:
      return "The From field names " + names + ".";
    case FromKind::SeveralDomains:
      return "The From field names several domains: " + names +
             (author.truncated ? ", and more than are evaluated." : ".");
    case FromKind::SeveralFields:
      return "There are several From fields" + (names.empty() ? "." : "; they name " + names + ".");
    case FromKind::None:
      return "No From field names a domain.";
    case FromKind::Unusable:
      return "The From field is unusable" +
             (author.problem.empty() ? "." : ": " + phrase(author.problem) + ".");
  }
  return {};
}

}  // namespace

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string quoted(std::string_view text, std::size_t max_length) {
  std::string shown(text.substr(0, max_length));
  std::ranges::replace(shown, '"', '\'');
  return '"' + shown + (text.size() > max_length ? "...\"" : "\"");
}

std::string word(std::string_view text) {
  constexpr std::string_view kPlain = "-._:";
  const auto is_plain = [kPlain](char c) { return is_alnum(c) || kPlain.contains(c); };
  return std::ranges::all_of(text, is_plain) ? std::string(text) : quoted(text);
}

std::string phrase(std::string_view text) {
  constexpr std::array<std::string_view, 3> kEnds{". ", "! ", "? "};
  const bool ends = std::ranges::any_of(kEnds, [&](auto end) { return text.contains(end); });
  return ends ? quoted(text) : std::string(text);
}

std::string dnssec_note(dns::Security security) {
  return " (DNSSEC: " + std::string(to_string(security)) + ")";
}

std::string outcome_phrase(dns::Status status) {
  switch (status) {
    case dns::Status::Found:
      return "has records";
    case dns::Status::NoData:
      return "has no such record";
    case dns::Status::NxDomain:
      return "does not exist";
    case dns::Status::ServFail:
    case dns::Status::Refused:
    case dns::Status::Malformed:
    case dns::Status::Timeout:
      return "could not be looked up (" + std::string(to_string(status)) + ")";
    case dns::Status::Exhausted:
      return "was not looked up, since the message had asked enough";
  }
  return {};
}

Paragraph tell_connection(const Facts& facts) {
  const Client& client = facts.client;
  Paragraph paragraph{"Connection", {client_sentence(client)}};
  paragraph.sentences.push_back(client.helo.empty() ? "It said no HELO."
                                                    : "It said HELO " + word(client.helo) + ".");
  paragraph.sentences.push_back(tls_sentence(client.tls));
  if (client.authenticated) paragraph.sentences.emplace_back("The client had logged in.");
  return paragraph;
}

Paragraph tell_message(const Facts& facts) {
  Paragraph paragraph{"Message",
                      {sender_sentence(facts.envelope), recipient_sentence(facts.envelope),
                       author_sentence(facts.author)}};
  auto& sentences = paragraph.sentences;
  for (const ListTrace& list : facts.lists) {
    sentences.push_back("Its " + list.field + " field names " + list.domain.text() +
                        ", which anyone can write.");
  }
  if (facts.oversized_header) {
    sentences.emplace_back("The header is too large to be read whole: nothing was verified.");
  }
  if (facts.forged_fields > 0) {
    sentences.push_back(counted(facts.forged_fields, "header field") +
                        " that could be read as ours " + (facts.forged_fields == 1 ? "is" : "are") +
                        " removed.");
  }
  if (facts.exemption != Exemption::None) {
    sentences.push_back("Nothing was verified: such mail is exempt (" +
                        std::string(to_string(facts.exemption)) + ").");
  }
  if (!facts.internal_error.empty()) {
    sentences.push_back("Something of ours failed on it: " + phrase(facts.internal_error) + ".");
  }
  return paragraph;
}

}  // namespace waarmerk::policy::story
