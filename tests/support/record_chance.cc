// Records that chance or malice would make.
#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>

#include "tests/support/record_samples.h"

namespace waarmerk::support {
namespace {

using policy::dmarc::Psd;
using reporting::Record;

DomainName domain(std::string_view text) { return DomainName::from_octets(text).value(); }

/// Draws the members of a record.
class Chance {
 public:
  Chance(std::mt19937& random, Texts texts) : random_(random), texts_(texts) {}

  Record record() {
    Record record{.node = text(),
                  .run = text(),
                  .seq = big(),
                  .mode = one_of<policy::Mode, 3>(),
                  .engine = one_of<policy::Engine, 3>(),
                  .facts = facts(),
                  .verdict = verdict(),
                  .timings = {},
                  .cut = {}};
    record.timings = {std::chrono::microseconds(below(1U << 30U)),
                      std::chrono::microseconds(below(1U << 20U)),
                      std::chrono::microseconds(below(1000))};
    return record;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::uint64_t big() { return (std::uint64_t{random_()} << 32U) | random_(); }
  unsigned number() { return static_cast<unsigned>(random_()); }
  bool coin() { return below(2) == 0; }

  /// One of the first `count` enumerators.
  template <typename Enum, std::size_t count>
  Enum one_of() {
    return static_cast<Enum>(below(count));
  }

  template <typename Make>
  auto some(std::size_t most, Make make) {
    std::vector<decltype(make())> items;
    for (std::size_t i = below(most + 1); i > 0; --i) items.push_back(make());
    return items;
  }
  template <typename Make>
  auto perhaps(Make make) {
    return coin() ? std::optional(make()) : std::nullopt;
  }

  std::string text() {
    using namespace std::string_view_literals;
    constexpr std::array kPieces = {
        "a"sv, "example.com"sv, " "sv, "\""sv, "\\"sv, "/"sv, "\0"sv, "\n"sv, "\r\n"sv, "\x1b[0m"sv,
        "\x7f"sv, "\xc2\x85"sv, "\xe2\x80\xa8"sv, "\xe2\x80\xae"sv, "\xc3\xa9"sv,
        "\xf0\x9f\x93\xa7"sv, "\\u0041"sv, "{\"v\":2}"sv, ""sv, "null"sv,
        // Ill-formed from here on.
        "\xff"sv, "\xc0\xaf"sv, "\xed\xa0\x80"sv, "\xe2\x82"sv, "\xf4\x90\x80\x80"sv, "\x80"sv};
    const std::size_t known = texts_ == Texts::WellFormed ? 20 : kPieces.size();
    std::string text;
    for (std::size_t i = below(12); i > 0; --i) text += kPieces[below(known)];
    if (texts_ == Texts::Hostile && below(20) == 0)
      text.append(below(3000), text.empty() ? 'x' : text.back());
    return text;
  }

  DomainName name() {
    std::string octets;
    for (std::size_t label = 1 + below(4); label > 0; --label) {
      for (std::size_t i = 1 + below(12); i > 0; --i) {
        const char octet =
            below(4) == 0 ? static_cast<char>(below(256)) : static_cast<char>('a' + below(26));
        octets += octet == '.' ? '-' : octet;
      }
      octets += '.';
    }
    return domain(octets);
  }

  std::vector<std::string> texts(std::size_t most) {
    return some(most, [&] { return text(); });
  }
  std::optional<DomainName> perhaps_name() {
    return perhaps([&] { return name(); });
  }
  policy::Disposition disposition() { return one_of<policy::Disposition, 3>(); }
  std::optional<policy::Disposition> perhaps_disposition() {
    return perhaps([&] { return disposition(); });
  }

  std::optional<IpAddress> ip() {
    return perhaps([&] {
      std::array<std::uint8_t, 16> octets{};
      for (auto& octet : octets) octet = static_cast<std::uint8_t>(below(256) * below(2));
      return coin() ? IpAddress::v6(octets)
                    : IpAddress::v4({octets[0], octets[1], octets[2], octets[3]});
    });
  }

  policy::dmarc::Record published_record() {
    return {.p = perhaps_disposition(),
            .sp = perhaps_disposition(),
            .np = perhaps_disposition(),
            .policy_tag_invalid = coin(),
            .psd = one_of<Psd, 3>(),
            .testing = coin(),
            .adkim = one_of<policy::dmarc::AlignmentMode, 2>(),
            .aspf = one_of<policy::dmarc::AlignmentMode, 2>(),
            .fo = text(),
            .rua = texts(3),
            .ruf = texts(2),
            .pct = text(),
            .text = text()};
  }
  std::optional<policy::dmarc::Record> perhaps_published() {
    return perhaps([&] { return published_record(); });
  }

  policy::dmarc::WalkStep walk_step() {
    return {name(), one_of<dns::Status, 8>(), one_of<dns::Security, 4>(), perhaps_published()};
  }

  policy::SpfOutcome spf() {
    return {one_of<policy::SpfResult, 7>(), perhaps_name(), text(), text(), number(), number()};
  }

  policy::DkimOutcome dkim() {
    return {one_of<policy::DkimResult, 7>(),
            one_of<policy::DkimCause, 11>(),
            perhaps_name(),
            text(),
            text(),
            text(),
            number(),
            text(),
            text(),
            coin(),
            one_of<dns::Security, 4>()};
  }

  policy::DnsTrace dns_trace() {
    constexpr std::array kTypes = {dns::Type::A,   dns::Type::Ns,   dns::Type::Cname,
                                   dns::Type::Soa, dns::Type::Ptr,  dns::Type::Mx,
                                   dns::Type::Txt, dns::Type::Aaaa, dns::Type::Tlsa};
    return {name(), kTypes[below(kTypes.size())], one_of<dns::Status, 8>(),
            one_of<dns::Security, 4>(), text()};
  }

  policy::Facts facts() {
    return {
        .queue_id = text(),
        .time = WallTime(std::chrono::microseconds(big() % 253'402'300'800'000'000)),
        .client = {ip(),
                   text(),
                   text(),
                   text(),
                   {text(), text(), number(), text(), text(), text()},
                   coin()},
        .envelope = {perhaps_name(), coin(), texts(4), number(), number(), text(), texts(3),
                     coin()},
        .exemption = one_of<policy::Exemption, 5>(),
        .author = {one_of<policy::FromKind, 5>(), some(5, [&] { return name(); }), coin(), text()},
        .spf_mail_from = spf(),
        .spf_helo = spf(),
        .dkim = some(4, [&] { return dkim(); }),
        .walks = some(3,
                      [&] {
                        return policy::dmarc::Walk{name(), some(4, [&] { return walk_step(); }),
                                                   perhaps([&] { return coin(); }), perhaps_name()};
                      }),
        .lists = some(2, [&] { return policy::ListTrace{text(), name()}; }),
        .dns = some(5, [&] { return dns_trace(); }),
        .disagreements =
            some(2, [&] { return policy::Disagreement{text(), text(), text(), text()}; }),
        .list_differences = some(2,
                                 [&] {
                                   return policy::ListDifference{name(), name(), name(),
                                                                 perhaps_name(), perhaps_name()};
                                 }),
        .oversized_header = coin(),
        .forged_fields = number(),
        .internal_error = text()};
  }

  policy::DmarcEvaluation dmarc() {
    constexpr std::array<std::string_view, 4> kTags = {"", "p", "sp", "np"};
    return {name(),
            one_of<policy::DmarcResult, 5>(),
            perhaps_name(),
            perhaps_name(),
            perhaps_published(),
            perhaps_disposition(),
            std::string(kTags[below(kTags.size())]),
            some(3,
                 [&] {
                   return policy::AlignedIdentifier{one_of<policy::Mechanism, 2>(), name(), coin()};
                 }),
            text(),
            one_of<policy::DiscoveryMethod, 2>()};
  }

  policy::Verdict verdict() {
    policy::Verdict verdict;
    verdict.dmarc = some(5, [&] { return dmarc(); });
    verdict.deciding = verdict.dmarc.empty() ? 0 : below(verdict.dmarc.size());
    verdict.evidence = some(4, [&] {
      return policy::EvidenceItem{one_of<policy::EvidenceItem::Speaks, 2>(), text(), text()};
    });
    verdict.decision = {
        disposition(),
        disposition(),
        one_of<policy::ActionKind, 5>(),
        one_of<policy::ActionKind, 5>(),
        one_of<policy::Cause, 12>(),
        text(),
        some(2, [&] { return policy::Override{one_of<policy::Override::Type, 5>(), text()}; }),
        text()};
    return verdict;
  }

  std::mt19937& random_;
  Texts texts_;
};

}  // namespace

Record chance_record(std::mt19937& random, Texts texts) { return Chance(random, texts).record(); }

Record overfull_record(std::size_t entries, std::size_t octets) {
  const std::string text(octets, '\x01');
  // 250 octets, each of which takes five in the log.
  const std::string label(62, '\xff');
  const DomainName name = domain(label + "." + label + "." + label + "." + label.substr(1));
  const std::vector<std::string> texts(entries, text);
  // Lists within lists multiply.
  const std::size_t inner = std::min<std::size_t>(entries, 10);
  const std::vector<std::string> uris(inner, text);
  const policy::dmarc::Record published{.p = policy::Disposition::Quarantine,
                                        .sp = {},
                                        .np = {},
                                        .policy_tag_invalid = false,
                                        .psd = Psd::Unspecified,
                                        .testing = false,
                                        .adkim = {},
                                        .aspf = {},
                                        .fo = text,
                                        .rua = uris,
                                        .ruf = uris,
                                        .pct = text,
                                        .text = text};
  const policy::dmarc::WalkStep full_step{name, dns::Status::Found, dns::Security::Insecure,
                                          published};
  const policy::SpfOutcome spf{policy::SpfResult::SoftFail, name, text, text, ~0U, ~0U};
  Record record{.node = text,
                .run = text,
                .seq = std::numeric_limits<std::uint64_t>::max(),
                .mode = policy::Mode::Enforce,
                .engine = policy::Engine::Reference,
                .facts = {},
                .verdict = {},
                .timings = {},
                .cut = {}};
  record.facts = {
      .queue_id = text,
      .time = {},
      .client = {std::nullopt, text, text, text, {text, text, ~0U, text, text, text}, false},
      .envelope = {name, false, texts, ~0U, ~0U, text, texts, true},
      .exemption = policy::Exemption::NoClientAddress,
      .author = {policy::FromKind::SeveralDomains, {entries, name}, true, text},
      .spf_mail_from = spf,
      .spf_helo = spf,
      .dkim = {entries,
               {policy::DkimResult::PermError, policy::DkimCause::Unsupported, name, text, text,
                text, ~0U, text, text, false, dns::Security::Insecure}},
      .walks = {entries, {name, {inner, full_step}, false, name}},
      .lists = {entries, {text, name}},
      .dns = {entries,
              {name, dns::Type::Cname, dns::Status::Malformed, dns::Security::Insecure, text}},
      .list_differences = {entries, {name, name, name, name, name}},
      .oversized_header = true,
      .forged_fields = ~0U,
      .internal_error = text};
  record.verdict.dmarc = {entries,
                          {name,
                           policy::DmarcResult::PermError,
                           name,
                           name,
                           published,
                           policy::Disposition::Quarantine,
                           "np",
                           {inner, {policy::Mechanism::Dkim, name, false}},
                           text,
                           policy::DiscoveryMethod::Psl}};
  record.verdict.evidence = {entries, {policy::EvidenceItem::Speaks::ForIndirectMail, text, text}};
  record.verdict.decision = {
      .requested = policy::Disposition::Quarantine,
      .applied = policy::Disposition::Quarantine,
      .action = policy::ActionKind::Accept,
      .would = policy::ActionKind::Accept,
      .cause = policy::Cause::SeveralFromDomains,
      .rule = text,
      .overrides = {entries, {policy::Override::Type::TrustedForwarder, text}},
      .why = text};
  return record;
}

}  // namespace waarmerk::support
