// The fast reader of lines against the parser of records: what one takes, the other takes alike.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <variant>

#include "reporting/collect/line_reader.h"
#include "reporting/collect/tuples.h"
#include "reporting/record.h"

namespace waarmerk::support {

/// True if LineReader reads what stands at that path, and so must refuse what is wrong there.
[[nodiscard]] inline bool is_read(std::string_view path) {
  static constexpr std::array<std::string_view, 44> kRead{"v",
                                                          "seq",
                                                          "time",
                                                          "node",
                                                          "run",
                                                          "decision",
                                                          "decision.action",
                                                          "decision.applied",
                                                          "decision.overrides",
                                                          "decision.overrides[].type",
                                                          "decision.overrides[].comment",
                                                          "exempt",
                                                          "oversized_header",
                                                          "client",
                                                          "client.ip",
                                                          "envelope",
                                                          "envelope.mail_from_domain",
                                                          "envelope.null_sender",
                                                          "envelope.mail_from_address",
                                                          "envelope.to_report_mailbox",
                                                          "spf",
                                                          "spf.mailfrom",
                                                          "spf.mailfrom.result",
                                                          "spf.mailfrom.domain",
                                                          "spf.mailfrom.reason",
                                                          "dkim",
                                                          "dkim[].result",
                                                          "dkim[].domain",
                                                          "dkim[].selector",
                                                          "dkim[].cause",
                                                          "dmarc",
                                                          "dmarc.result",
                                                          "dmarc.author_domain",
                                                          "dmarc.policy_domain",
                                                          "dmarc.policy",
                                                          "dmarc.policy_tag",
                                                          "dmarc.discovery",
                                                          "dmarc.aligned",
                                                          "dmarc.aligned[].mechanism",
                                                          "dmarc.aligned[].domain",
                                                          "dmarc.record",
                                                          "dmarc_deciding",
                                                          "dmarc_all",
                                                          "internal_error"};
  if (path.starts_with("dmarc_all[].")) {
    return is_read("dmarc." + std::string(path.substr(path.find('.') + 1)));
  }
  return std::ranges::find(kRead, path) != kRead.end();
}

/// In what the two differ about a line; empty if in nothing.
[[nodiscard]] inline std::string disagreement(std::string_view line) {
  reporting::RecordParser parser;
  reporting::LineReader reader;
  const auto entry = parser.parse(line);
  const auto read = reader.read(line);
  if (!entry) {
    const bool must_refuse = is_read(entry.error().where);
    return read && must_refuse ? "takes what is wrong at " + entry.error().where : "";
  }
  if (!read) return "refuses: " + to_string(read.error());
  const auto* record = std::get_if<reporting::Record>(&*entry);
  if ((record == nullptr) != (*read == nullptr)) return "an amendment for one of them";
  if (record == nullptr) return {};
  if (record->node != (*read)->node || record->run != (*read)->run || record->seq != (*read)->seq ||
      record->facts.time != (*read)->facts.time) {
    return "another record";
  }
  if (reporting::is_ordinary(record->facts.envelope) !=
      reporting::is_ordinary((*read)->facts.envelope)) {
    return "ordinary for one of them";
  }
  reporting::PublishedRecords known;
  return reporting::tuples_of(*record, known) == reporting::tuples_of(**read, known)
             ? std::string()
             : "other tuples";
}

}  // namespace waarmerk::support
