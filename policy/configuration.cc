#include "policy/configuration.h"

#include <algorithm>

namespace waarmerk::policy {
namespace {

std::string_view prefix_of(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "";
    case Severity::Warning:
      return "warning: ";
    case Severity::Note:
      return "note: ";
  }
  return "";
}

}  // namespace

void Configuration::add(const std::vector<Finding>& more) {
  const auto is_wrong = [](const std::vector<Finding>& all, const std::string& key) {
    return !key.empty() && std::ranges::any_of(all, [&](const Finding& finding) {
      return finding.key == key && finding.severity == Severity::Error;
    });
  };
  const std::vector<Finding> before = findings;
  for (Finding finding : more) {
    if (is_wrong(before, finding.key)) continue;
    if (const auto line = lines.find(finding.key); finding.line == 0 && line != lines.end()) {
      finding.line = line->second;
    }
    findings.push_back(std::move(finding));
  }
  std::ranges::stable_sort(findings, {}, &Finding::line);
}

bool Configuration::is_usable() const {
  return std::ranges::none_of(
      findings, [](const Finding& finding) { return finding.severity == Severity::Error; });
}

std::string Configuration::origin(std::string_view key) const {
  const auto line = lines.find(key);
  return line == lines.end() ? "default" : file_name + ":" + std::to_string(line->second);
}

Error Configuration::say(const Finding& finding) const {
  Error error = say_to_log(finding);
  error.text.insert(0, prefix_of(finding.severity));
  return error;
}

Error Configuration::say_to_log(const Finding& finding) const {
  std::string text;
  if (!finding.key.empty()) {
    text += finding.key + (lines.contains(finding.key) ? ": " : " (default): ");
  }
  text += finding.text;
  if (!finding.place.empty()) return {std::move(text), finding.place};
  const std::string line = finding.line == 0 ? "" : ":" + std::to_string(finding.line);
  return {std::move(text), file_name + line};
}

}  // namespace waarmerk::policy
