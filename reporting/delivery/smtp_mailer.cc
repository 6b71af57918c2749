// SMTP and MIME by libcurl: the only file that knows it.
#include <curl/curl.h>

#include <utility>
#include <vector>

#include "reporting/delivery/mailer.h"
#include "reporting/delivery/smtp_conversation.h"
#include "reporting/delivery/smtp_server.h"

namespace waarmerk::reporting {
namespace {

using policy::SmtpTls;

constexpr long kConnectSeconds = 30;
constexpr long kTotalSeconds = std::chrono::seconds(kMaxHandover).count();

template <auto free>
struct Freed {
  template <typename T>
  void operator()(T* what) const {
    free(what);
  }
};
using Easy = std::unique_ptr<CURL, Freed<curl_easy_cleanup>>;
using Mime = std::unique_ptr<curl_mime, Freed<curl_mime_free>>;

/// A list of lines that libcurl reads.
class Lines {
 public:
  bool add(const std::string& line) {
    curl_slist* longer = curl_slist_append(list_.get(), line.c_str());
    if (longer == nullptr) return false;
    static_cast<void>(list_.release());
    list_.reset(longer);
    return true;
  }
  [[nodiscard]] curl_slist* get() const { return list_.get(); }
  [[nodiscard]] curl_slist* release() { return list_.release(); }

 private:
  std::unique_ptr<curl_slist, Freed<curl_slist_free_all>> list_;
};

/// Once in a process, before the first handle. Never undone: other threads may still use it.
bool is_library_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

/// Every line of the server. No exception may leave it.
std::size_t on_reply(char* octets, std::size_t, std::size_t length, void* conversation) noexcept {
  try {
    static_cast<SmtpConversation*>(conversation)->received({octets, length});
  } catch (...) {
    return 0;
  }
  return length;
}

/// Every command of ours, among other things.
int on_debug(CURL*, curl_infotype kind, char* octets, std::size_t length,
             void* conversation) noexcept {
  if (kind != CURLINFO_HEADER_OUT) return 0;
  try {
    static_cast<SmtpConversation*>(conversation)->sent({octets, length});
  } catch (...) {
    return 1;
  }
  return 0;
}

/// Sets options until one is refused.
class Options {
 public:
  explicit Options(CURL* handle) : handle_(handle) {}
  template <typename Value>
  Options& set(CURLoption option, Value value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(handle_, option, value);
    return *this;
  }
  [[nodiscard]] CURLcode code() const { return code_; }

 private:
  CURL* handle_;
  CURLcode code_ = CURLE_OK;
};

void set_tls(SmtpTls tls, const std::string& ca_file, Options& options) {
  switch (tls) {
    case SmtpTls::None:
      options.set(CURLOPT_USE_SSL, CURLUSESSL_NONE);
      return;
    case SmtpTls::Opportunistic:
      options.set(CURLOPT_USE_SSL, CURLUSESSL_TRY)
          .set(CURLOPT_SSL_VERIFYPEER, 0L)
          .set(CURLOPT_SSL_VERIFYHOST, 0L);
      return;
    case SmtpTls::Required:
      options.set(CURLOPT_USE_SSL, CURLUSESSL_ALL)
          .set(CURLOPT_SSL_VERIFYPEER, 1L)
          .set(CURLOPT_SSL_VERIFYHOST, 2L)
          .set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
      if (!ca_file.empty()) options.set(CURLOPT_CAINFO, ca_file.c_str());
      return;
  }
}

bool add_note(curl_mime* mime, const ReportMail& mail) {
  curl_mimepart* part = curl_mime_addpart(mime);
  if (part == nullptr) return false;
  const std::string text = note_text(mail);
  return curl_mime_data(part, text.data(), text.size()) == CURLE_OK &&
         curl_mime_type(part, "text/plain; charset=us-ascii") == CURLE_OK &&
         curl_mime_encoder(part, "7bit") == CURLE_OK;
}

///
bool add_attachment(curl_mime* mime, const ReportMail& mail) {
  curl_mimepart* part = curl_mime_addpart(mime);
  Lines fields;
  if (part == nullptr || !fields.add(disposition_field(mail))) return false;
  return curl_mime_data(part, mail.attachment.data(), mail.attachment.size()) == CURLE_OK &&
         curl_mime_type(part, "application/gzip") == CURLE_OK &&
         curl_mime_encoder(part, "base64") == CURLE_OK &&
         curl_mime_headers(part, fields.release(), 1) == CURLE_OK;
}

}  // namespace

/// The settings, and the last mail with its connection.
struct SmtpMailer::State {
  policy::Settings::Report settings;
  std::string url;
  std::string password;
  Lines recipients{};
  Lines fields{};
  SmtpConversation conversation{};
  // Destroyed in this order: the MIME structure belongs to the handle's transfer.
  Easy easy{};
  Mime mime{};

