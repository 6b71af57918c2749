#include "tests/support/report_samples.h"

#include <array>
#include <chrono>
#include <cstdint>

namespace waarmerk::support {
namespace {

using namespace std::chrono_literals;
using policy::DkimResult;
using policy::Override;
using policy::SpfResult;
using reporting::CountedRow;
using reporting::ReportDisposition;

constexpr std::array kDkimResults = {
    DkimResult::None,    DkimResult::Pass,      DkimResult::Fail,     DkimResult::Policy,
    DkimResult::Neutral, DkimResult::TempError, DkimResult::PermError};
constexpr std::array kSpfResults = {SpfResult::None,     SpfResult::Neutral,  SpfResult::Pass,
                                    SpfResult::Fail,     SpfResult::SoftFail, SpfResult::TempError,
                                    SpfResult::PermError};
constexpr std::array kOverrides = {Override::Type::LocalPolicy, Override::Type::MailingList,
                                   Override::Type::Other, Override::Type::PolicyTestMode,
                                   Override::Type::TrustedForwarder};
constexpr std::array kDispositions = {ReportDisposition::None, ReportDisposition::Pass,
                                      ReportDisposition::Quarantine, ReportDisposition::Reject};

std::size_t below(std::mt19937& random, std::size_t limit) { return random() % limit; }

template <typename List>
auto one_of(std::mt19937& random, const List& list) {
  return list[below(random, list.size())];
}

/// Now and then long, mostly two hostile pieces around a word.
std::string chance_text(std::mt19937& random) {
  if (below(random, 3) == 0) return "mail.example.org";
  return one_of(random, hostile_texts()) + "word" + one_of(random, hostile_texts());
}

IpAddress chance_address(std::mt19937& random) {
  std::array<std::uint8_t, 16> octets{};
  for (std::uint8_t& octet : octets) {
    if (below(random, 2) == 0) octet = static_cast<std::uint8_t>(random());
  }
  if (below(random, 2) == 0) return IpAddress::v6(octets);
  return IpAddress::v4({octets[0], octets[1], octets[2], octets[3]});
}

}  // namespace

reporting::PublishedPolicy published_at(std::string_view domain, std::string_view record) {
  return {.domain = DomainName::parse(domain).value(),
          .discovery = policy::DiscoveryMethod::TreeWalk,
          .record = policy::dmarc::parse_record(record).value()};
}

reporting::DocumentKey report_key(std::string_view record) {
  return {.submitter = DomainName::parse("mx.example.net").value(),
          .report = {.policy = published_at("example.com", record),
                     .day = std::chrono::sys_days(2026y / 5 / 1)}};
}

reporting::Reporter example_reporter() {
  return {.organization = "Example Mail",
          .email = "postmaster@example.net",
          .contact = "https://example.net/dmarc",
          .generator = "waarmerk 0.1.0",
          .submitter = DomainName::parse("mx.example.net").value()};
}

CountedRow plain_report_row() {
  return {.row = {.source_ip = IpAddress::v4({192, 0, 2, 7}),
                  .disposition = ReportDisposition::Pass,
                  .dkim_aligned = true,
                  .spf_aligned = true,
                  .reasons = {},
                  .header_from = "example.com",
                  .envelope_from = "bounce.example.com",
                  .dkim = {{"example.com", "may", DkimResult::Pass, ""}},
                  .spf = reporting::ReportedSpf{"bounce.example.com", SpfResult::Pass, ""}},
          .messages = {.all = 3, .ordinary = 3}};
}

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> texts = {
      "",
      "]]>",
      "<record>",
      "</feedback>",
      "<!-- -->",
      "<![CDATA[",
      "<?pi?>",
      "&amp;&#x0;&unknown;",
      "'\"`",
      "a\r\nb\tc",
      std::string("nul\0inside", 10),
      "\x1b[2J\x07\x7f",
      "\xff\xfe",
      "\xc0\xaf",      // overlong
      "\xed\xa0\x80",  // surrogate
      "\xef\xbf\xbf",  // U+FFFF
      "\xe2\x82",      // cut
      "\xc2\x85\xe2\x80\xa8",
      "\xf0\x9f\x93\xa7",  // beyond the basic plane
      "=cmd|' /C calc'!A0",
      "alice@example.org",
      "\"b c\"@example.org",
      "/home/alice,\"x\";y",
      std::string(1024, '<'),
      std::string(1024, '\xff'),
  };
  return texts;
}

CountedRow chance_report_row(std::mt19937& random) {
  CountedRow counted{.row = {.source_ip = chance_address(random)}};
  reporting::ReportRow& row = counted.row;
  row.disposition = one_of(random, kDispositions);
  row.dkim_aligned = below(random, 2) == 0;
  row.spf_aligned = below(random, 2) == 0;
  row.header_from = chance_text(random);
  row.envelope_from = below(random, 4) == 0 ? "" : chance_text(random);
  for (std::size_t left = below(random, 3); left > 0; --left) {
    row.reasons.push_back({one_of(random, kOverrides), chance_text(random)});
  }
  for (std::size_t left = below(random, 4); left > 0; --left) {
    row.dkim.push_back({chance_text(random), chance_text(random), one_of(random, kDkimResults),
                        chance_text(random)});
  }
  if (below(random, 4) != 0) {
    row.spf = {chance_text(random), one_of(random, kSpfResults), chance_text(random)};
  }
  counted.messages.all = 1 + random();
  counted.messages.ordinary = counted.messages.all;
  return counted;
}

CountedRow numbered_report_row(std::uint32_t number) {
  CountedRow counted = plain_report_row();
  reporting::ReportRow& row = counted.row;
  const auto octet = [number](unsigned shift) {
    return static_cast<std::uint8_t>(number >> shift);
  };
  row.source_ip = number % 4 == 0 ? IpAddress::v6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0,
                                                   octet(24), octet(16), octet(8), octet(0)})
                                  : IpAddress::v4({octet(24), octet(16), octet(8), octet(0)});
  const std::string customer = "customer-" + std::to_string(number * 2'654'435'761U % 5'000);
  row.envelope_from = customer + ".example.org";
  row.dkim.push_back({customer + ".example.org", "s" + std::to_string(number % 7),
                      kDkimResults[number % kDkimResults.size()], ""});
  if (row.dkim.back().result != DkimResult::Pass) row.dkim.back().human_result = "body_hash";
  row.spf = {row.envelope_from, kSpfResults[number % kSpfResults.size()], ""};
  row.spf_aligned = false;
  counted.messages = {.all = number % 50 + 1, .ordinary = number % 50 + 1};
  return counted;
}

}  // namespace waarmerk::support
