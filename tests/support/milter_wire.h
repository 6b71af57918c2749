// The mail server's side of the milter protocol, version 6 and 2, with the manners of Postfix and
// of Sendmail: which macros come when, and how headers are spelled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waarmerk::support {

/// Bits of the protocol, as the mail server knows them.
namespace wire {
inline constexpr std::uint32_t kAddHeaders = 0x1;
inline constexpr std::uint32_t kChangeHeaders = 0x10;
inline constexpr std::uint32_t kQuarantine = 0x20;
inline constexpr std::uint32_t kSetSymbolList = 0x100;
inline constexpr std::uint32_t kAllActions = 0x1ff;

inline constexpr std::uint32_t kNoReplyHeader = 0x80;
inline constexpr std::uint32_t kNoUnknown = 0x100;
inline constexpr std::uint32_t kSkip = 0x400;
inline constexpr std::uint32_t kRejectedRecipients = 0x800;
inline constexpr std::uint32_t kNoReplyConnect = 0x1000;
inline constexpr std::uint32_t kNoReplyHelo = 0x2000;
inline constexpr std::uint32_t kNoReplyMail = 0x4000;
inline constexpr std::uint32_t kNoReplyRecipient = 0x8000;
inline constexpr std::uint32_t kNoReplyData = 0x10000;
inline constexpr std::uint32_t kNoReplyUnknown = 0x20000;
inline constexpr std::uint32_t kNoReplyEndOfHeaders = 0x40000;
inline constexpr std::uint32_t kNoReplyBody = 0x80000;
inline constexpr std::uint32_t kLeadingSpace = 0x100000;
inline constexpr std::uint32_t kAllNoReplies = 0xff080;
inline constexpr std::uint32_t kAllSteps = 0x1fffff;
}  // namespace wire

enum class Personality : std::uint8_t { Postfix, Sendmail };

/// What the mail server offers.
struct WireOffer {
  std::uint32_t version = 6;
  std::uint32_t actions = wire::kAllActions;
  std::uint32_t steps = wire::kAllSteps;
};

/// What the milter asked for.
struct WireAgreement {
  std::uint32_t version = 0;
  std::uint32_t actions = 0;
  std::uint32_t steps = 0;
  /// The lists of macros by stage: 0 connect, 1 helo, 2 mail, 3 rcpt, 4 data, 5 end of message.
  std::map<std::uint32_t, std::string> macros;
};

/// One packet: its command, and what follows.
struct WireFrame {
  char command = '\0';
  std::string data;
};

struct WireClient {
  std::string host = "mail.example.net";
  /// '4', '6', 'L' or 'U' (unknown: then there is no address).
  char family = '4';
  std::string address = "192.0.2.1";
  /// More macros, or other values: {"{auth_authen}", "user"}.
  std::map<std::string, std::string> macros = {};
};

struct WireMessage {
  std::string mail_from = "<sender@example.com>";
  std::vector<std::string> recipients = {"<user@example.org>"};
  /// Name and value as in the message: everything behind the colon, folds as CRLF.
  std::vector<std::pair<std::string, std::string>> fields;
  /// The pieces in which the body is sent.
  std::vector<std::string> body = {"Hello.\r\n"};
};

/// What came back for a message.
struct WireOutcome {
  struct Inserted {
    std::uint32_t index;
    std::string name;
    std::string value;
  };
  struct Deleted {
    std::uint32_t index;
    std::string name;

    bool operator==(const Deleted&) const = default;
  };
  std::vector<Inserted> inserted;
  std::vector<Deleted> deleted;
  std::optional<std::string> quarantined;
  /// The final packet: 'c' or 'a' accept, 'r' reject, 't' defer, 'y' with a text; 0: connection
  /// lost.
  char reply = '\0';
  std::string reply_text;

  /// The value of the topmost inserted field of that name, or nullopt.
  [[nodiscard]] std::optional<std::string> field(std::string_view name) const;
};

/// One connection of a mail server to a milter. Calls follow SMTP; each sends the macros of its
/// stage first, and waits for an answer only where one was agreed. A milter that stays silent for
/// ten seconds counts as gone.
class MilterWire {
 public:
  /// Connects to a Unix socket; see connected().
  MilterWire(const std::string& socket_path, Personality personality);
  /// Connects to 127.0.0.1.
  MilterWire(std::uint16_t port, Personality personality);
  ~MilterWire();
  MilterWire(const MilterWire&) = delete;
  MilterWire& operator=(const MilterWire&) = delete;

  [[nodiscard]] bool connected() const { return fd_ >= 0; }

  const WireAgreement& negotiate(const WireOffer& offer = {});
  void connect(const WireClient& client = {});
  void helo(const std::string& name);
  void mail(const std::string& argument);
  void recipient(const std::string& argument);
  void data();
  /// The value is written as in the message; the spelling of the wire is made here.
  void header(const std::string& name, const std::string& value);
  void end_of_headers();
  /// Sends one piece, unless the milter has asked to skip.
  void body(const std::string& piece);
  WireOutcome end_of_message();
  void abort();
  void quit();
  /// Quits, but the connection goes on with another client.
  void quit_for_new_connection();

  /// Any packet, and no waiting.
  void send_frame(char command, std::string_view payload);
  /// Any octets, be they packets or not.
  void send_octets(std::string_view octets);
  /// MAIL to end of message.
  WireOutcome send(const WireMessage& message);

  [[nodiscard]] const WireAgreement& agreement() const { return agreement_; }
  /// Every packet that came in.
  [[nodiscard]] const std::vector<WireFrame>& received() const { return received_; }
  /// Body packets of the current message that were sent, and whether the milter asked to skip.
  [[nodiscard]] std::size_t body_frames() const { return body_frames_; }
  [[nodiscard]] bool skipping() const { return skipping_; }
  /// True if the milter has read everything that was sent. Only for Unix sockets.
  [[nodiscard]] bool all_was_read() const;
  /// True if the milter has closed the connection; looks without waiting for long.
  [[nodiscard]] bool closed_by_milter();

 private:
  enum class Stage : std::uint8_t { Connect, Helo, Mail, Recipient, Data, EndOfMessage };

  [[nodiscard]] std::string macro_list(Stage stage) const;
  void send_macros(Stage stage, char command);
  std::optional<WireFrame> read_frame();
  /// Waits for an answer unless `no_reply` was agreed; 0 if there is none.
  char answer_to(std::uint32_t no_reply);
  void disconnect();

  int fd_ = -1;
  Personality personality_;
  WireOffer offer_;
  WireAgreement agreement_;
  std::map<std::string, std::string> values_;
  std::vector<WireFrame> received_;
  std::size_t body_frames_ = 0;
  bool skipping_ = false;
  unsigned messages_ = 0;
};

}  // namespace waarmerk::support
