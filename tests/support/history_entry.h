// Entries of an OpenDMARC history file for tests.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace waarmerk::support {

/// One message: each key once, in the order in which OpenDMARC writes them, but the repeated ones.
struct HistoryEntry {
  /// Of these, `""` as value leaves the line out.
  std::map<std::string, std::string> values = {{"job", "4Xk1Pz2c9bz7"},
                                               {"reporter", "mx1.example.net"},
                                               {"received", "1777638605"},
                                               {"ipaddr", "192.0.2.7"},
                                               {"from", "example.com"},
                                               {"mfrom", "example.com"},
                                               {"spf", "0"},
                                               {"pdomain", "example.com"},
                                               {"policy", "15"},
                                               {"pct", "100"},
                                               {"adkim", "114"},
                                               {"aspf", "114"},
                                               {"p", "114"},
                                               {"sp", "0"},
                                               {"align_dkim", "5"},
                                               {"align_spf", "4"},
                                               {"arc", "7"},
                                               {"arc_policy", "2 json:[]"},
                                               {"action", "2"}};
  /// "domain selector code" each.
  std::vector<std::string> signatures;
  std::vector<std::string> report_addresses = {"mailto:reports@example.com"};

  /// A copy with another value of `key`.
  [[nodiscard]] HistoryEntry with(const std::string& key, const std::string& value) const;
  /// A copy with one more signature.
  [[nodiscard]] HistoryEntry signed_by(const std::string& signature) const;
  /// Its lines, without newlines.
  [[nodiscard]] std::vector<std::string> lines() const;
  /// Its lines as the file has them.
  [[nodiscard]] std::string text() const;
};

}  // namespace waarmerk::support
