#include "reporting/opendmarc_history_writer.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace waarmerk::reporting {
namespace {

using policy::ActionKind;
using policy::Disposition;
using policy::DkimResult;
using policy::DmarcEvaluation;
using policy::DmarcResult;
using policy::SpfResult;

/// A value that cannot be taken for two, nor for the beginning of another line.
bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

// ---- Codes --------------------------------------------------------------------------------------

std::string_view code_of(SpfResult result) {
  switch (result) {
    case SpfResult::Pass:
      return "0";
    case SpfResult::SoftFail:
      return "2";
    case SpfResult::Neutral:
      return "3";
    case SpfResult::TempError:
      return "4";
    case SpfResult::PermError:
      return "5";
    case SpfResult::None:
      return "6";
    case SpfResult::Fail:
      return "7";
  }
  return "-1";
}

std::string_view code_of(DkimResult result) {
  switch (result) {
    case DkimResult::Pass:
      return "0";
    case DkimResult::Neutral:
      return "3";
    case DkimResult::TempError:
      return "4";
    case DkimResult::PermError:
      return "5";
    case DkimResult::None:
      return "6";
    case DkimResult::Fail:
      return "7";
    case DkimResult::Policy:
      return "8";
  }
  return "6";
}

/// The code of a policy tag: that of its first letter.
std::string_view code_of(Disposition policy) {
  switch (policy) {
    case Disposition::None:
      return "110";
    case Disposition::Quarantine:
      return "113";
    case Disposition::Reject:
      return "114";
  }
  return "0";
}

std::string_view code_of(policy::dmarc::AlignmentMode mode) {
  return mode == policy::dmarc::AlignmentMode::Strict ? "115" : "114";
}

/// What the domain owner asks for, after alignment.
std::string_view verdict_code(const DmarcEvaluation& dmarc) {
  if (dmarc.result == DmarcResult::Pass) return "15";
  switch (dmarc.requested()) {
    case Disposition::Reject:
      return "16";
    case Disposition::Quarantine:
      return "17";
    case Disposition::None:
      return "18";
  }
  return "18";
}

/// Mail that is delivered with a mark is in quarantine there.
std::string_view code_of(ActionKind action) {
  switch (action) {
    case ActionKind::Reject:
      return "0";
    case ActionKind::Accept:
      return "2";
    case ActionKind::Defer:
      return "3";
    case ActionKind::Tag:
    case ActionKind::Hold:
      return "4";
  }
  return "2";
}

/// A bit for each option, as the development branch counts them.
std::string failure_options(std::string_view fo) {
  constexpr std::string_view kOptions = "01ds";
  unsigned bits = 0;
  for (const char option : fo) {
    const auto place = kOptions.find(option);
    if (place != std::string_view::npos) bits |= 1U << place;
  }
  return std::to_string(bits);
}

// ---- Lines --------------------------------------------------------------------------------------

void line(std::string& text, std::string_view key, std::string_view value) {
  text.append(key).append(" ").append(value).append("\n");
}

/// The domain of MAIL FROM; empty for the null sender, for which HELO was checked.
std::string mail_from_of(const policy::Facts& facts) {
  return facts.envelope.mail_from_domain ? facts.envelope.mail_from_domain->text() : std::string();
}

/// What names a message: the queue id, or where it stands in the log.
std::string job_of(const Record& record) {
  if (!record.facts.queue_id.empty()) return record.facts.queue_id;
  return record.run + "." + std::to_string(record.seq);
}

void write_message(std::string& text, const Record& record) {
  const policy::Facts& facts = record.facts;
  const auto received = std::chrono::floor<std::chrono::seconds>(facts.time).time_since_epoch();
  line(text, "job", job_of(record));
  line(text, "reporter", record.node);
  line(text, "received", std::to_string(std::max<std::int64_t>(received.count(), 0)));
  line(text, "ipaddr", facts.client.ip ? facts.client.ip->text() : "unknown");
  line(text, "from", record.verdict.deciding_dmarc()->author_domain.text());
  line(text, "mfrom", mail_from_of(facts));
}

void write_results(HistoryEntry& entry, const Record& record, HistoryKeys keys) {
  const policy::Facts& facts = record.facts;
  for (const policy::DkimOutcome& dkim : facts.dkim) {
    if (!dkim.domain) continue;
    const std::string selector = dkim.selector.empty() ? "-" : dkim.selector;
    if (is_word(dkim.domain->text()) && is_word(selector)) {
      line(entry.text, "dkim",
           dkim.domain->text() + " " + selector + " " + std::string(code_of(dkim.result)));
    } else {
      entry.left_out.push_back("a signature of \"" + printable(dkim.domain->text()) + "\"");
    }
  }
  line(entry.text, "spf", code_of(facts.spf_mail_from.result));
  if (keys == HistoryKeys::Developed) {
    line(entry.text, "spf_scope", facts.envelope.mail_from_domain ? "1" : "2");
  }
}

void write_policy(HistoryEntry& entry, const DmarcEvaluation& dmarc, HistoryKeys keys) {
  const policy::dmarc::Record& record = *dmarc.record;
  // A record that counts for its rua alone asks for nothing. RFC 9989 4.10.1
  const bool asks = record.p && !record.policy_tag_invalid;
  std::string& text = entry.text;
  line(text, "pdomain", dmarc.policy_domain->text());
  line(text, "policy", verdict_code(dmarc));
  bool has_rua = false;
  for (const std::string& uri : record.rua) {
    if (!is_word(uri)) continue;
    line(text, "rua", uri);
    has_rua = true;
  }
  if (!has_rua) line(text, "rua", "-");
  line(text, "pct", std::to_string(parse_number(record.pct, 100).value_or(100)));
  line(text, "adkim", code_of(record.adkim));
  line(text, "aspf", code_of(record.aspf));
  line(text, "p", code_of(asks ? *record.p : Disposition::None));
  line(text, "sp", asks && record.sp ? code_of(*record.sp) : "0");
  if (keys == HistoryKeys::Developed) line(text, "fo", failure_options(record.fo));
  line(text, "align_dkim", dmarc.dkim_aligned() ? "4" : "5");
  line(text, "align_spf", dmarc.spf_aligned() ? "4" : "5");
  // What it writes of mail that no ARC set came with.
  line(text, "arc", "7");
  line(text, "arc_policy", "2 json:[]");
}

/// True if OpenDMARC would have written something of the message.
bool has_entry(const Record& record) {
  const DmarcEvaluation* dmarc = record.verdict.deciding_dmarc();
  return policy::is_judged(record.facts) && record.verdict.dmarc.size() == 1 && dmarc != nullptr &&
         dmarc->record && dmarc->policy_domain && dmarc->result != DmarcResult::None &&
         dmarc->result != DmarcResult::PermError;
}

/// What keeps a message that has an entry from being written; empty if nothing does.
std::string obstacle(const Record& record) {
  const DmarcEvaluation& dmarc = *record.verdict.deciding_dmarc();
  const std::string mail_from = mail_from_of(record.facts);
  if (!is_word(job_of(record))) return "the queue id \"" + printable(job_of(record)) + "\"";
  if (!is_word(record.node)) return "the node \"" + printable(record.node) + "\"";
  for (const std::string& name : {dmarc.author_domain.text(), dmarc.policy_domain->text()}) {
    if (!is_word(name)) return "the domain \"" + printable(name) + "\"";
  }
  if (!mail_from.empty() && !is_word(mail_from)) {
    return "the domain \"" + printable(mail_from) + "\"";
  }
  return {};
}

}  // namespace

HistoryEntry history_entry(const Record& record, HistoryKeys keys) {
  HistoryEntry entry;
  if (!has_entry(record)) return entry;
  if (const std::string why = obstacle(record); !why.empty()) {
    entry.left_out.push_back("a message for " + why);
    return entry;
  }
  write_message(entry.text, record);
  write_results(entry, record, keys);
  write_policy(entry, *record.verdict.deciding_dmarc(), keys);
  line(entry.text, "action", code_of(record.verdict.decision.action));
  return entry;
}

}  // namespace waarmerk::reporting
