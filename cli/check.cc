#include "cli/check.h"

#include <sysexits.h>

#include <memory>
#include <ostream>

#include "base/text.h"
#include "cli/actions_json.h"
#include "cli/chain.h"
#include "cli/files.h"
#include "cli/local_host.h"
#include "cli/resolver.h"
#include "policy/config_file.h"
#include "policy/explain.h"
#include "policy/options.h"
#include "reporting/record.h"

namespace waarmerk::cli {
namespace {

/// An error with the exit status that goes with it.
struct Failure {
  int status;
  std::vector<Error> errors;
};
template <typename T>
using Outcome = std::expected<T, Failure>;

std::unexpected<Failure> failure(int status, Error error) {
  return std::unexpected(Failure{status, {std::move(error)}});
}

Outcome<policy::Settings> load_settings(const CheckOptions& options) {
  policy::Settings settings;
  if (!options.config_file.empty()) {
    const auto text = read_file(options.config_file, policy::kMaxConfigBytes);
    if (!text) return failure(EX_CONFIG, text.error());
    auto parsed = policy::parse_config(*text, options.config_file, read_file);
    if (!parsed) return std::unexpected(Failure{EX_CONFIG, parsed.error()});
    settings = std::move(*parsed);
  }
  if (!options.engine.empty()) {
    const policy::Option* engine = policy::find_option("verify.engine");
    if (const auto faults = engine->store(settings, options.engine); !faults.empty()) {
      return failure(EX_USAGE, {faults.front().text + "; expected " + engine->expects, "--engine"});
    }
  }
  return settings;
}

/// True if a line ends in LF alone.
bool has_bare_lf(std::string_view octets) {
  for (auto lf = octets.find('\n'); lf != std::string_view::npos; lf = octets.find('\n', lf + 1)) {
    if (lf == 0 || octets[lf - 1] != '\r') return true;
  }
  return false;
}

/// The file, octet for octet. Only one without any CRLF was saved by a program that writes LF.
Outcome<std::string> load_message(const std::string& path, std::ostream& err) {
  auto octets = read_file(path);
  if (!octets) return failure(EX_NOINPUT, octets.error());
  if (!has_bare_lf(*octets)) return std::move(*octets);
  if (octets->find("\r\n") != std::string::npos) {
    err << path << ": note: both CRLF and LF end lines here; an LF alone is data, as in SMTP\n";
    return std::move(*octets);
  }
  err << path << ": note: no CRLF in this file; its LF line ends are read as CRLF\n";
  std::string converted;
  converted.reserve(octets->size() + octets->size() / 16);
  for (const char c : *octets) {
    if (c == '\n') converted += '\r';
    converted += c;
  }
  return converted;
}

/// MAIL FROM and RCPT as people type them: angle brackets are optional.
std::string address_of(std::string_view text) {
  text = trim(text);
  if (text.starts_with('<') && text.ends_with('>')) text = text.substr(1, text.size() - 2);
  return std::string(text);
}

Outcome<policy::MessageParts> parts_of(const CheckOptions& options, WallTime now) {
  policy::MessageParts parts;
  if (!options.ip.empty()) {
    const auto ip = IpAddress::parse(options.ip);
    if (!ip) return failure(EX_USAGE, {ip.error().text, "--ip"});
    parts.client.ip = *ip;
  }
  parts.client.helo = options.helo;
  parts.mail_from = address_of(options.mail_from);
  for (const std::string& recipient : options.recipients) {
    parts.recipients.push_back(address_of(recipient));
  }
  parts.time = options.time ? WallTime(std::chrono::seconds(*options.time)) : now;
  return parts;
}

/// `check` always evaluates; that the milter would not is only said.
void note_exemption(const policy::MessageParts& parts, const policy::Settings& settings,
                    std::ostream& err) {
  const auto& ip = parts.client.ip;
  if (!ip) return;
  bool exempt = settings.exempt.loopback && ip->is_loopback();
  for (const IpPrefix& network : settings.exempt.networks) exempt = exempt || network.contains(*ip);
  if (exempt) {
    err << "note: the milter would exempt mail from " << ip->text() << "\n";
  }
}

void print_json(const ChainOutput& checked, std::ostream& out) {
  JsonWriter json;
  json.object_begin();
  reporting::write_record_members(json, checked.record);
  write_actions(json, checked.actions);
  json.object_end();
  out << json.text() << "\n";
}

void print_text(const ChainOutput& checked, std::ostream& out) {
  for (const auto& paragraph : policy::explain(checked.record.facts, checked.record.verdict)) {
    out << paragraph.heading << "\n";
    for (const std::string& sentence : paragraph.sentences) out << "  " << sentence << "\n";
  }
  out << "Actions\n";
  for (const auto& position : checked.actions.remove) {
    out << "  delete " << printable(position.name) << " number " << position.index << "\n";
  }
  for (const milter::NewField& field : checked.actions.add) {
    out << "  add " << field.name << ": " << field.value << "\n";
  }
  if (checked.actions.hold) out << "  hold: " << *checked.actions.hold << "\n";
  if (const auto& reply = checked.actions.reply) {
    out << "  reply " << reply->code() << " " << reply->enhanced() << " " << reply->text() << "\n";
  }
}

Outcome<std::unique_ptr<Resolver>> open_answers(const std::string& zone_file,
                                                const policy::Settings& settings,
                                                const Clock& clock) {
  if (zone_file.empty()) {
    auto resolver = open_network_resolver(settings, clock);
    if (!resolver) return failure(EX_UNAVAILABLE, resolver.error());
    return std::move(*resolver);
  }
  const auto text = read_file(zone_file);
  if (!text) return failure(EX_NOINPUT, text.error());
  auto resolver = open_zone_resolver(*text, zone_file);
  if (!resolver) return failure(EX_DATAERR, resolver.error());
  return std::move(*resolver);
}

Outcome<ChainOutput> check_message(const CheckOptions& options, std::ostream& err) {
  const auto settings = load_settings(options);
  if (!settings) return std::unexpected(settings.error());
  const auto octets = load_message(options.message_file, err);
  if (!octets) return std::unexpected(octets.error());
  const SystemClock clock;
  auto parts = parts_of(options, clock.now());
  if (!parts) return std::unexpected(parts.error());
  note_exemption(*parts, *settings, err);
  const auto resolver = open_answers(options.zone_file, *settings, clock);
  if (!resolver) return std::unexpected(resolver.error());
  const auto message = policy::split_message(*octets);
  if (message.ignored_lines > 0) {
    err << options.message_file << ": note: " << message.ignored_lines
        << " line(s) of the header are no field and are left out\n";
  }
  return run_chain({.parts = std::move(*parts),
                    .message = message,
                    .settings = *settings,
                    .resolver = (*resolver)->lookup(),
                    .host = local_host_name(),
                    .now = clock.instant()});
}

}  // namespace

int check(const CheckOptions& options, Output output, const Streams& streams) {
  const auto checked = check_message(options, streams.err);
  if (!checked) {
    for (const Error& error : checked.error().errors) {
      streams.err << to_string(error) << "\n";
    }
    return checked.error().status;
  }
  switch (output) {
    case Output::Json:
      print_json(*checked, streams.out);
      break;
    case Output::Text:
      print_text(*checked, streams.out);
      break;
  }
  return finish(streams);
}

}  // namespace waarmerk::cli
