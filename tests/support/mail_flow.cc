#include "tests/support/mail_flow.h"

#include <array>
#include <string>
#include <string_view>

#include "policy/dmarc/record.h"
#include "policy/evaluate.h"

namespace waarmerk::support {
namespace {

using namespace std::chrono_literals;
using policy::DkimCause;
using policy::DkimResult;
using policy::SpfResult;

DomainName domain(std::string_view text) { return DomainName::from_octets(text).value(); }

/// What kind of mail it is; the shares are in kShares.
enum class Kind : std::uint8_t { Direct, Forwarded, Newsletter, Bare, List, Spoofed, Own, Trouble };

struct Share {
  Kind kind;
  unsigned percent;
};
constexpr std::array kShares = {Share{Kind::Direct, 60},    Share{Kind::Forwarded, 10},
                                Share{Kind::Newsletter, 5}, Share{Kind::Bare, 10},
                                Share{Kind::List, 3},       Share{Kind::Spoofed, 7},
                                Share{Kind::Own, 4},        Share{Kind::Trouble, 1}};

/// One message in the making.
class Message {
 public:
  Message(std::mt19937& random, std::chrono::milliseconds pause) : random_(random), pause_(pause) {}

  policy::Facts facts(std::uint64_t number) {
    kind_ = draw_kind();
    // Squaring makes low numbers, the large domains, frequent.
    const std::uint64_t drawn = below(20'000);
    const std::uint64_t site = drawn * drawn / 20'000;
    author_ = domain("site" + std::to_string(site) + (site % 8 == 0 ? ".example.com" : ".test"));
    policy_ = static_cast<policy::Disposition>(site % 3);
    facts_.queue_id = queue_id(number);
    facts_.time =
        WallTime(std::chrono::sys_days(std::chrono::year(2026) / 5 / 1)) + number * pause_;
    client(site);
    envelope();
    facts_.author = {policy::FromKind::One, {author_}, false, {}};
    if (kind_ == Kind::Own) {
      facts_.exemption = policy::Exemption::Authenticated;
      facts_.client.authenticated = true;
      return std::move(facts_);
    }
    walk();
    spf();
    signatures();
    return std::move(facts_);
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  Kind draw_kind() {
    std::uint64_t rest = below(100);
    for (const auto& [kind, percent] : kShares) {
      if (rest < percent) return kind;
      rest -= percent;
    }
    return Kind::Direct;
  }

  std::string queue_id(std::uint64_t number) {
    constexpr std::string_view kDigits = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    std::string id = "4";
    for (int i = 0; i < 5; ++i) id += kDigits[below(kDigits.size())];
    for (int i = 0; i < 5; ++i, number /= kDigits.size()) id += kDigits[number % kDigits.size()];
    return id;
  }

  void client(std::uint64_t site) {
    // Spoofed mail comes from few machines, lists and forwarders from fewer.
    std::uint64_t host = site;
    std::string name = "mx" + std::to_string(below(3)) + "." + author_.text();
    if (kind_ == Kind::Spoofed) {
      host = 40'000 + below(500);
      name.clear();
    } else if (kind_ == Kind::List || kind_ == Kind::Forwarded) {
      host = 60'000 + below(50);
      name = "relay" + std::to_string(host - 60'000) + ".lists.test";
    }
    facts_.client.ip = IpAddress::v4(
        {10, 1, static_cast<std::uint8_t>(host >> 8U), static_cast<std::uint8_t>(host & 0xffU)});
    facts_.client.iprev = name.empty() ? "fail" : "pass";
    facts_.client.helo = name.empty() ? "[10.1.0.1]" : name;
    facts_.client.name = std::move(name);
    facts_.client.tls = {"TLSv1.3", "TLS_AES_256_GCM_SHA384", 256, "NO", "", ""};
  }

  void envelope() {
    facts_.envelope.null_sender = false;
    facts_.envelope.mail_from_domain = author_;
    if (kind_ == Kind::Newsletter) facts_.envelope.mail_from_domain = below_author("bounce");
    if (kind_ == Kind::List || kind_ == Kind::Forwarded) {
      facts_.envelope.mail_from_domain = domain(facts_.client.name.substr(8));
    }
    facts_.envelope.recipient_count = 1 + static_cast<unsigned>(below(2));
    facts_.envelope.recipient_domains = {"our" + std::to_string(below(40)) + ".example.net"};
  }

  DomainName below_author(std::string_view label) { return author_.prefixed(label).value(); }

  void trace(const DomainName& name, dns::Status status, std::string text) {
    facts_.dns.push_back({name, dns::Type::Txt, status, dns::Security::Insecure, std::move(text)});
  }

  void walk() {
    walk_from(author_);
    if (kind_ == Kind::Newsletter) walk_from(*facts_.envelope.mail_from_domain);
  }

  void walk_from(const DomainName& start) {
    policy::dmarc::Walk walk{start, {}, std::nullopt};
    for (const DomainName& name : policy::dmarc::walk_names(start)) {
      policy::dmarc::WalkStep step{name, dns::Status::NoData, dns::Security::Insecure, {}};
      if (kind_ == Kind::Trouble) step.status = dns::Status::ServFail;
      if (name == author_ && kind_ != Kind::Bare && kind_ != Kind::Trouble) {
        const std::string text = "v=DMARC1; p=" + std::string(to_string(policy_)) +
                                 "; rua=mailto:dmarc-reports@" + author_.text() + "; fo=1";
        step.status = dns::Status::Found;
        step.record = policy::dmarc::parse_record(text).value();
      }
      trace(name.prefixed("_dmarc").value(), step.status, step.record ? step.record->text : "");
      walk.steps.push_back(std::move(step));
    }
    facts_.walks.push_back(std::move(walk));
  }

  void spf() {
    const DomainName& checked = *facts_.envelope.mail_from_domain;
    facts_.spf_mail_from = {
        SpfResult::Pass, checked, "matched ip4:10.1.0.0/16 of " + checked.text(), "", 2, 0};
    if (kind_ == Kind::Spoofed) {
      facts_.spf_mail_from = {
          SpfResult::Fail, checked, "matched -all of " + checked.text(), "", 2, 0};
    }
    facts_.spf_helo = {SpfResult::None, {}, "no SPF record at " + facts_.client.helo, "", 0, 0};
    trace(checked, dns::Status::Found,
          "v=spf1 ip4:10.1.0.0/16 include:_spf." + checked.text() + " a mx -all");
    trace(domain("_spf." + checked.text()), dns::Status::Found, "v=spf1 ip4:198.51.100.0/24 ?all");
  }

  void sign(const DomainName& signer, DkimResult result, DkimCause cause) {
    policy::DkimOutcome signature{.result = result, .cause = cause, .domain = signer};
    signature.selector = "s2026";
    signature.algorithm = "rsa-sha256";
    signature.bits = 2048;
    signature.header_b = queue_id(below(1'000'000)).substr(0, 8);
    if (cause == DkimCause::BodyHash) signature.reason = "the body hash does not match";
    signature.key_security = dns::Security::Insecure;
    facts_.dkim.push_back(std::move(signature));
    trace(signer.prefixed("s2026._domainkey").value(), dns::Status::Found,
          "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA" + std::string(340, 'x') +
              "IDAQAB");
  }

  void signatures() {
    switch (kind_) {
      case Kind::Direct:
      case Kind::Forwarded:
      case Kind::Trouble:
        sign(author_, DkimResult::Pass, DkimCause::None);
        break;
      case Kind::Newsletter:
        sign(below_author("news"), DkimResult::Fail, DkimCause::HeaderHash);
        sign(author_, DkimResult::Pass, DkimCause::None);
        break;
      case Kind::List:
        facts_.lists = {{"List-Id", domain("talk." + facts_.client.name.substr(8))}};
        sign(*facts_.envelope.mail_from_domain, DkimResult::Pass, DkimCause::None);
        sign(author_, DkimResult::Fail, DkimCause::BodyHash);
        break;
      case Kind::Spoofed:
        if (below(4) == 0) sign(author_, DkimResult::Fail, DkimCause::HeaderHash);
        break;
      case Kind::Bare:
      case Kind::Own:
        break;
    }
  }

  std::mt19937& random_;
  std::chrono::milliseconds pause_;
  Kind kind_ = Kind::Direct;
  DomainName author_ = domain("invalid");
  policy::Disposition policy_ = policy::Disposition::None;
  policy::Facts facts_;
};

}  // namespace

reporting::Record MailFlow::next() {
  reporting::Record record{.node = "mx1.example.net", .run = "1777615200-4711", .seq = ++count_};
  record.mode = settings_.mode;
  record.facts = Message(random_, pause_).facts(count_);
  record.verdict = policy::evaluate(record.facts, settings_);
  record.timings = {std::chrono::microseconds(random_() % 400'000),
                    std::chrono::microseconds(random_() % 20'000),
                    std::chrono::microseconds(random_() % 20)};
  return record;
}

}  // namespace waarmerk::support
