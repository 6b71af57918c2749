// A session of the milter: the octets are callbacks in any order with any payload. Whatever the
// mail server does, each end of a message has its line in the log.
#include <algorithm>

#include "tests/fuzz/target.h"
#include "tests/milter/session_fixture.h"

namespace waarmerk {
namespace {

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
    const std::size_t size = std::min<std::size_t>(octet(), text_.size());
    std::string taken(text_.substr(0, size));
    text_.remove_prefix(size);
    return taken;
  }

 private:
  std::string_view text_;
};

constexpr std::string_view kZone = R"(
example.com TXT v=spf1 ip4:192.0.2.1 include:other.example ?all
_dmarc.example.com TXT v=DMARC1; p=reject
s._domainkey.example.com TXT v=DKIM1; p=
slow.example * !TIMEOUT
)";

}  // namespace

void fuzz_one(std::string_view text) {
  Script script(text);
  support::World world(kZone);
  support::RecordingMta mta;
  const unsigned rights = script.octet();
  milter::Session session(world.service, {.adds_fields = (rights & 1U) == 0,
                                          .changes_fields = (rights & 2U) == 0,
                                          .quarantines = (rights & 4U) == 0,
                                          .skips_body = (rights & 8U) == 0,
                                          .keeps_leading_space = (rights & 16U) == 0});
  std::size_t ended = 0;
  while (!script.is_over()) {
    switch (script.octet() % 11) {
      case 0:
        session.connect(mta, script.payload(), *IpAddress::parse("192.0.2.1"));
        break;
      case 1:
        session.helo(script.payload());
        break;
      case 2:
        session.mail(mta, script.payload());
        break;
      case 3:
        session.recipient(script.payload());
        break;
      case 4: {
        const std::string name = script.payload();
        session.header(name, script.payload());
        break;
      }
      case 5:
        session.header("From", " " + script.payload());
        break;
      case 6:
        session.header("DKIM-Signature", " " + script.payload());
        break;
      case 7:
        session.end_of_headers();
        break;
      case 8:
        static_cast<void>(session.body(script.payload()));
        break;
      case 9:
        static_cast<void>(session.end_of_message(mta));
        ++ended;
        break;
      case 10:
        session.abort();
        break;
    }
  }
  require(world.lines().size() >= ended);
}

}  // namespace waarmerk
