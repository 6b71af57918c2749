#include "tests/support/smtp_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/base64.h"
#include "base/text.h"

namespace waarmerk::support {
namespace {

template <typename T, void (*free)(T*)>
struct Freed {
  void operator()(T* what) const { free(what); }
};
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX, SSL_CTX_free>>;
using Tls = std::unique_ptr<SSL, Freed<SSL, SSL_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;

/// For "localhost", from an hour ago to tomorrow, signed by itself.
Certificate certificate_of(EVP_PKEY* key) {
  Certificate made(X509_new());
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 86400);
  X509_set_pubkey(made.get(), key);
  X509_NAME* const name = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(made.get(), name);
  X509_EXTENSION* const names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
  X509_add_ext(made.get(), names, -1);
  X509_EXTENSION_free(names);
  X509_sign(made.get(), key, EVP_sha256());
  return made;
}

std::string usual(SmtpStep step, SmtpOffers offers, bool encrypted) {
  switch (step) {
    case SmtpStep::Connect:
      return "220 mx.lab.example ESMTP";
    case SmtpStep::Ehlo: {
      std::string lines = "250-mx.lab.example\r\n250-SIZE 10240000\r\n";
      if (offers.starttls && !encrypted) lines += "250-STARTTLS\r\n";
      if (offers.auth) lines += "250-AUTH PLAIN\r\n";
      return lines + "250 8BITMIME";
    }
    case SmtpStep::StartTls:
      return "220 2.0.0 Ready to start TLS";
    case SmtpStep::Auth:
      return "235 2.7.0 Authentication successful";
    case SmtpStep::Mail:
      return "250 2.1.0 Ok";
    case SmtpStep::Rcpt:
      return "250 2.1.5 Ok";
    case SmtpStep::Data:
      return "354 End data with <CR><LF>.<CR><LF>";
    case SmtpStep::Body:
      return "";
    case SmtpStep::End:
      return "250 2.0.0 Ok: queued as 4bXyz12T3w";
    case SmtpStep::Quit:
      return "221 2.0.0 Bye";
  }
  return "451 4.3.0 no such step";
}

}  // namespace

struct SmtpServer::Identity {
  Key key{EVP_EC_gen("P-256")};
  Certificate certificate = certificate_of(key.get());
};

/// One connection. Its thread's.
class SmtpServer::Session {
 public:
  Session(SmtpServer& server, int fd) : server_(server), fd_(fd) {}

  void run() {
    if (!answer(SmtpStep::Connect)) return;
    while (const auto line = read_line()) {
      if (!obey(*line)) return;
    }
  }

 private:
  /// The commands, and the step that each one is.
  bool obey(const std::string& line) {
    if (istarts_with(line, "EHLO ")) {
      mail_.client = line.substr(5);
      return answer(SmtpStep::Ehlo);
    }
    if (istarts_with(line, "STARTTLS")) return answer(SmtpStep::StartTls) && begin_tls();
    if (istarts_with(line, "AUTH PLAIN")) return authenticate(line);
    if (istarts_with(line, "MAIL FROM:")) {
      mail_.sender = line.substr(10);
      return answer(SmtpStep::Mail);
    }
    if (istarts_with(line, "RCPT TO:")) {
      mail_.recipients.push_back(line.substr(8));
      return answer(SmtpStep::Rcpt);
    }
    if (istarts_with(line, "DATA")) return take_content();
    if (istarts_with(line, "QUIT")) {
      answer(SmtpStep::Quit);
      return false;
    }
    return write("502 5.5.2 what?\r\n");
  }

  /// False if the connection is to end.
  bool answer(SmtpStep step) {
    std::optional<std::string> reply;
    if (server_.script_) reply = server_.script_(step, mail_);
    if (reply == kHangUp) return false;
    const std::string said = reply.value_or(usual(step, server_.offers_, mail_.encrypted));
    last_was_good_ = said.starts_with('2');
    goes_on_ = said.starts_with('3');
    return said.empty() || write(said + "\r\n");
  }

  bool authenticate(const std::string& line) {
    std::string response = line.size() > 11 ? line.substr(11) : std::string();
    if (response.empty()) {
      if (!write("334 \r\n")) return false;
      response = read_line().value_or("");
    }
    mail_.login = decode_base64(response).value_or("");
    return answer(SmtpStep::Auth);
  }

  bool take_content() {
    if (!answer(SmtpStep::Data)) return false;
    if (!goes_on_) return true;
    if (input_.empty() && !fill()) return false;
    if (!answer(SmtpStep::Body)) return false;
    while (const auto line = read_line()) {
      if (*line == ".") {
        if (!end_content()) return false;
        mail_ = {.client = mail_.client, .encrypted = mail_.encrypted, .login = mail_.login};
        return true;
      }
      mail_.content += (line->starts_with('.') ? line->substr(1) : *line) + "\r\n";
    }
    return false;
  }

  /// It counts as taken before it is said, as a mail server has it on its disk by then.
  bool end_content() {
    std::optional<std::string> reply;
    if (server_.script_) reply = server_.script_(SmtpStep::End, mail_);
    if (reply == kHangUp) return false;
    const std::string said = reply.value_or(usual(SmtpStep::End, server_.offers_, false));
    if (said.starts_with('2')) {
      server_.state_.with([this](State& state) { state.taken.push_back(mail_); });
    }
    return write(said + "\r\n");
  }

