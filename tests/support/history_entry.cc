#include "tests/support/history_entry.h"

#include <array>

namespace waarmerk::support {

HistoryEntry HistoryEntry::with(const std::string& key, const std::string& value) const {
  HistoryEntry copy = *this;
  copy.values[key] = value;
  return copy;
}

HistoryEntry HistoryEntry::signed_by(const std::string& signature) const {
  HistoryEntry copy = *this;
  copy.signatures.push_back(signature);
  return copy;
}

std::vector<std::string> HistoryEntry::lines() const {
  constexpr std::array kOrder = {
      "job",       "reporter",   "received",  "ipaddr", "from",       "mfrom", "dkim", "spf",
      "spf_scope", "pdomain",    "policy",    "rua",    "pct",        "adkim", "aspf", "p",
      "sp",        "align_dkim", "align_spf", "arc",    "arc_policy", "action"};
  std::vector<std::string> lines;
  for (const std::string key : kOrder) {
    const auto value = values.find(key);
    if (value != values.end() && !value->second.empty()) lines.push_back(key + " " + value->second);
    if (key == "dkim") {
      for (const std::string& signature : signatures) lines.push_back("dkim " + signature);
    }
    if (key == "rua") {
      for (const std::string& address : report_addresses) lines.push_back("rua " + address);
      if (report_addresses.empty()) lines.emplace_back("rua -");
    }
  }
  return lines;
}

std::string HistoryEntry::text() const {
  std::string text;
  for (const std::string& line : lines()) text += line + "\n";
  return text;
}

}  // namespace waarmerk::support
