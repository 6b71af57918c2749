#include "milter/libmilter_edge.h"

#include <cerrno>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <libmilter/mfapi.h>

#include "base/guarded.h"
#include "base/text.h"
#include "milter/agreement.h"
#include "milter/header_value.h"
#include "milter/listener.h"
#include "milter/macros.h"
#include "milter/mta_address.h"
#include "milter/session.h"
#include "milter/socket_trial.h"

namespace waarmerk::milter {

namespace {

constexpr int kBacklog = 1024;
/// The largest packet that libmilter can be told to take. M-08
constexpr std::size_t kMaxPacket = 1'048'575;
/// More fields of a name than any message has.
constexpr int kNoSuchField = std::numeric_limits<int>::max();

// What agreement.h says of the protocol is what libmilter says.
static_assert(kWantedActions ==
              (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_QUARANTINE | SMFIF_SETSYMLIST));
static_assert(bits::kAddHeaders == SMFIF_ADDHDRS && bits::kChangeHeaders == SMFIF_CHGHDRS);
static_assert(bits::kQuarantine == SMFIF_QUARANTINE && bits::kSetMacroLists == SMFIF_SETSYMLIST);
static_assert(bits::kNoReplyConnect == SMFIP_NR_CONN && bits::kNoReplyHelo == SMFIP_NR_HELO);
static_assert(bits::kNoReplyMail == SMFIP_NR_MAIL && bits::kNoReplyRecipient == SMFIP_NR_RCPT);
static_assert(bits::kNoReplyData == SMFIP_NR_DATA && bits::kNoReplyHeader == SMFIP_NR_HDR);
static_assert(bits::kNoReplyEndOfHeaders == SMFIP_NR_EOH && bits::kNoReplyBody == SMFIP_NR_BODY);
static_assert(bits::kNoReplyUnknown == SMFIP_NR_UNKN && bits::kNoUnknown == SMFIP_NOUNKNOWN);
static_assert(bits::kSkip == SMFIP_SKIP && bits::kLeadingSpace == SMFIP_HDR_LEADSPC);

/// What libmilter's private pointer points to.
struct Connection {
  Connection(Service& shared, const Agreement& agreed)
      : agreement(agreed), session(shared, rights_of(agreed)) {}

  Agreement agreement;
  Session session;
};

/// libmilter gives callbacks no pointer of ours before the first connection: these stand here.
Service* the_service = nullptr;
/// A mail server may quit and begin anew on the same connection, without a new negotiation; the
/// private pointer is gone by then. A close looks the same with and without a quit, so that nothing
/// is ever removed; the heap gives the address of an ended context to the next one, which
/// overwrites the entry. So there are about as many, of 32 octets, as there were connections at the
/// same time.
Guarded<std::unordered_map<SMFICTX*, Agreement>> agreements;

Connection* connection_of(SMFICTX* context) {
  return static_cast<Connection*>(smfi_getpriv(context));
}

/// What was agreed with the mail server of `context`; nothing if that is unknown. Takes no memory.
Agreement agreement_of(SMFICTX* context) {
  return agreements.with([context](const auto& known) {
    const auto found = known.find(context);
    return found == known.end() ? Agreement() : found->second;
  });
}

/// Releases what the private pointer owned.
void release_connection(SMFICTX* context) {
  const std::unique_ptr<Connection> owner(connection_of(context));
  smfi_setpriv(context, nullptr);
}

void open_connection(SMFICTX* context, const Agreement& agreement) {
  release_connection(context);
  auto connection = std::make_unique<Connection>(*the_service, agreement);
  if (smfi_setpriv(context, connection.get()) == MI_SUCCESS) {
    static_cast<void>(connection.release());  // libmilter's until close
  }
}

/// The connection of `context`. One that goes on after a quit has an agreement but no session, and
/// one that never negotiated has neither: they get what they lack. nullptr if there is no memory.
Connection* ensure_connection(SMFICTX* context) noexcept {
  if (connection_of(context) == nullptr) {
    try {
      open_connection(context, agreement_of(context));
    } catch (const std::exception&) {
      return nullptr;
    }
  }
  return connection_of(context);
}

/// MtaHandle over libmilter. Its C interface takes texts as `char*` but does not write to them.
class LibmilterHandle final : public MtaHandle {
 public:
  LibmilterHandle(SMFICTX* context, const Rights& rights) : context_(context), rights_(rights) {}

  [[nodiscard]] std::optional<std::string> macro(const char* name) const override {
    std::string symbol(name);
    const char* value = smfi_getsymval(context_, symbol.data());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  }

  bool delete_field(const policy::FieldPosition& position) override {
    std::string name = position.name;
    return smfi_chgheader(context_, name.data(), static_cast<int>(position.index), nullptr) ==
           MI_SUCCESS;
  }

  bool insert_field(const NewField& field) override {
    std::string name = field.name;
    std::string value = sent_value(field.value, rights_);
    return smfi_insheader(context_, 0, name.data(), value.data()) == MI_SUCCESS;
  }

