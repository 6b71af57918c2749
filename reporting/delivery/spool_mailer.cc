// Written aside, synced, renamed, and the folder synced: a file is there as a whole or
// not at all.
#include "reporting/delivery/spool_mailer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

#include "base/crypto.h"
#include "base/input_file.h"
#include "base/json.h"
#include "base/text.h"

namespace waarmerk::reporting {
namespace {

/// With an ending of ours a name has at most 255 octets.
constexpr std::size_t kMaxName = 200;
constexpr std::string_view kEnding = ".xml.gz";

Error system_error(const std::string& name) { return {system_error_text(errno), shown_path(name)}; }

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

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

std::string spool_name(const ReportMail& mail) {
  std::string name;
  for (const char c : mail.file_name) {
    name += is_alnum(c) || std::string_view("-_.!").find(c) != std::string_view::npos ? c : '_';
  }
  if (name.size() > kMaxName) name.erase(0, name.size() - kMaxName);
  if (name.starts_with('.') || name.empty()) name.insert(0, "_");
  return name;
}

Result<std::unique_ptr<SpoolMailer>> SpoolMailer::open(const std::string& folder) {
  Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0) return std::unexpected(system_error(folder));
  return std::unique_ptr<SpoolMailer>(new SpoolMailer(std::move(opened)));
}

Result<void> SpoolMailer::write(const std::string& name, std::string_view content) const {
  const std::string aside = "." + name + ".part";
  const Descriptor file(::openat(folder_.get(), aside.c_str(),
                                 O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
  const bool done = file.get() >= 0 && write_all(file.get(), content) && ::fsync(file.get()) == 0 &&
                    ::renameat(folder_.get(), aside.c_str(), folder_.get(), name.c_str()) == 0 &&
                    ::fsync(folder_.get()) == 0;
  if (!done) return std::unexpected(system_error(name));
  return {};
}

Handover SpoolMailer::hand_over(const ReportMail& mail) {
  const std::string name = spool_name(mail);
  std::string slip = name.ends_with(kEnding) ? name.substr(0, name.size() - kEnding.size()) : name;
  slip += "." + short_hash(mail.to.text()) + ".json";
  auto written = write(name, mail.attachment);
  if (written) written = write(slip, slip_of(mail, name));
  if (!written) return {Handover::Kind::NotNow, printable(to_string(written.error()))};
  return {Handover::Kind::Taken, "written as " + slip};
}

}  // namespace waarmerk::reporting
