#include "reporting/delivery/spool_mailer.h"

#include <string_view>
#include <utility>

#include "base/crypto.h"
#include "base/json.h"
#include "base/text.h"
#include "reporting/document/identity.h"

namespace waarmerk::reporting {
namespace {

constexpr std::string_view kEnding = ".xml.gz";

/// Eight hexadecimal digits for an address: those to which one document goes are few.
std::string short_hash(const std::string& text) {
  crypto::Sha256 hash;
  hash.update(text);
  const crypto::Digest digest = hash.finish();
  std::string hex;
  for (std::size_t i = 0; i < 4; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4U];
    hex += "0123456789abcdef"[digest[i] & 0x0FU];
  }
  return hex;
}

std::string slip_of(const ReportMail& mail, const std::string& file) {
  JsonWriter json;
  json.object_begin().field("to", mail.to.text()).field("from", mail.from.text());
  json.field("sender", mail.sender.text()).field("subject", mail.subject);
  json.field("message_id", mail.message_id).field("file", file).object_end();
  return json.take() + "\n";
}

}  // namespace

Result<std::unique_ptr<SpoolMailer>> SpoolMailer::open(const std::string& folder) {
  auto opened = OutputFolder::open(folder);
  if (!opened) return std::unexpected(std::move(opened.error()));
  return std::unique_ptr<SpoolMailer>(new SpoolMailer(std::move(*opened)));
}

Handover SpoolMailer::hand_over(const ReportMail& mail) {
  const std::string name = disk_name(mail.file_name);
  std::string slip = name.ends_with(kEnding) ? name.substr(0, name.size() - kEnding.size()) : name;
  slip += "." + short_hash(mail.to.text()) + ".json";
  auto written = folder_.write(name, mail.attachment);
  if (written) written = folder_.write(slip, slip_of(mail, name));
  if (!written) return {Handover::Kind::NotNow, printable(to_string(written.error()))};
  return {Handover::Kind::Taken, "written as " + slip};
}

}  // namespace waarmerk::reporting