  bool begin_tls() {
    if (!last_was_good_) return true;
    context_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate(context_.get(), server_.identity_->certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), server_.identity_->key.get());
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), fd_);
    if (SSL_accept(tls_.get()) != 1) return false;
    mail_.encrypted = true;
    return true;
  }

  std::optional<std::string> read_line() {
    for (;;) {
      const auto end = input_.find("\r\n");
      if (end != std::string::npos) {
        std::string line = input_.substr(0, end);
        input_.erase(0, end + 2);
        return line;
      }
      if (!fill()) return std::nullopt;
    }
  }

  bool fill() {
    char octets[16384];
    const auto got = tls_ ? SSL_read(tls_.get(), octets, sizeof octets)
                          : static_cast<int>(::recv(fd_, octets, sizeof octets, 0));
    if (got <= 0) return false;
    input_.append(octets, static_cast<std::size_t>(got));
    return true;
  }

  bool write(const std::string& text) {
    const auto length = static_cast<int>(text.size());
    const auto sent = tls_ ? SSL_write(tls_.get(), text.data(), length)
                           : static_cast<int>(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL));
    return sent == length;
  }

  SmtpServer& server_;
  int fd_;
  std::string input_;
  SmtpMail mail_;
  bool last_was_good_ = false;
  bool goes_on_ = false;
  Context context_;
  Tls tls_;
};

SmtpServer::SmtpServer(Script script, SmtpOffers offers)
    : script_(std::move(script)),
      offers_(offers),
      identity_(std::make_unique<Identity>()),
      listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (listening_ < 0 || ::bind(listening_, generic, length) != 0 || ::listen(listening_, 16) != 0 ||
      ::getsockname(listening_, generic, &length) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

SmtpServer::~SmtpServer() {
  auto threads = state_.with([](State& state) {
    state.ends = true;
    for (const int fd : state.open) ::shutdown(fd, SHUT_RDWR);
    return std::move(state.threads);
  });
  ::shutdown(listening_, SHUT_RDWR);
  thread_.join();
  for (std::thread& thread : threads) thread.join();
  ::close(listening_);
}

std::string SmtpServer::address() const { return "127.0.0.1:" + std::to_string(port_); }

std::vector<SmtpMail> SmtpServer::taken() const {
  return state_.with([](const State& state) { return state.taken; });
}

std::size_t SmtpServer::sessions() const {
  return state_.with([](const State& state) { return state.sessions; });
}

std::string SmtpServer::certificate() const {
  BIO* const text = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(text, identity_->certificate.get());
  char* octets = nullptr;
  const long length = BIO_get_mem_data(text, &octets);
  std::string pem(octets, static_cast<std::size_t>(length));
  BIO_free(text);
  return pem;
}

void SmtpServer::run() {
  for (;;) {
    const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const bool serves = state_.with([this, fd](State& state) {
      if (state.ends) return false;
      ++state.sessions;
      state.open.push_back(fd);
      state.threads.emplace_back([this, fd] { serve(fd); });
      return true;
    });
    if (!serves) {
      ::close(fd);
      return;
    }
  }
}

void SmtpServer::serve(int fd) {
  // A client that goes away in the middle of TLS is no end of the test.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  Session(*this, fd).run();
  state_.with([fd](State& state) {
    std::erase(state.open, fd);
    ::close(fd);
  });
}

// ---- What it got --------------------------------------------------------------------------------

std::string header_value(const std::string& header, std::string_view name) {
  std::string value;
  bool is_it = false;
  for (const std::string_view piece : split(header, '\n')) {
    const std::string_view line = trim_right(piece);
    if (!line.empty() && is_wsp(line.front())) {
      if (is_it) value += line;
      continue;
    }
    is_it = istarts_with(line, name) && line.substr(name.size()).starts_with(':');
    if (is_it) value = trim(line.substr(name.size() + 1));
  }
  return value;
}

std::vector<MimePart> mime_parts(const std::string& content) {
  const auto head_end = content.find("\r\n\r\n");
  if (head_end == std::string::npos) return {};
  const std::string head = content.substr(0, head_end + 2);
  const std::string type = header_value(head, "Content-Type");
  const auto at = type.find("boundary=");
  if (at == std::string::npos) return {};
  const std::string mark = "--" + std::string(trim(type.substr(at + 9)));
  std::vector<MimePart> parts{{head, {}}};
  std::size_t begin = content.find(mark, head_end);
  while (begin != std::string::npos) {
    const std::size_t from = begin + mark.size() + 2;
    const std::size_t end = content.find("\r\n" + mark, from);
    const std::size_t body = content.find("\r\n\r\n", from);
    if (end == std::string::npos || body > end) break;
    MimePart part{content.substr(from, body + 2 - from), content.substr(body + 4, end - body - 4)};
    if (header_value(part.header, "Content-Transfer-Encoding") == "base64") {
      part.body = decode_base64(part.body).value_or("(no base64)");
    }
    parts.push_back(std::move(part));
    begin = end + 2;
  }
  return parts;
}

}  // namespace waarmerk::support
