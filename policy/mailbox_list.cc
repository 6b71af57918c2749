// A one-token-ahead parser of address lists. The first fault sticks and ends the reading.
#include "policy/mailbox_list.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "policy/address_lexer.h"

namespace waarmerk::policy {
namespace {

using Kind = AddressToken::Kind;

/// Nothing longer can become a DomainName; what follows need not be kept.
constexpr std::size_t kMaxDomainText = 2000;

/// Line ends stand only in folds: other readers might take the rest for a field of its own.
bool has_sound_folding(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) return false;
    if (text[i] == '\n' && (i + 1 == text.size() || !is_wsp(text[i + 1]))) return false;
  }
  return true;
}

/// A run of words and dots: a display name, or the local part of an address.
struct Run {
  bool has_words = false;
  bool is_dotted = true;    ///< no two words stand side by side
  bool is_display = false;  ///< it holds what only a display name may hold

  [[nodiscard]] bool is_local_part() const { return has_words && is_dotted && !is_display; }
};

class Parser {
 public:
  Parser(std::string_view list, std::size_t max_domains, ReadingBudget& budget)
      : lexer_(list), max_domains_(max_domains), budget_(budget) {
    advance();
  }

  Result<MailboxDomains> parse();

 private:
  void advance();
  void stop();
  void leave_rest();
  void refuse(std::string problem);
  [[nodiscard]] bool at(Kind kind) const { return token_.kind == kind; }
  [[nodiscard]] bool at_boundary() const {
    return at(Kind::Comma) || at(Kind::Semicolon) || at(Kind::End);
  }

  void read_element();
  void read_angle_address(const std::optional<DomainName>& displayed);
  void read_route();
  void begin_group(const Run& name);
  void end_group();
  Run read_run();
  std::optional<DomainName> read_domain();
  void add(DomainName domain);

  AddressLexer lexer_;
  AddressToken token_;
  const std::size_t max_domains_;
  MailboxDomains found_;
  ReadingBudget& budget_;
  bool in_group_ = false;
  std::string problem_;
};

void Parser::advance() {
  token_ = lexer_.next();
  if (at(Kind::Bad)) refuse(std::string(token_.text));
}

void Parser::refuse(std::string problem) {
  // Where the reading was broken off, what seems to be missing was only not read.
  if (problem_.empty() && !found_.truncated) problem_ = std::move(problem);
  stop();
}

void Parser::leave_rest() {
  found_.truncated = true;
  stop();
}

void Parser::stop() {
  lexer_ = AddressLexer({});
  token_ = {};
}

Result<MailboxDomains> Parser::parse() {
  while (!at(Kind::End)) {
    if (at(Kind::Comma)) {
      advance();
    } else if (at(Kind::Semicolon)) {
      end_group();
    } else {
      read_element();
    }
  }
  if (!problem_.empty()) return fail(problem_);
  return std::move(found_);
}

void Parser::begin_group(const Run& name) {
  if (in_group_) return refuse("a ':' inside a group");
  if (!name.has_words) return refuse("a ':' without a name before it");
  in_group_ = true;
  advance();
}

void Parser::end_group() {
  if (!in_group_) return refuse("a ';' outside a group");
  in_group_ = false;
  advance();
  if (!at(Kind::Comma) && !at(Kind::End)) refuse("text after the ';' of a group");
}

/// mailbox, or the beginning of a group, or a display name without any address.
void Parser::read_element() {
  const Run run = read_run();
  if (at(Kind::Colon)) return begin_group(run);
  std::optional<DomainName> displayed;
  while (at(Kind::At)) {
    advance();
    auto domain = read_domain();
    if (!domain) return;
    if (at_boundary() && !displayed) {
      if (!run.is_local_part()) return refuse("an address without a sound local part");
      return add(std::move(*domain));
    }
    // It goes on: that was a display name without quotes. It may only repeat what follows in angle
    // brackets, for some readers take the first '@' that they find.
    if (displayed && *displayed != *domain) return refuse("two addresses that no comma separates");
    displayed = std::move(domain);
    read_run();
  }
  if (at(Kind::Less)) return read_angle_address(displayed);
  if (displayed) return refuse("text around an address without angle brackets");
  if (!at_boundary()) refuse("a '>' without '<', or a ':' inside a name");
}

/// angle-addr with an optional obs-route. RFC 5322 3.4, 4.4
void Parser::read_angle_address(const std::optional<DomainName>& displayed) {
  advance();
  const bool routed = at(Kind::At) || at(Kind::Comma);
  if (routed) read_route();
  const Run run = read_run();
  std::optional<DomainName> domain;
  if (run.is_display || (at(Kind::At) && !run.is_local_part())) {
    return refuse("an address without a sound local part");
  }
  if (at(Kind::At)) {
    advance();
    domain = read_domain();
    if (!domain) return;
  }
  if (!at(Kind::Greater)) return refuse("angle brackets that do not hold one address");
  advance();
  if (!at_boundary()) return refuse("text after an address in angle brackets");
  if (displayed && displayed != domain) {
    return refuse("an '@' of another domain in a display name without quotes");
  }
  if (routed && !domain) return refuse("a route that leads to no address");
  if (domain) add(std::move(*domain));
}

/// obs-route: "@a,@b:". Where the message was to pass, not who wrote it. RFC 5322 4.4
void Parser::read_route() {
  while (at(Kind::At) || at(Kind::Comma)) {
    const bool names_domain = at(Kind::At);
    advance();
    if (names_domain && !read_domain()) return;
  }
  if (!at(Kind::Colon)) return refuse("an address without a local part");
  advance();
}

Run Parser::read_run() {
  Run run;
  for (bool after_word = false;; advance()) {
    if (at(Kind::Dot)) {
      after_word = false;
      continue;
    }
    const bool is_display = at(Kind::Literal) || at(Kind::EncodedWord);
    if (!at(Kind::Atom) && !at(Kind::Quoted) && !is_display) return run;
    run.has_words = true;
    run.is_display = run.is_display || is_display;
    run.is_dotted = run.is_dotted && !after_word;
    after_word = true;
  }
}

/// obs-domain, which includes dot-atom. A final dot is the root's and means nothing here. D-13
std::optional<DomainName> Parser::read_domain() {
  if (at(Kind::Literal)) {
    refuse("an address literal is no domain");
    return std::nullopt;
  }
  std::string text;
  while (at(Kind::Atom)) {
    if (text.size() <= kMaxDomainText) text += token_.text.substr(0, kMaxDomainText);
    advance();
    if (!at(Kind::Dot)) break;
    if (text.size() <= kMaxDomainText) text += '.';
    advance();
  }
  if (!problem_.empty()) return std::nullopt;
  if (budget_.domains == 0) {
    leave_rest();
    return std::nullopt;
  }
  --budget_.domains;
  auto domain = DomainName::parse(text);
  if (domain) return std::move(*domain);
  refuse("a domain that cannot be one: " + domain.error().text);
  return std::nullopt;
}

void Parser::add(DomainName domain) {
  if (std::ranges::find(found_.domains, domain) != found_.domains.end()) return;
  if (found_.domains.size() == max_domains_) return leave_rest();
  found_.domains.push_back(std::move(domain));
}

}  // namespace

Result<MailboxDomains> mailbox_domains(std::string_view list, std::size_t max_domains,
                                       ReadingBudget& budget) {
  if (!has_sound_folding(list)) return fail("a line end that is no folding");
  return Parser(list, max_domains, budget).parse();
}

}  // namespace waarmerk::policy
