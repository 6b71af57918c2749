#include "cli/check.h"

#include <sysexits.h>

#include <memory>
#include <ostream>

#include "base/text.h"
#include "cli/actions_json.h"
#include "cli/chain.h"
#include "cli/files.h"
#include "cli/local_host.h"
#include "cli/outcome.h"
#include "cli/resolver.h"
#include "cli/settings.h"
#include "cli/story.h"
#include "policy/dmarc/public_suffix.h"
#include "policy/exemption.h"
#include "policy/explain.h"
#include "policy/options.h"
#include "reporting/record.h"

namespace waarmerk::cli {
namespace {

Outcome<policy::Settings> settings_of(const CheckOptions& options, std::ostream& err) {
  auto settings = load_verifying_settings(options.config_file,
                                          policy::dmarc::describe_public_suffix_list(), err);
  if (!settings) return settings;
  if (!options.engine.empty()) {
    const policy::Option* engine = policy::find_option("verify.engine");
    if (const auto faults = engine->store(*settings, options.engine); !faults.empty()) {
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
    err << name_of(path)
        << ": note: both CRLF and LF end lines here; an LF alone is data, as in SMTP\n";
    return std::move(*octets);
  }
  err << name_of(path) << ": note: no CRLF in this file; its LF line ends are read as CRLF\n";
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
  parts.mail_from = address_of(options.mail_from.value_or(""));
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
  if (ip && policy::exemption_of(parts.client, settings.exempt) != policy::Exemption::None) {
    err << "note: the milter would exempt mail from " << ip->text() << "\n";
  }
}

/// Who forgets the sender would wonder about the SPF result.
void note_null_sender(const CheckOptions& options, std::ostream& err) {
  if (options.mail_from) return;
  err << "note: no --mail-from: evaluated with the null sender, as a bounce\n";
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
  write_story(policy::explain(checked.record.facts, checked.record.verdict), out);
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

Outcome<ChainOutput> check_message(const CheckOptions& options, std::ostream& err) {
  const auto once =
      expect_one_standard_input({options.config_file, options.message_file, options.zone_file});
  if (!once) return failure(EX_USAGE, once.error());
  const auto settings = settings_of(options, err);
  if (!settings) return std::unexpected(settings.error());
  const auto octets = load_message(options.message_file, err);
  if (!octets) return std::unexpected(octets.error());
  const SystemClock clock;
  auto parts = parts_of(options, clock.now());
  if (!parts) return std::unexpected(parts.error());
  note_exemption(*parts, *settings, err);
  note_null_sender(options, err);
  const auto resolver = open_resolver(options.zone_file, *settings, clock);
  if (!resolver) return std::unexpected(resolver.error());
  const auto message = policy::split_message(*octets);
  if (message.ignored_lines > 0) {
    err << name_of(options.message_file) << ": note: " << message.ignored_lines
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
  if (!checked) return complain(checked.error(), streams);
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