  /// False if there is no memory.
  bool prepare(const ReportMail& mail) {
    mime.reset();
    easy.reset();
    conversation = {};
    recipients = {};
    fields = {};
    easy.reset(curl_easy_init());
    if (easy == nullptr) return false;
    mime.reset(curl_mime_init(easy.get()));
    if (mime == nullptr || !recipients.add("<" + mail.to.text() + ">")) return false;
    for (const std::string& field : header_fields(mail)) {
      if (!fields.add(field)) return false;
    }
    return add_note(mime.get(), mail) && add_attachment(mime.get(), mail);
  }

  CURLcode set_options(const ReportMail& mail, char* trouble) {
    Options options(easy.get());
    const std::string sender = "<" + mail.sender.text() + ">";
    options.set(CURLOPT_ERRORBUFFER, trouble)
        .set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        // Not through a proxy that happens to stand in the environment.
        .set(CURLOPT_PROXY, "")
        .set(CURLOPT_NOSIGNAL, 1L)
        .set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds)
        .set(CURLOPT_TIMEOUT, kTotalSeconds)
        .set(CURLOPT_SERVER_RESPONSE_TIMEOUT, kTotalSeconds)
        .set(CURLOPT_URL, url.c_str())
        .set(CURLOPT_MAIL_FROM, sender.c_str())
        .set(CURLOPT_MAIL_RCPT, recipients.get())
        .set(CURLOPT_HTTPHEADER, fields.get())
        .set(CURLOPT_MIMEPOST, mime.get())
        .set(CURLOPT_HEADERFUNCTION, on_reply)
        .set(CURLOPT_HEADERDATA, &conversation)
        .set(CURLOPT_DEBUGFUNCTION, on_debug)
        .set(CURLOPT_DEBUGDATA, &conversation)
        .set(CURLOPT_VERBOSE, 1L);
    set_tls(settings.smtp_tls, settings.smtp_ca_file, options);
    if (!settings.smtp_user.empty()) {
      options.set(CURLOPT_USERNAME, settings.smtp_user.c_str())
          .set(CURLOPT_PASSWORD, password.c_str());
    }
    return options.code();
  }
};

Result<std::unique_ptr<SmtpMailer>> SmtpMailer::open(const policy::Settings::Report& settings,
                                                     DomainName client, std::string password) {
  const auto server = SmtpServer::parse(settings.smtp);
  if (!server) return fail(server.error().text, "report.smtp");
  if (!is_library_ready()) return fail("libcurl cannot be started");
  auto state = std::make_unique<State>(State{.settings = settings,
                                             .url = server->url(client, settings.smtp_tls),
                                             .password = std::move(password)});
  return std::unique_ptr<SmtpMailer>(new SmtpMailer(std::move(state)));
}

SmtpMailer::SmtpMailer(std::unique_ptr<State> state) : state_(std::move(state)) {}
SmtpMailer::~SmtpMailer() = default;

Handover SmtpMailer::hand_over(const ReportMail& mail) {
  std::vector<char> trouble(CURL_ERROR_SIZE, '\0');
  if (!state_->prepare(mail)) return {Handover::Kind::NotNow, "no memory for a mail"};
  CURLcode code = state_->set_options(mail, trouble.data());
  if (code == CURLE_OK) code = curl_easy_perform(state_->easy.get());
  // The buffer of texts ends here, the handle does not.
  curl_easy_setopt(state_->easy.get(), CURLOPT_ERRORBUFFER, nullptr);
  const std::string said = trouble.front() != '\0' ? trouble.data() : curl_easy_strerror(code);
  return state_->conversation.outcome(said);
}

}  // namespace waarmerk::reporting