  bool quarantine(const std::string& reason) override {
    std::string text = reason;
    return smfi_quarantine(context_, text.data()) == MI_SUCCESS;
  }

  bool set_reply(const Reply& reply) override {
    std::string code = reply.code();
    std::string enhanced = reply.enhanced();
    std::string text = sent_reply_text(reply.text());
    return smfi_setreply(context_, code.data(), enhanced.data(), text.data()) == MI_SUCCESS;
  }

 private:
  SMFICTX* context_;
  Rights rights_;
};

/// Must not fail itself: this is where failures end.
void remember(Session& session, const char* what) noexcept {
  try {
    session.remember_failure(what);
  } catch (const std::exception&) {
    session.abort();  // a message without a context is answered by last_resort()
  }
}

sfsistat status_of(Response response, sfsistat proceed) {
  switch (response) {
    case Response::Continue:
      return proceed;
    case Response::SkipBody:
      return SMFIS_SKIP;
    case Response::Reject:
      return SMFIS_REJECT;
    case Response::Defer:
      return SMFIS_TEMPFAIL;
  }
  return proceed;
}

/// Every callback passes here: no exception reaches libmilter's C frames, and no step is answered
/// that was agreed not to be. `no_reply` is the bit of the step. M-03, M-42
template <typename Work>
sfsistat in_session(SMFICTX* context, unsigned long no_reply, Work work) noexcept {
  Connection* connection = ensure_connection(context);
  const Agreement agreement = connection == nullptr ? agreement_of(context) : connection->agreement;
  const sfsistat proceed = agreement.has(no_reply) ? SMFIS_NOREPLY : SMFIS_CONTINUE;
  if (connection == nullptr) return proceed;
  const Activity::Guard at_work(the_service->activity());
  try {
    LibmilterHandle mta(context, connection->session.rights());
    return status_of(work(connection->session, mta), proceed);
  } catch (const std::exception& failure) {
    remember(connection->session, failure.what());
  }
  return proceed;
}

/// The same for steps that never have an answer of their own.
template <typename Work>
sfsistat note_in_session(SMFICTX* context, unsigned long no_reply, Work work) noexcept {
  return in_session(context, no_reply, [&work](Session& session, MtaHandle& mta) {
    work(session, mta);
    return Response::Continue;
  });
}

std::string_view text_of(const char* text) { return text == nullptr ? "" : text; }

int libmilter_stage(Stage stage) {
  switch (stage) {
    case Stage::Connect:
      return SMFIM_CONNECT;
    case Stage::Helo:
      return SMFIM_HELO;
    case Stage::Mail:
      return SMFIM_ENVFROM;
    case Stage::Recipient:
      return SMFIM_ENVRCPT;
    case Stage::Data:
      return SMFIM_DATA;
    case Stage::EndOfMessage:
      return SMFIM_EOM;
  }
  return SMFIM_CONNECT;
}

void ask_for_macros(SMFICTX* context) {
  for (const MacroRequest& request : macro_requests()) {
    std::string names = request.names;
    smfi_setsymlist(context, libmilter_stage(request.stage), names.data());
  }
}

sfsistat on_negotiate(SMFICTX* context, unsigned long offered_actions, unsigned long offered_steps,
                      unsigned long, unsigned long, unsigned long* actions, unsigned long* steps,
                      unsigned long* reserved2, unsigned long* reserved3) noexcept {
  try {
    const Agreement agreement = agree(offered_actions, offered_steps);
    agreements.with([&](auto& known) { known[context] = agreement; });
    open_connection(context, agreement);
    if (agreement.allows(bits::kSetMacroLists)) ask_for_macros(context);
    *actions = agreement.actions;
    *steps = agreement.steps;
    *reserved2 = 0;
    *reserved3 = 0;
    return SMFIS_CONTINUE;
  } catch (const std::exception&) {
    return SMFIS_REJECT;  // ends this connection; the mail server does what it does without us
  }
}

sfsistat on_connect(SMFICTX* context, char* host, sockaddr* address) noexcept {
  return note_in_session(context, bits::kNoReplyConnect, [&](Session& session, MtaHandle& mta) {
    session.connect(mta, text_of(host), address_of(address));
  });
}

sfsistat on_helo(SMFICTX* context, char* name) noexcept {
  return note_in_session(context, bits::kNoReplyHelo,
                         [&](Session& session, MtaHandle&) { session.helo(text_of(name)); });
}

sfsistat on_mail(SMFICTX* context, char** arguments) noexcept {
  return note_in_session(context, bits::kNoReplyMail, [&](Session& session, MtaHandle& mta) {
    session.mail(mta, text_of(arguments[0]));
  });
}

sfsistat on_recipient(SMFICTX* context, char** arguments) noexcept {
  return note_in_session(context, bits::kNoReplyRecipient, [&](Session& session, MtaHandle&) {
    session.recipient(text_of(arguments[0]));
  });
}

sfsistat on_data(SMFICTX* context) noexcept {
  return note_in_session(context, bits::kNoReplyData, [](Session&, MtaHandle&) {});
}

sfsistat on_unknown(SMFICTX* context, const char*) noexcept {
  return note_in_session(context, bits::kNoReplyUnknown, [](Session&, MtaHandle&) {});
}

sfsistat on_header(SMFICTX* context, char* name, char* value) noexcept {
  return note_in_session(context, bits::kNoReplyHeader, [&](Session& session, MtaHandle&) {
    session.header(std::string(text_of(name)), received_value(text_of(value), session.rights()));
  });
}

sfsistat on_end_of_headers(SMFICTX* context) noexcept {
  return note_in_session(context, bits::kNoReplyEndOfHeaders,
                         [](Session& session, MtaHandle&) { session.end_of_headers(); });
}

/// Whether the mail server has ended the message, which libmilter does not tell: only then it lets
/// a field be removed. This one is beyond all that can be there; removing it changes nothing.
bool message_is_whole(SMFICTX* context) {
  static std::string name = "X-Waarmerk-Action";
  return smfi_chgheader(context, name.data(), kNoSuchField, nullptr) == MI_SUCCESS;
}

/// A last piece may come with the end of the message. libmilter takes any answer to it but
/// SMFIS_CONTINUE for the one to the message, and on_end_of_message() would never be called.
sfsistat on_body(SMFICTX* context, unsigned char* octets, std::size_t size) noexcept {
  const sfsistat answer =
      in_session(context, bits::kNoReplyBody, [&](Session& session, MtaHandle&) {
        const void* generic = octets;
        return session.body(std::string_view(static_cast<const char*>(generic), size));
      });
  return message_is_whole(context) ? SMFIS_CONTINUE : answer;
}

sfsistat on_end_of_message(SMFICTX* context) noexcept {
  if (ensure_connection(context) == nullptr) return SMFIS_TEMPFAIL;
  return in_session(context, 0, [](Session& session, MtaHandle& mta) {
    try {
      return session.end_of_message(mta);
    } catch (const std::exception& failure) {
      remember(session, failure.what());
    }
    return session.last_resort();
  });
}

sfsistat on_abort(SMFICTX* context) noexcept {
  return note_in_session(context, 0, [](Session& session, MtaHandle&) { session.abort(); });
}

/// May be the first and only callback. M-31
sfsistat on_close(SMFICTX* context) noexcept {
  const Activity::Guard at_work(the_service->activity());
  release_connection(context);
  return SMFIS_CONTINUE;
}

smfiDesc description() {
  static std::string name = "waarmerk-milter";
  smfiDesc milter{};
  milter.xxfi_name = name.data();
  milter.xxfi_version = SMFI_VERSION;
  milter.xxfi_flags = kWantedActions;
  milter.xxfi_connect = on_connect;
  milter.xxfi_helo = on_helo;
  milter.xxfi_envfrom = on_mail;
  milter.xxfi_envrcpt = on_recipient;
  milter.xxfi_header = on_header;
  milter.xxfi_eoh = on_end_of_headers;
  milter.xxfi_body = on_body;
  milter.xxfi_eom = on_end_of_message;
  milter.xxfi_abort = on_abort;
  milter.xxfi_close = on_close;
  milter.xxfi_unknown = on_unknown;
  milter.xxfi_data = on_data;
  milter.xxfi_negotiate = on_negotiate;
  return milter;
}

Result<void> listen_on(const SocketSpec& spec) {
  const PrivateUmask nobody_else;
  const std::set<int> before = listening_sockets();
  std::string form = spec.libmilter_form();
  if (smfi_register(description()) != MI_SUCCESS || smfi_setconn(form.data()) != MI_SUCCESS) {
    return fail("libmilter does not take the socket " + form);
  }
  smfi_setbacklog(kBacklog);
  smfi_setmaxdatasize(kMaxPacket);
  // libmilter gives the reason to syslog, and leaves it here.
  errno = 0;
  if (smfi_opensocket(false) != MI_SUCCESS) {
    const std::string reason = system_error_text(errno);
    return fail("cannot listen on " + form + ": " + reason);
  }
  for (const int fd : listening_sockets()) {
    if (!before.contains(fd)) send_at_once(fd);
  }
  return {};
}

}  // namespace

Result<void> open_milter(const policy::Settings::Milter& settings) {
  const auto spec = SocketSpec::parse(settings.socket);
  if (!spec) return std::unexpected(spec.error());
  if (auto cleared = clear_stale_socket(*spec); !cleared) return cleared;
  // libmilter says nothing of why a name or an address does not do.
  if (auto tried = try_address(*spec); !tried) return tried;
  if (auto listening = listen_on(*spec); !listening) return listening;
  if (spec->family() != SocketSpec::Family::Unix) return {};
  return set_access(spec->path(), {settings.user, settings.socket_group, settings.socket_mode});
}

Result<void> run_milter(Service& service) {
  the_service = &service;
  if (smfi_main() != MI_SUCCESS) return fail("libmilter ended with an error");
  return {};
}

}  // namespace waarmerk::milter
