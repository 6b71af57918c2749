#include "reporting/document/identity.h"

#include <initializer_list>
#include <span>
#include <string_view>

#include "base/crypto.h"
#include "base/text.h"
#include "reporting/record_text.h"

namespace waarmerk::reporting {
namespace {

/// 128 bits: enough that nobody makes two of the same.
constexpr std::size_t kHashOctets = 16;

/// File systems take 255 octets; the rest is for endings of others.
constexpr std::size_t kMaxDiskName = 200;

/// Of texts one after the other, none of which holds the separator.
std::string hash_of(std::initializer_list<std::string> texts) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  crypto::Sha256 hash;
  for (const std::string& text : texts) {
    hash.update(text);
    hash.update({"\0", 1});
  }
  const crypto::Digest digest = hash.finish();
  std::string hex;
  for (const std::uint8_t octet : std::span(digest).first(kHashOctets)) {
    hex += kDigits[octet >> 4U];
    hex += kDigits[octet & 0x0FU];
  }
  return hex;
}

}  // namespace

Period period_of(std::chrono::sys_days day) {
  const auto begin = std::chrono::sys_seconds(day).time_since_epoch();
  return {begin.count(), (begin + std::chrono::days(1) - std::chrono::seconds(1)).count()};
}

std::string policy_hash(const PublishedPolicy& policy) {
  return hash_of(
      {policy.domain.text(), std::string(to_word(policy.discovery)), policy.record.text});
}

std::string report_id(const DocumentKey& key) {
  return hash_of({key.submitter.text(), policy_hash(key.report.policy), day_text(key.report.day),
                  std::to_string(key.generation), std::to_string(key.part)});
}

std::string file_name(const DocumentKey& key) {
  const Period period = period_of(key.report.day);
  return key.submitter.text() + "!" + key.report.policy.domain.text() + "!" +
         std::to_string(period.begin) + "!" + std::to_string(period.end) + "!" + report_id(key) +
         ".xml.gz";
}

std::string disk_name(std::string_view file_name) {
  std::string name;
  for (const char c : file_name) {
    name += is_alnum(c) || std::string_view("-_.!").find(c) != std::string_view::npos ? c : '_';
  }
  if (name.size() > kMaxDiskName) name.erase(0, name.size() - kMaxDiskName);
  if (name.starts_with('.') || name.empty()) name.insert(0, "_");
  return name;
}

std::string subject(const DocumentKey& key) {
  return "Report Domain: " + key.report.policy.domain.text() +
         " Submitter: " + key.submitter.text() + " Report-ID: " + report_id(key);
}

std::string message_id(const DocumentKey& key) {
  return "<" + report_id(key) + "@" + key.submitter.text() + ">";
}

}  // namespace waarmerk::reporting
