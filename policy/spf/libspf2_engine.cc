// check_host() over libspf2, in a closed vocabulary. The only file that knows the library.
#include "policy/spf/libspf2_engine.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <charconv>
#include <cstring>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

extern "C" {
#include <spf2/spf.h>
#include <spf2/spf_dns_rr.h>
}

#include "base/text.h"
#include "policy/spf/questions.h"
#include "policy/spf/terms.h"

namespace waarmerk::policy::spf {
namespace {

/// What stands for the client, the sender and the HELO name. No loopback address: the library
/// passes those without looking.
constexpr std::uint32_t kStandInClient = 0xC0000201;  // 192.0.2.1
constexpr const char* kStandInSender = "p@t0.x";
constexpr const char* kStandInHelo = "h.x";
/// A mail host of term 3 is "h3.x", the term itself "t3.x".
constexpr char kTermLetter = 't';
constexpr char kHostLetter = 'h';
constexpr std::string_view kTokenEnd = ".x";

/// The library's own limits never apply: the terms are counted here.
constexpr int kNoLimit = 1000;
/// More terms of one record are not told to the library: by then the budget is spent.
constexpr unsigned kMaxToldTerms = 11;
constexpr int kTtl = 0;

std::string token(char letter, std::size_t number) {
  return letter + std::to_string(number) + std::string(kTokenEnd);
}

/// The number in a token with that letter, or nullopt: the library asked for something else.
std::optional<std::size_t> number_in(std::string_view text, char letter) {
  if (!text.starts_with(letter) || !text.ends_with(kTokenEnd)) return std::nullopt;
  const std::string_view digits = text.substr(1, text.size() - 1 - kTokenEnd.size());
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::string_view sign_of(Qualifier qualifier) {
  switch (qualifier) {
    case Qualifier::Pass:
      return "+";
    case Qualifier::Fail:
      return "-";
    case Qualifier::SoftFail:
      return "~";
    case Qualifier::Neutral:
      return "?";
  }
  return "?";
}

/// How a mechanism is called in the closed vocabulary. A ptr is told as an exists: the library's
/// own would take names from the DNS.
std::string_view told_name(const Mechanism& mechanism) {
  return std::visit(
      Overloaded{[](const Include&) { return "include:"; }, [](const A&) { return "a:"; },
                 [](const Mx&) { return "mx:"; }, [](const auto&) { return "exists:"; }},
      mechanism);
}

/// A term that was told to the library; what it borrows lives in the deque of records.
struct ToldTerm {
  /// The record that it stands in; nullptr for term 0, the domain that is checked.
  const Published* published = nullptr;
  std::variant<std::monostate, const Directive*, const Redirect*> term;
  /// What it said, once it was asked.
  std::optional<Match> said;
};

struct ServerDeleter {
  void operator()(SPF_server_t* server) const { SPF_server_free(server); }
};
struct RequestDeleter {
  void operator()(SPF_request_t* request) const { SPF_request_free(request); }
};
struct ResponseDeleter {
  void operator()(SPF_response_t* response) const { SPF_response_free(response); }
};
using Server = std::unique_ptr<SPF_server_t, ServerDeleter>;
using LibraryRequest = std::unique_ptr<SPF_request_t, RequestDeleter>;
using Response = std::unique_ptr<SPF_response_t, ResponseDeleter>;

/// One check_host() with the library; its hooks come back to this.
class GuardedCheck {
 public:
  explicit GuardedCheck(Terms& terms) : terms_(terms), budget_(terms.budget()) {
    told_.emplace_back();  // term 0
  }

  SpfOutcome run();

  /// The record that stands behind a token, in the closed vocabulary; nullopt when all is over.
  std::optional<std::string> record_of(std::string_view domain);
  /// Whether a term matches, by its token or by that of its mail host; nullopt when all is over.
  std::optional<bool> matches(std::string_view domain, char letter);
  /// Something that cannot be: the library, or this guard, is wrong.
  void halt_as_broken(std::string_view what);

 private:
  SPF_result_t ask_library();
  std::optional<std::string> no_record(const ToldTerm& told, NoRecord why);
  std::optional<DomainName> domain_of(const ToldTerm& told);
  std::string tell(const Published& published);
  std::size_t add(ToldTerm told);
  SpfResult result_of_library(SPF_result_t result);

  Terms& terms_;
  Budget& budget_;
  std::deque<Published> records_;
  std::deque<ToldTerm> told_;
  /// The record whose mechanisms give the result: that of the domain, or what it redirects to.
  const Published* deciding_ = nullptr;
  /// The domain has no record at all.
  std::optional<std::string> none_;
};

/// A record that never matches: what an include with a name that cannot be asked is to the library.
constexpr std::string_view kNeverMatches = "v=spf1 ?all";

std::size_t GuardedCheck::add(ToldTerm told) {
  told_.push_back(std::move(told));
  return told_.size() - 1;
}

/// Networks are compared here, so that no prefix length is the library's to read.
std::string GuardedCheck::tell(const Published& published) {
  std::string text = "v=spf1";
  unsigned asking = 0;
  for (const Directive& directive : published.record.directives) {
    const Mechanism& mechanism = directive.mechanism;
    const bool is_network =
        std::holds_alternative<Ip4>(mechanism) || std::holds_alternative<Ip6>(mechanism);
    const bool asks = !is_network && !std::holds_alternative<All>(mechanism);
    if (asks) {
      if (++asking > kMaxToldTerms) return text;
      const std::size_t number = add({&published, &directive, std::nullopt});
      text += ' ';
      text += sign_of(directive.qualifier);
      text += told_name(mechanism);
      text += token(kTermLetter, number);
      continue;
    }
    if (terms_.match(mechanism, {directive.text, published.domain}) == Match::No) continue;
    return text + ' ' + std::string(sign_of(directive.qualifier)) + "all";
  }
  if (!published.record.redirect) return text;
  const std::size_t number = add({&published, &*published.record.redirect, std::nullopt});
  return text + " redirect=" + token(kTermLetter, number);
}

/// See Terms::referred(); for term 0 the domain that is checked.
std::optional<DomainName> GuardedCheck::domain_of(const ToldTerm& told) {
  if (told.published == nullptr) return terms_.request().domain;
  const DomainName& owner = told.published->domain;
  if (const auto* const* redirect = std::get_if<const Redirect*>(&told.term)) {
    return terms_.referred((*redirect)->domain, {(*redirect)->text, owner});
  }
  const Directive& directive = *std::get<const Directive*>(told.term);
  return terms_.referred(std::get<Include>(directive.mechanism).domain, {directive.text, owner});
}

std::optional<std::string> GuardedCheck::record_of(std::string_view domain) {
  const auto number = number_in(domain, kTermLetter);
  if (budget_.halted()) return std::nullopt;
  if (!number || *number >= told_.size()) {
    halt_as_broken("asked for a record that it was not told of");
    return std::nullopt;
  }
  const ToldTerm told = told_[*number];
  const auto name = domain_of(told);
  if (budget_.halted()) return std::nullopt;
  if (!name) return std::string(kNeverMatches);
  auto published = terms_.fetch(*name);
  if (!published) return no_record(told, std::move(published.error()));
  records_.push_back(std::move(*published));
  const bool goes_on =
      std::holds_alternative<const Redirect*>(told.term) && told.published == deciding_;
  if (told.published == nullptr || goes_on) deciding_ = &records_.back();
  return tell(records_.back());
}

/// Only the domain that is checked may have no record. RFC 7208 5.2, 6.1
std::optional<std::string> GuardedCheck::no_record(const ToldTerm& told, NoRecord why) {
  const bool is_none = why.result == SpfResult::None;
  if (is_none && told.published == nullptr) {
    none_ = std::move(why.reason);
  } else {
    budget_.halt(is_none ? SpfResult::PermError : why.result, std::move(why.reason));
  }
  return std::nullopt;
}

std::optional<bool> GuardedCheck::matches(std::string_view domain, char letter) {
  const auto number = number_in(domain, letter);
  if (budget_.halted()) return std::nullopt;
  if (!number || *number >= told_.size() ||
      !std::holds_alternative<const Directive*>(told_[*number].term)) {
    halt_as_broken("asked for a name that it was not told of");
    return std::nullopt;
  }
  ToldTerm& told = told_[*number];
  if (!told.said) {
    const Directive& directive = *std::get<const Directive*>(told.term);
    told.said = terms_.match(directive.mechanism, {directive.text, told.published->domain});
  }
  if (*told.said == Match::Halted) return std::nullopt;
  return *told.said == Match::Yes;
}

void GuardedCheck::halt_as_broken(std::string_view what) {
  budget_.halt(SpfResult::TempError, "libspf2 " + std::string(what));
}

// ---- The hooks ----------------------------------------------------------------------------------

GuardedCheck& check_behind(SPF_dns_server_t* resolver) {
  return *static_cast<GuardedCheck*>(resolver->hook);
}

/// Takes the library's record for the current domain from us. No exception may reach its frames.
SPF_errcode_t get_spf(SPF_server_t* server, SPF_request_t* request, SPF_response_t* response,
                      SPF_record_t** record) noexcept {
  GuardedCheck& check = check_behind(server->resolver);
  try {
    const auto text = check.record_of(request->cur_dom);
    if (!text) return SPF_response_add_error(response, SPF_E_DNS_ERROR, "no record to go by");
    return SPF_record_compile(server, response, record, text->c_str());
  } catch (const std::exception&) {
    return SPF_E_NO_MEMORY;
  }
}

/// An answer with one record, or one that says why there is none. The library's to release.
SPF_dns_rr_t* reply(SPF_dns_server_t* resolver, const char* domain, ns_type type,
                    SPF_dns_stat_t status) {
  return SPF_dns_rr_new_init(resolver, domain, type, kTtl, status);
}

SPF_dns_rr_t* stand_in_address(SPF_dns_server_t* resolver, const char* domain) {
  SPF_dns_rr_t* answer = reply(resolver, domain, ns_t_a, NETDB_SUCCESS);
  if (answer == nullptr || SPF_dns_rr_buf_realloc(answer, 0, sizeof(in_addr)) != SPF_E_SUCCESS) {
    return answer;
  }
  answer->rr[0]->a.s_addr = htonl(kStandInClient);
  answer->num_rr = 1;
  return answer;
}

SPF_dns_rr_t* stand_in_host(SPF_dns_server_t* resolver, const char* domain) {
  const std::string host = kHostLetter + std::string(domain + 1);
  SPF_dns_rr_t* answer = reply(resolver, domain, ns_t_mx, NETDB_SUCCESS);
  if (answer == nullptr || SPF_dns_rr_buf_realloc(answer, 0, host.size() + 1) != SPF_E_SUCCESS) {
    return answer;
  }
  std::memcpy(answer->rr[0]->mx, host.c_str(), host.size() + 1);
  answer->num_rr = 1;
  return answer;
}

SPF_dns_rr_t* look_up(SPF_dns_server_t* resolver, const char* domain, ns_type type, int) noexcept {
  GuardedCheck& check = check_behind(resolver);
  try {
    const char letter = *domain == kHostLetter ? kHostLetter : kTermLetter;
    const auto matches = check.matches(domain, letter);
    if (!matches) return reply(resolver, domain, type, TRY_AGAIN);
    if (!*matches) return reply(resolver, domain, type, NO_DATA);
    if (type == ns_t_mx) return stand_in_host(resolver, domain);
    if (type == ns_t_a) return stand_in_address(resolver, domain);
    check.halt_as_broken("asked for a type that it has no use for");
  } catch (const std::exception&) {
    return reply(resolver, domain, type, TRY_AGAIN);
  }
  return reply(resolver, domain, type, TRY_AGAIN);
}

// ---- The check ----------------------------------------------------------------------------------

SPF_result_t GuardedCheck::ask_library() {
  SPF_dns_server_t resolver{};  // without a destroy: it stays ours
  resolver.lookup = look_up;
  resolver.get_spf = get_spf;
  resolver.name = "waarmerk";
  resolver.hook = this;
  const Server server(SPF_server_new_dns(&resolver, 0));
  if (server == nullptr) return SPF_RESULT_INVALID;
  SPF_server_set_max_dns_mech(server.get(), kNoLimit);
  SPF_server_set_max_dns_ptr(server.get(), kNoLimit);
  SPF_server_set_max_dns_mx(server.get(), kNoLimit);
  const LibraryRequest request(SPF_request_new(server.get()));
  if (request == nullptr || SPF_request_set_ipv4(request.get(), {htonl(kStandInClient)}) != 0 ||
      SPF_request_set_helo_dom(request.get(), kStandInHelo) != 0 ||
      SPF_request_set_env_from(request.get(), kStandInSender) != 0) {
    return SPF_RESULT_INVALID;
  }
  SPF_response_t* answered = nullptr;
  SPF_request_query_mailfrom(request.get(), &answered);
  const Response response(answered);
  return response == nullptr ? SPF_RESULT_INVALID : SPF_response_result(response.get());
}

SpfResult GuardedCheck::result_of_library(SPF_result_t result) {
  switch (result) {
    case SPF_RESULT_PASS:
      return SpfResult::Pass;
    case SPF_RESULT_FAIL:
      return SpfResult::Fail;
    case SPF_RESULT_SOFTFAIL:
      return SpfResult::SoftFail;
    case SPF_RESULT_NEUTRAL:
      return SpfResult::Neutral;
    case SPF_RESULT_INVALID:
    case SPF_RESULT_NONE:
    case SPF_RESULT_TEMPERROR:
    case SPF_RESULT_PERMERROR:
      break;
  }
  // Errors, and the lack of a record, are found here; the library cannot know of another.
  halt_as_broken("gave a result that nothing explains");
  return SpfResult::TempError;
}

SpfOutcome GuardedCheck::run() {
  const SPF_result_t answered = ask_library();
  SpfOutcome outcome;
  outcome.domain = terms_.request().domain;
  if (none_) {
    outcome.result = SpfResult::None;
    outcome.reason = *none_;
  } else if (budget_.halted()) {
    outcome.result = budget_.halted()->result;
    outcome.reason = budget_.halted()->reason;
  } else {
    outcome.result = result_of_library(answered);
    outcome.reason = budget_.halted()
                         ? budget_.halted()->reason
                         : "libspf2: " + std::string(to_string(outcome.result)) +
                               " by the record of " +
                               shown(deciding_ != nullptr ? deciding_->domain : *outcome.domain);
  }
  outcome.lookups = budget_.terms();
  outcome.void_lookups = budget_.voids();
  if (outcome.result == SpfResult::Fail && deciding_ != nullptr && deciding_->record.explanation) {
    outcome.explanation = terms_.explain({*deciding_->record.explanation, deciding_->domain});
  }
  return outcome;
}

}  // namespace

SpfOutcome check_host_by_libspf2(const Request& request, const Limits& limits, dns::Lookup& lookup,
                                 Instant deadline) {
  Terms terms(request, limits, lookup, deadline);
  return GuardedCheck(terms).run();
}

}  // namespace waarmerk::policy::spf
