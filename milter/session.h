// One SMTP session and its messages: what the callbacks mean, without libmilter.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "milter/actions.h"
#include "milter/message_context.h"
#include "milter/mta_handle.h"
#include "milter/service.h"
#include "policy/facts.h"
#include "policy/verdict.h"
#include "reporting/record.h"

namespace waarmerk::milter {

/// What the mail server is answered.
enum class Response : std::uint8_t {
  Continue,
  SkipBody,  ///< the rest of the body need not be sent
  Reject,    ///< 5xx
  Defer,     ///< 4xx
};

/// Follows one connection:
/// `connect helo* ((mail recipient* data? header* end_of_headers? body* (end_of_message | abort))
/// | abort)*`, cut anywhere by its destruction. Another order harms nobody: what does not fit is
/// ignored or ends in a deferred message. Only end_of_message() waits.
///
/// One thread at a time, not always the same one: libmilter has a pool of them. M-30..M-32, M-36
class Session {
 public:
  /// `service` must outlive this.
  Session(Service& service, Rights rights);

  /// The client: the name that the mail server found for it, and its address unless the message
  /// comes from this machine without one. M-15, M-17
  void connect(const MtaHandle& mta, std::string_view host, std::optional<IpAddress> address);
  /// May come again after STARTTLS: the last one counts. M-20
  void helo(std::string_view name);
  /// Begins a message, with the argument of MAIL. A message that was not ended is dropped. Without
  /// a connect() before it the client is unknown, which is not the same as local: the message is
  /// answered as on_error says. M-19
  void mail(const MtaHandle& mta, std::string_view argument);
  void recipient(std::string_view argument);
  /// One header field, octet for octet, folds as CRLF.
  void header(std::string name, std::string value);
  void end_of_headers();
  /// Some of the body. SkipBody as soon as nobody needs it, if the mail server knows that answer.
  [[nodiscard]] Response body(std::string_view chunk);
  /// Judges the message, writes its line into the log, changes it, and answers. A message of which
  /// nothing is known has its line as well.
  [[nodiscard]] Response end_of_message(MtaHandle& mta);
  /// Drops the message that is coming in, if any.
  void abort();

  /// Something of ours failed in a callback: the message that is coming in is answered as on_error
  /// says; outside a message all messages of this connection are, since what is known of the client
  /// may be wrong. M-42
  void remember_failure(const std::string& what);
  /// The answer when not even a verdict about the failure could be made.
  [[nodiscard]] Response last_resort() const;

  [[nodiscard]] const Rights& rights() const { return rights_; }

 private:
  /// A message that was judged: what goes into the log, and what is done.
  struct Judgement {
    policy::Facts facts;
    policy::Verdict verdict;
    std::vector<policy::FieldPosition> forged;
    reporting::Timings timings;
    Actions actions;
    /// The mail server lets us do less than the verdict says.
    bool degraded = false;
    /// For the daemon's log, after "QUEUEID: ".
    std::string summary;
  };

  [[nodiscard]] std::string authserv_id(const policy::Settings& settings) const;
  /// As much of the login as our field is to say.
  [[nodiscard]] policy::Login shown_login(const policy::Settings& settings) const;
  [[nodiscard]] std::vector<policy::FieldPosition> find_forged(const MessageContext& message) const;
  [[nodiscard]] policy::MessageParts parts_of(const MessageContext& message,
                                              const MtaHandle& mta) const;
  [[nodiscard]] Judgement judge_or_fail(MessageContext& message, const MtaHandle& mta);
  [[nodiscard]] Judgement judge(MessageContext& message, const MtaHandle& mta);
  /// With the little that hardly can fail: nothing is asked and nothing verified.
  [[nodiscard]] Judgement judge_failed(const MessageContext& message, const MtaHandle& mta);
  /// When that failed too, or nothing is known of the message: the client, the `failure` as
  /// report_failure() phrased it, and the answer of last_resort().
  [[nodiscard]] Judgement not_judged(const policy::Settings& settings, std::string failure,
                                     const MtaHandle& mta) const;
  /// Adds to facts and verdict what is to be done, and the summary.
  void plan_answer(const policy::Settings& settings, Judgement& judgement) const;
  /// Writes the message's line into the log; returns its number.
  [[nodiscard]] std::uint64_t record(const policy::Settings& settings, Judgement judgement) const;
  [[nodiscard]] Response answer(const policy::Settings& settings, Judgement judgement,
                                MtaHandle& mta);
  /// Carries out; returns what could not be done, a phrase each.
  [[nodiscard]] std::vector<std::string> carry_out(const Actions& actions, MtaHandle& mta) const;

  Service& service_;
  Rights rights_;
  policy::Client client_;
  /// Of the message that is coming in; its name goes nowhere but into our field.
  policy::Login login_;
  bool client_is_named_ = false;
  std::string own_name_;
  /// What failed outside a message, or empty.
  std::string failure_;
  Instant message_began_{};
  std::unique_ptr<MessageContext> message_;
};

}  // namespace waarmerk::milter
