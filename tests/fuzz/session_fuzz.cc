// A session of the milter: the octets are callbacks in any order with any payload, a rightly signed
// message among them. Whatever the mail server does, each end of a message has its line in the log,
// each line can be read, nothing that is told the mail server could break a header or a reply, and
// the engines agree.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "reporting/record.h"
#include "tests/fuzz/target.h"
#include "tests/milter/session_fixture.h"
#include "tests/support/dkim_signer.h"

namespace waarmerk {
namespace {

using support::TestKey;

/// Reads the octets as an operation, a length and a payload, again and again.
class Script {
 public:
  explicit Script(std::string_view text) : text_(text) {}

  [[nodiscard]] bool is_over() const { return text_.empty(); }
  unsigned octet() {
    if (text_.empty()) return 0;
    const auto value = static_cast<unsigned char>(text_.front());
    text_.remove_prefix(1);
    return value;
  }
  std::string payload() {
    const std::size_t wanted = octet();
    const std::size_t size = std::min(wanted, text_.size());
    std::string taken(text_.substr(0, size));
    text_.remove_prefix(size);
    return taken;
  }

 private:
  std::string_view text_;
};

constexpr std::string_view kBody = "Hello.\r\n";

std::string zone_text() {
  return "example.com TXT v=spf1 ip4:192.0.2.1 include:other.example ?all\n"
         "other.example TXT v=spf1 exists:%{l}.%{ir}.x.example redirect=slow.example\n"
         "_dmarc.example.com TXT v=DMARC1; p=reject; sp=quarantine\n"
         "_dmarc.q.example TXT v=DMARC1; p=quarantine; aspf=s\n"
         "s._domainkey.example.com TXT " +
         support::key_record(TestKey::Ed25519) + "\nslow.example * !TIMEOUT\n";
}

/// A message that passes, its signature on top.
std::vector<policy::HeaderField> signed_header() {
  std::vector<policy::HeaderField> fields{{"From", " a@example.com"}, {"Subject", " x"}};
  support::SignOptions options;
  options.key = TestKey::Ed25519;
  options.selector = "s";
  fields.insert(fields.begin(), sign(fields, kBody, options));
  return fields;
}

policy::Settings settings_of(unsigned choice) {
  using namespace policy;
  constexpr std::array kModes{Mode::Enforce, Mode::Tag, Mode::Monitor, Mode::Enforce};
  policy::Settings settings;
  settings.mode = kModes[choice & 3U];
  settings.engine = Engine::Both;
  settings.log.addresses = (choice & 4U) != 0;
  settings.forwarder_networks = {*IpPrefix::parse("198.51.100.0/24")};
  if ((choice & 8U) == 0) return settings;
  settings.on_quarantine = OnQuarantine::Hold;
  settings.on_temperror = OnTempError::Defer;
  settings.on_spf_fail = OnSpf::Hold;
  settings.on_spf_error = OnSpfError::Defer;
  settings.several_from_fields = OnFrom::Evaluate;
  settings.no_from = OnFrom::Accept;
  settings.on_error = OnError::Accept;
  settings.dkim.on_body_length = OnBodyLength::Accept;
  return settings;
}

milter::Rights rights_of(unsigned choice) {
  return {.adds_fields = (choice & 1U) == 0,
          .changes_fields = (choice & 2U) == 0,
          .quarantines = (choice & 4U) == 0,
          .skips_body = (choice & 8U) == 0,
          .keeps_leading_space = (choice & 16U) == 0};
}

/// One session with all that is told the mail server.
class Play {
 public:
  explicit Play(Script script)
      : script_(script),
        rights_(rights_of(script_.octet())),
        choice_(script_.octet()),
        world_(kZoneText, settings_of(choice_)),
        session_(world_.service, rights_) {
    mta_.obeys = (choice_ & 16U) == 0;
  }

  void run() {
    while (!script_.is_over()) step(script_.octet() % 13);
    for (const std::string& line : world_.lines()) require(is_readable(line));
    require(world_.service.counters().disagreements == 0);
  }

 private:
  void step(unsigned operation);
  void send_signed();
  void end_message();
  bool is_readable(const std::string& line) { return parser_.parse(line).has_value(); }

  inline static const std::string kZoneText = zone_text();
  inline static const std::vector<policy::HeaderField> kSigned = signed_header();

  Script script_;
  milter::Rights rights_;
  unsigned choice_;
  support::World world_;
  support::RecordingMta mta_;
  milter::Session session_;
  reporting::RecordParser parser_;
};

void Play::step(unsigned operation) {
  switch (operation) {
    case 0:
      return session_.connect(mta_, script_.payload(), *IpAddress::parse("192.0.2.1"));
    case 1:
      return session_.helo(script_.payload());
    case 2:
      return session_.mail(mta_, script_.payload());
    case 3:
      return session_.recipient(script_.payload());
    case 4: {
      std::string name = script_.payload();
      return session_.header(std::move(name), script_.payload());
    }
    case 5:
      return session_.header("From", " " + script_.payload());
    case 6:
      return session_.header("DKIM-Signature", " " + script_.payload());
    case 7:
      return session_.end_of_headers();
    case 8:
      static_cast<void>(session_.body(script_.payload()));
      return;
    case 9:
      return end_message();
    case 10:
      return session_.abort();
    case 11:
      return send_signed();
    default:
      return session_.connect(mta_, script_.payload(), *IpAddress::parse("198.51.100.7"));
  }
}

void Play::send_signed() {
  for (const auto& field : kSigned) session_.header(field.name, field.value);
  session_.end_of_headers();
  static_cast<void>(session_.body(kBody));
}

void Play::end_message() {
  const auto before = world_.log.counters().written;
  mta_.inserted.clear();
  mta_.breaks_down = (choice_ & 32U) != 0;
  static_cast<void>(session_.end_of_message(mta_));
  mta_.breaks_down = false;
  require(world_.log.counters().written > before);
  for (const milter::NewField& field : mta_.inserted) {
    require(field.value.find_first_of(std::string_view("\0\r", 2)) == std::string::npos);
  }
  if (mta_.reply) require(mta_.reply->text().find_first_of("\r\n") == std::string::npos);
}

}  // namespace

void fuzz_one(std::string_view text) { Play(Script(text)).run(); }

}  // namespace waarmerk
