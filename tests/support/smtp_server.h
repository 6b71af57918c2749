// A mail server on loopback that says what a test tells it to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/guarded.h"

namespace waarmerk::support {

/// Where a session is when something is to be answered.
enum class SmtpStep : std::uint8_t {
  Connect,
  Ehlo,
  StartTls,
  Auth,
  Mail,
  Rcpt,
  Data,
  Body,  ///< the first octets of the content are there; the answer "" is the usual one
  End,   ///< the content is there, up to its dot
  Quit,
};

/// A mail as it came in.
struct SmtpMail {
  std::string client;  ///< of EHLO
  bool encrypted = false;
  /// What AUTH PLAIN said, decoded; empty: nothing.
  std::string login;
  std::string sender;  ///< with angle brackets, and what stands behind them
  std::vector<std::string> recipients;
  /// Without the dots of RFC 5321 4.5.2.
  std::string content;
};

/// What a server offers.
struct SmtpOffers {
  bool starttls = false;
  bool auth = false;
};

/// Listens on a free port of 127.0.0.1, each session in a thread of its own, until it is destroyed.
class SmtpServer {
 public:
  /// The reply to a step, without its line end; nullopt: the usual one. kHangUp ends the connection
  /// instead. Called from the threads of the sessions, with what is known of the mail so far.
  using Script = std::function<std::optional<std::string>(SmtpStep, const SmtpMail&)>;
  static constexpr std::string_view kHangUp = "hang up";

  explicit SmtpServer(Script script = {}, SmtpOffers offers = {});
  ~SmtpServer();
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// "127.0.0.1:2525".
  [[nodiscard]] std::string address() const;
  /// All mail whose end was answered with 2xx, in that order.
  [[nodiscard]] std::vector<SmtpMail> taken() const;
  /// How many sessions there were.
  [[nodiscard]] std::size_t sessions() const;

  /// Its certificate, for "localhost", which goes back to itself: PEM.
  [[nodiscard]] std::string certificate() const;

 private:
  class Session;
  struct Identity;
  struct State {
    std::vector<SmtpMail> taken;
    std::size_t sessions = 0;
    std::vector<int> open;
    std::vector<std::thread> threads;
    bool ends = false;
  };

  void run();
  void serve(int fd);

  Script script_;
  SmtpOffers offers_;
  std::unique_ptr<Identity> identity_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  Guarded<State> state_;
  std::thread thread_;
};

/// A part of a MIME message: its header fields as one text, and its body decoded.
struct MimePart {
  std::string header;
  std::string body;
};
/// The parts of a multipart message that libcurl wrote, and its own header as the first of them
/// with an empty body. Empty if it is none.
[[nodiscard]] std::vector<MimePart> mime_parts(const std::string& content);
/// The value of a header field, unfolded; empty if there is none.
[[nodiscard]] std::string header_value(const std::string& header, std::string_view name);

}  // namespace waarmerk::support
