#include "milter/macros.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace waarmerk::milter {

namespace {

/// {cipher_bits} beyond this are no number of bits.
constexpr unsigned kMaxCipherBits = 65536;

constexpr std::array kRequests{
    MacroRequest{Stage::Connect,
                 "j _ {daemon_name} {daemon_addr} {daemon_port} {if_name} {if_addr} {client_addr} "
                 "{client_name} {client_ptr} {client_resolve}"},
    MacroRequest{Stage::Helo,
                 "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer} {verify}"},
    MacroRequest{Stage::Mail,
                 "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} {mail_mailer} "
                 "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer} {verify}"},
    MacroRequest{Stage::Recipient, "{rcpt_addr} {rcpt_host} {rcpt_mailer}"},
    MacroRequest{Stage::Data, "i"},
    MacroRequest{Stage::EndOfMessage, "i {msg_id}"},
};

/// {client_resolve} in the words of RFC 8601.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kResolveWords{{
    {"OK", "pass"},
    {"FORGED", "fail"},
    {"TEMP", "temperror"},
    {"FAIL", "permerror"},
}};

std::string text_of(const MtaHandle& mta, const char* name) {
  return mta.macro(name).value_or(std::string());
}

/// Both servers write an address in brackets, or a word, where a name is missing.
bool is_host_name(std::string_view text) {
  return !text.empty() && !text.starts_with('[') && !iequals(text, "unknown");
}

std::string iprev_from_names(std::string_view verified, std::string_view unverified) {
  if (is_host_name(verified)) return "pass";
  if (unverified.empty()) return {};
  return is_host_name(unverified) ? "fail" : "permerror";
}

}  // namespace

std::span<const MacroRequest> macro_requests() { return kRequests; }

std::string queue_id(const MtaHandle& mta) { return text_of(mta, "i"); }

std::string own_name(const MtaHandle& mta) { return text_of(mta, "j"); }

policy::Tls tls(const MtaHandle& mta) {
  policy::Tls found;
  found.version = text_of(mta, "{tls_version}");
  if (found.version.empty()) return {};
  found.cipher = text_of(mta, "{cipher}");
  found.bits = static_cast<unsigned>(
      parse_number(text_of(mta, "{cipher_bits}"), kMaxCipherBits).value_or(0));
  found.verify = text_of(mta, "{verify}");
  found.cert_subject = text_of(mta, "{cert_subject}");
  found.cert_issuer = text_of(mta, "{cert_issuer}");
  return found;
}

policy::Login login(const MtaHandle& mta) {
  std::string name = text_of(mta, "{auth_authen}");
  // Sendmail names the mechanism of an attempt that failed, too.
  if (name.empty()) return {};
  return {.mechanism = text_of(mta, "{auth_type}"), .name = std::move(name)};
}

ReverseName reverse_name(const MtaHandle& mta, std::string_view connect_host) {
  ReverseName found;
  const std::string resolve = text_of(mta, "{client_resolve}");
  for (const auto& [word, result] : kResolveWords) {
    if (iequals(resolve, word)) found.iprev = result;
  }
  if (found.iprev.empty()) {
    found.iprev = iprev_from_names(text_of(mta, "{client_name}"), text_of(mta, "{client_ptr}"));
  }
  const bool verified = found.iprev.empty() || found.iprev == "pass";
  if (verified && is_host_name(connect_host)) found.name = connect_host;
  return found;
}

}  // namespace waarmerk::milter
