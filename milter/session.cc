#include "milter/session.h"

#include <exception>
#include <utility>

#include "base/text.h"
#include "milter/macros.h"
#include "policy/evaluate.h"
#include "policy/exemption.h"
#include "policy/gather.h"

namespace waarmerk::milter {

namespace {

/// SMTP lines are shorter; a longer name is no name.
constexpr std::size_t kMaxHelo = 1024;

std::chrono::microseconds microseconds_between(Instant from, Instant to) {
  return std::chrono::duration_cast<std::chrono::microseconds>(to - from);
}

/// Keeps the decision within what this mail server can follow: without the right to hold, mail is
/// tagged. True if that changed it.
bool degrade(const Rights& rights, policy::Decision& decision) {
  if (decision.action != policy::ActionKind::Hold || rights.quarantines) return false;
  decision.action = policy::ActionKind::Tag;
  return true;
}

/// Whether a message passes of which we know nothing.
bool lets_pass(const policy::Settings& settings) {
  return settings.mode != policy::Mode::Enforce || settings.on_error == policy::OnError::Accept;
}

/// The decision about such a message.
policy::Decision unfounded_decision(const policy::Settings& settings, std::string_view failure) {
  using enum policy::ActionKind;
  const bool accepts = settings.on_error == policy::OnError::Accept;
  policy::Decision decision;
  decision.would = accepts ? Accept : Defer;
  decision.action = lets_pass(settings) ? Accept : Defer;
  decision.cause = policy::Cause::InternalError;
  decision.rule = accepts ? "on_error=accept" : "on_error=defer";
  decision.why = "internal error (" + std::string(failure.substr(0, failure.find(':'))) + ")";
  if (decision.action != decision.would) {
    decision.overrides.push_back({policy::Override::Type::LocalPolicy,
                                  "mode=" + std::string(policy::kModeWords.word(settings.mode))});
  }
  return decision;
}

/// The queue id, unless the mail server's macros are what fails.
std::string queue_id_if_any(const MtaHandle& mta) {
  try {
    return queue_id(mta);
  } catch (const std::exception&) {
    return {};
  }
}

/// How a message is called in the daemon's log: "QUEUEID: ".
std::string spoken_id(const policy::Facts& facts) {
  return (facts.queue_id.empty() ? "NOQUEUE" : printable(facts.queue_id)) + ": ";
}

/// "action=reject from=example.com dmarc=fail client=192.0.2.1 why": one line for people.
std::string summary(const policy::Facts& facts, const policy::Verdict& verdict) {
  const policy::Decision& decision = verdict.decision;
  std::string line = "action=";
  line += to_string(decision.action);
  if (decision.would != decision.action) {
    line += " would=";
    line += to_string(decision.would);
  }
  if (const policy::DmarcEvaluation* dmarc = verdict.deciding_dmarc()) {
    line += " from=" + printable(dmarc->author_domain.text());
    line += " dmarc=";
    line += to_string(dmarc->result);
  }
  if (facts.client.ip) line += " client=" + facts.client.ip->text();
  return line + " " + printable(decision.why, 500);
}

bool is_trusted(const std::vector<IpPrefix>& networks, const std::optional<IpAddress>& address) {
  if (!address) return false;
  for (const IpPrefix& network : networks) {
    if (network.contains(*address)) return true;
  }
  return false;
}

std::string_view missing_rights_text(const Rights& rights) {
  if (!rights.adds_fields) return "the mail server lets us add no header fields";
  if (!rights.changes_fields) return "the mail server lets us remove no header fields";
  return "the mail server lets us hold no mail: it is tagged instead";
}

}  // namespace

Session::Session(Service& service, Rights rights) : service_(service), rights_(rights) {
  ++service_.counters().connections;
  if (!rights_.adds_fields || !rights_.changes_fields || !rights_.quarantines) {
    service_.daemon_log().warning(missing_rights_text(rights_));
  }
}

void Session::connect(const MtaHandle& mta, std::string_view host,
                      std::optional<IpAddress> address) {
  message_.reset();
  client_ = {};
  client_is_named_ = true;
  failure_.clear();
  client_.ip = address;
  auto [name, iprev] = reverse_name(mta, host);
  client_.name = std::move(name);
  client_.iprev = std::move(iprev);
  own_name_ = own_name(mta);
}

void Session::helo(std::string_view name) { client_.helo = name.substr(0, kMaxHelo); }

void Session::mail(const MtaHandle& mta, std::string_view argument) {
  message_.reset();
  message_began_ = service_.clock().instant();
  if (own_name_.empty()) own_name_ = own_name(mta);
  client_.tls = tls(mta);
  login_ = login(mta);
  client_.authenticated = !login_.name.empty();

  if (!client_is_named_ && failure_.empty()) {
    failure_ = service_.report_failure("a message came before its client was named");
  }

  auto settings = service_.settings();
  // Who is unknown is not exempt.
  const policy::Exemption exemption =
      failure_.empty() ? exemption_of(client_, settings->exempt) : policy::Exemption::None;
  message_ = std::make_unique<MessageContext>(
      std::move(settings), MessageContext::Origin{client_, envelope_address(argument), exemption},
      service_.lookup());
  if (!failure_.empty()) message_->fail(failure_);
}

void Session::recipient(std::string_view argument) {
  if (message_ != nullptr) message_->add_recipient(envelope_address(argument));
}

void Session::header(std::string name, std::string value) {
  if (message_ != nullptr) message_->add_field({std::move(name), std::move(value)});
}

void Session::end_of_headers() {
  if (message_ != nullptr) message_->end_headers(service_.keys());
}

Response Session::body(std::string_view chunk) {
  if (message_ == nullptr) return Response::Continue;
  message_->end_headers(service_.keys());
  if (!message_->wants_body()) {
    return rights_.skips_body ? Response::SkipBody : Response::Continue;
  }
  message_->add_body(chunk);
  return Response::Continue;
}

void Session::abort() { message_.reset(); }

void Session::remember_failure(const std::string& what) {
  std::string phrase = service_.report_failure(what);
  if (message_ != nullptr) {
    message_->fail(std::move(phrase));
  } else {
    failure_ = std::move(phrase);
  }
}

Response Session::last_resort() const {
  return lets_pass(*service_.settings()) ? Response::Continue : Response::Defer;
}

Response Session::end_of_message(MtaHandle& mta) {
  const auto message = std::move(message_);
  ++service_.counters().messages;
  if (message != nullptr) return answer(message->settings(), judge_or_fail(*message, mta), mta);
  const auto settings = service_.settings();
  std::string failure =
      failure_.empty() ? service_.report_failure("a message ended that never began") : failure_;
  return answer(*settings, not_judged(*settings, std::move(failure), mta), mta);
}

std::string Session::authserv_id(const policy::Settings& settings) const {
  if (!settings.milter.authserv_id.empty()) return settings.milter.authserv_id;
  return own_name_.empty() ? service_.host_name() : own_name_;
}

policy::Login Session::shown_login(const policy::Settings& settings) const {
  policy::Login shown = login_;
  if (!settings.milter.show_login) shown.name.clear();
  return shown;
}

std::vector<policy::FieldPosition> Session::find_forged(const MessageContext& message) const {
  const policy::Settings& settings = message.settings();
  if (is_trusted(settings.trusted_reinjection, message.client().ip)) return {};
  return policy::unwanted_fields(message.fields(), settings.milter, authserv_id(settings),
                                 message.unread_claims());
}

policy::MessageParts Session::parts_of(const MessageContext& message, const MtaHandle& mta) const {
  policy::MessageParts parts = message.parts();
  parts.queue_id = queue_id(mta);
  parts.time = service_.clock().now();
  parts.receiver = own_name_.empty() ? authserv_id(message.settings()) : own_name_;
  return parts;
}

Session::Judgement Session::judge(MessageContext& message, const MtaHandle& mta) {
  const Clock& clock = service_.clock();
  const policy::Settings& settings = message.settings();
  const Instant began = clock.instant();
  message.end_headers(service_.keys());

  Judgement judgement;
  judgement.forged = find_forged(message);
  policy::MessageParts parts = parts_of(message, mta);
  parts.forged_fields = static_cast<unsigned>(judgement.forged.size());
  judgement.facts =
      policy::gather(parts, settings, message.lookup(), began + settings.dns.message_budget);
  const Instant gathered = clock.instant();
  judgement.verdict = policy::evaluate(judgement.facts, settings);
  judgement.timings = {microseconds_between(message_began_, began),
                       microseconds_between(began, gathered),
                       microseconds_between(gathered, clock.instant())};
  plan_answer(settings, judgement);
  return judgement;
}

Session::Judgement Session::judge_or_fail(MessageContext& message, const MtaHandle& mta) {
  try {
    if (message.failure().empty() && !message.fault().empty()) {
      message.fail(service_.report_failure(message.fault()));
    }
    return judge(message, mta);
  } catch (const std::exception& failure) {
    message.fail(service_.report_failure(failure.what()));
  }
  try {
    return judge_failed(message, mta);
  } catch (const std::exception& failure) {
    service_.report_failure(failure.what());
  }
  return not_judged(message.settings(), message.failure(), mta);
}

Session::Judgement Session::judge_failed(const MessageContext& message, const MtaHandle& mta) {
  Judgement judgement;
  try {
    judgement.forged = find_forged(message);
  } catch (const std::exception& failure) {
    service_.report_failure(failure.what());  // perhaps what brought us here
  }
  policy::MessageParts parts = parts_of(message, mta);
  judgement.facts.queue_id = std::move(parts.queue_id);
  judgement.facts.time = parts.time;
  judgement.facts.client = std::move(parts.client);
  judgement.facts.exemption = parts.exemption;
  judgement.facts.envelope.null_sender = parts.mail_from.empty();
  judgement.facts.envelope.recipient_count = parts.recipient_count;
  judgement.facts.oversized_header = parts.oversized_header;
  judgement.facts.forged_fields = static_cast<unsigned>(judgement.forged.size());
  judgement.facts.internal_error = std::move(parts.internal_error);
  judgement.verdict = policy::evaluate(judgement.facts, message.settings());
  plan_answer(message.settings(), judgement);
  return judgement;
}

Session::Judgement Session::not_judged(const policy::Settings& settings, std::string failure,
                                       const MtaHandle& mta) const {
  Judgement judgement;
  policy::Facts& facts = judgement.facts;
  facts.queue_id = queue_id_if_any(mta);
  facts.time = service_.clock().now();
  facts.client = client_;
  facts.internal_error = std::move(failure);
  judgement.verdict.decision = unfounded_decision(settings, facts.internal_error);
  // No field is added: what makes them may be what failed.
  if (!lets_pass(settings)) {
    judgement.actions.reply = Reply::for_decision(judgement.verdict.decision);
  }
  judgement.summary = summary(facts, judgement.verdict);
  return judgement;
}

void Session::plan_answer(const policy::Settings& settings, Judgement& judgement) const {
  policy::Verdict& verdict = judgement.verdict;
  const policy::ActionKind decided = verdict.decision.action;
  judgement.degraded = degrade(rights_, verdict.decision);
  judgement.actions = plan(verdict, judgement.facts, judgement.forged, authserv_id(settings),
                           shown_login(settings));
  judgement.summary = summary(judgement.facts, verdict);
  // The log has what was decided; what became of it instead is amended.
  verdict.decision.action = decided;
}

Response Session::answer(const policy::Settings& settings, Judgement judgement, MtaHandle& mta) {
  const Actions actions = std::move(judgement.actions);
  const bool degraded = judgement.degraded;
  const std::string id = spoken_id(judgement.facts);
  const std::string line = id + judgement.summary;
  for (const policy::Disagreement& item : judgement.facts.disagreements) {
    ++service_.counters().disagreements;
    service_.daemon_log().warning(id + "the engines part on " + item.mechanism + " " +
                                  item.subject + ": native " + item.native + ", reference " +
                                  item.reference);
  }
  // Said in the aggregate log only: a domain may send a thousand such messages.
  if (!judgement.facts.list_differences.empty()) ++service_.counters().psl_differences;
  const std::uint64_t sequence = record(settings, std::move(judgement));

  std::vector<std::string> problems = carry_out(actions, mta);
  if (degraded) problems.emplace_back("not held but tagged: the mail server lets us hold no mail");
  for (const std::string& problem : problems) {
    ++service_.counters().failed_actions;
    service_.daemon_log().warning(id + problem);
    service_.log().amend(sequence, service_.clock().now(), problem);
  }
  service_.daemon_log().info(line);
  if (!actions.reply) return Response::Continue;
  return actions.reply->is_temporary() ? Response::Defer : Response::Reject;
}

std::vector<std::string> Session::carry_out(const Actions& actions, MtaHandle& mta) const {
  std::vector<std::string> problems;
  for (const policy::FieldPosition& position : actions.remove) {
    if (!rights_.changes_fields || !mta.delete_field(position)) {
      problems.push_back("could not remove " + printable(position.name) + " number " +
                         std::to_string(position.index));
    }
  }
  for (const NewField& field : actions.add) {
    if (!rights_.adds_fields || !mta.insert_field(field)) {
      problems.push_back("could not add " + printable(field.name));
    }
  }
  if (actions.hold && !mta.quarantine(*actions.hold)) problems.emplace_back("could not hold");
  if (actions.reply && !mta.set_reply(*actions.reply)) {
    problems.emplace_back("could not give the reason of the refusal");
  }
  return problems;
}

std::uint64_t Session::record(const policy::Settings& settings, Judgement judgement) const {
  reporting::Record record;
  record.mode = settings.mode;
  record.engine = settings.engine;
  record.facts = std::move(judgement.facts);
  record.verdict = std::move(judgement.verdict);
  record.timings = judgement.timings;
  return service_.log().append(std::move(record));
}

}  // namespace waarmerk::milter
