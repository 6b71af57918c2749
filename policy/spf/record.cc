// The strict reader of SPF records: one small function for each rule of the grammar.
#include "policy/spf/record.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/quoted.h"
#include "base/text.h"

namespace waarmerk::policy::spf {
namespace {

constexpr std::string_view kVersion = "v=spf1";
// Room for so many terms is made at once; only spaces cannot claim more.
constexpr std::size_t kUsualTerms = 64;

/// A part of the record, and where it stands.
struct Piece {
  std::string_view text;
  std::size_t offset = 0;

  [[nodiscard]] Piece from(std::size_t begin) const { return {text.substr(begin), offset + begin}; }
  [[nodiscard]] Piece first(std::size_t count) const { return {text.substr(0, count), offset}; }
};

std::string quoted(const Piece& piece) { return in_quotes(piece.text); }

std::unexpected<SyntaxError> refuse(const Piece& piece, std::string_view what) {
  return std::unexpected(SyntaxError{quoted(piece) + std::string(what), piece.offset});
}

/// An error whose offset counts from the beginning of `piece`, as one of the record.
std::unexpected<SyntaxError> within(const Piece& piece, SyntaxError error) {
  error.offset += piece.offset;
  return std::unexpected(std::move(error));
}

bool is_name_char(char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; }

std::size_t name_length(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_name_char) - text.begin());
}

/// A prefix length: no sign, no leading zero, at most `max`.
Parsed<unsigned> parse_length(const Piece& piece, unsigned max) {
  const auto value = parse_number(piece.text, max);
  if (!value || (piece.text.size() > 1 && piece.text.front() == '0')) {
    return refuse(piece, " is no prefix length from 0 to " + std::to_string(max));
  }
  return static_cast<unsigned>(*value);
}

Parsed<MacroString> parse_domain_spec(const Piece& piece) {
  auto spec = MacroString::parse_domain_spec(piece.text);
  if (!spec) return within(piece, spec.error());
  return spec;
}

/// ":" domain-spec, and nothing else.
Parsed<MacroString> parse_required_domain(const Piece& arguments) {
  if (!arguments.text.starts_with(':')) return refuse(arguments, " where \":\" is expected");
  return parse_domain_spec(arguments.from(1));
}

/// [ ":" domain-spec ]
Parsed<std::optional<MacroString>> parse_optional_domain(const Piece& arguments) {
  if (arguments.text.empty()) return std::optional<MacroString>();
  auto spec = parse_required_domain(arguments);
  if (!spec) return std::unexpected(spec.error());
  return std::optional(std::move(*spec));
}

/// Where a "/" with digits up to the end begins; the size if there is none.
std::size_t length_begin(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  const bool is_length = begin < text.size() && begin > 0 && text[begin - 1] == '/';
  return is_length ? begin - 1 : text.size();
}

/// [ ":" domain-spec ] [ dual-cidr-length ]: what an address mechanism takes.
struct Target {
  std::optional<MacroString> domain;
  DualCidr cidr;
};

/// No domain-spec ends in "/" and digits, so the lengths are cut off from the end.
Parsed<Target> parse_target(const Piece& arguments) {
  Target target;
  Piece rest = arguments;
  std::size_t begin = length_begin(rest.text);
  if (begin < rest.text.size() && begin > 0 && rest.text[begin - 1] == '/') {
    const auto length = parse_length(rest.from(begin + 1), 128);
    if (!length) return std::unexpected(length.error());
    target.cidr.v6 = *length;
    rest = rest.first(begin - 1);
    begin = length_begin(rest.text);
  }
  if (begin < rest.text.size()) {
    const auto length = parse_length(rest.from(begin + 1), 32);
    if (!length) return std::unexpected(length.error());
    target.cidr.v4 = *length;
    rest = rest.first(begin);
  }
  auto domain = parse_optional_domain(rest);
  if (!domain) return std::unexpected(domain.error());
  target.domain = std::move(*domain);
  return target;
}

/// ":" network [ "/" length ], split.
struct Network {
  Piece address;
  std::optional<unsigned> length;
};

Parsed<Network> split_network(const Piece& arguments, unsigned max) {
  if (!arguments.text.starts_with(':')) return refuse(arguments, " where \":\" is expected");
  const Piece all = arguments.from(1);
  const auto slash = all.text.find('/');
  if (slash == std::string_view::npos) return Network{all, std::nullopt};
  const auto length = parse_length(all.from(slash + 1), max);
  if (!length) return std::unexpected(length.error());
  return Network{all.first(slash), *length};
}

/// The network, or nullopt if all of it is IPv4-mapped. A mapped address arrives as IPv4 and takes
/// its 16 octets back, as its prefix may be short enough to hold other addresses too.
std::optional<IpPrefix> ip6_network(const IpAddress& address, unsigned length) {
  if (address.is_v6()) return IpPrefix{address, length};
  std::array<std::uint8_t, 16> octets{};
  octets[10] = octets[11] = 0xFF;
  std::ranges::copy(address.octets(), octets.begin() + 12);
  for (unsigned i = 0; i < octets.size(); ++i) {
    const unsigned kept = length > i * 8 ? std::min(8U, length - i * 8) : 0;
    octets[i] = static_cast<std::uint8_t>(octets[i] & (0xFF00U >> kept));
  }
  const IpAddress network = IpAddress::v6(octets);
  return network.is_v6() ? std::optional(IpPrefix{network, length}) : std::nullopt;
}

Parsed<Mechanism> parse_all(const Piece& arguments) {
  if (!arguments.text.empty()) return refuse(arguments, " after \"all\"");
  return All{};
}

Parsed<Mechanism> parse_include(const Piece& arguments) {
  auto domain = parse_required_domain(arguments);
  if (!domain) return std::unexpected(domain.error());
  return Include{std::move(*domain)};
}

Parsed<Mechanism> parse_a(const Piece& arguments) {
  auto target = parse_target(arguments);
  if (!target) return std::unexpected(target.error());
  return A{std::move(target->domain), target->cidr};
}

Parsed<Mechanism> parse_mx(const Piece& arguments) {
  auto target = parse_target(arguments);
  if (!target) return std::unexpected(target.error());
  return Mx{std::move(target->domain), target->cidr};
}

Parsed<Mechanism> parse_ptr(const Piece& arguments) {
  auto domain = parse_optional_domain(arguments);
  if (!domain) return std::unexpected(domain.error());
  return Ptr{std::move(*domain)};
}

/// qnum = DIGIT / %x31-39 DIGIT / "1" 2DIGIT / "2" %x30-34 DIGIT / "25" %x30-35
std::optional<std::uint8_t> parse_qnum(std::string_view digits) {
  if (digits.empty() || digits.size() > 3) return std::nullopt;
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  unsigned value = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value > 255 ? std::nullopt : std::optional(static_cast<std::uint8_t>(value));
}

/// ip4-network = qnum "." qnum "." qnum "." qnum
std::optional<IpAddress> parse_dotted_quad(std::string_view text) {
  std::array<std::uint8_t, 4> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const bool is_last = i + 1 == octets.size();
    const auto end = is_last ? text.size() : text.find('.');
    if (end == std::string_view::npos) return std::nullopt;
    const auto octet = parse_qnum(text.substr(0, end));
    if (!octet) return std::nullopt;
    octets[i] = *octet;
    if (!is_last) text.remove_prefix(end + 1);
  }
  return IpAddress::v4(octets);
}

Parsed<Mechanism> parse_ip4(const Piece& arguments) {
  const auto network = split_network(arguments, 32);
  if (!network) return std::unexpected(network.error());
  const auto address = parse_dotted_quad(network->address.text);
  if (!address) return refuse(network->address, " is no IPv4 address");
  return Ip4{{*address, network->length.value_or(32)}};
}

/// ip6-network = as per RFC 4291 2.2
Parsed<Mechanism> parse_ip6(const Piece& arguments) {
  constexpr std::string_view kAddressChars = "0123456789abcdefABCDEF:.";
  const auto network = split_network(arguments, 128);
  if (!network) return std::unexpected(network.error());
  const std::string_view text = network->address.text;
  const auto address = IpAddress::parse(text);
  if (!address || text.find(':') == std::string_view::npos ||
      text.find_first_not_of(kAddressChars) != std::string_view::npos) {
    return refuse(network->address, " is no IPv6 address");
  }
  return Ip6{ip6_network(*address, network->length.value_or(128))};
}

Parsed<Mechanism> parse_exists(const Piece& arguments) {
  auto domain = parse_required_domain(arguments);
  if (!domain) return std::unexpected(domain.error());
  return Exists{std::move(*domain)};
}

struct MechanismSyntax {
  std::string_view name;
  Parsed<Mechanism> (*parse)(const Piece& arguments);
};
constexpr std::array<MechanismSyntax, 8> kMechanisms{{
    {"all", parse_all},
    {"include", parse_include},
    {"a", parse_a},
    {"mx", parse_mx},
    {"ptr", parse_ptr},
    {"ip4", parse_ip4},
    {"ip6", parse_ip6},
    {"exists", parse_exists},
}};

constexpr std::array<std::pair<char, Qualifier>, 4> kQualifiers{{
    {'+', Qualifier::Pass},
    {'-', Qualifier::Fail},
    {'~', Qualifier::SoftFail},
    {'?', Qualifier::Neutral},
}};

Parsed<Directive> parse_directive(const Piece& term) {
  Piece mechanism = term;
  Qualifier qualifier = Qualifier::Pass;
  for (const auto& [sign, meaning] : kQualifiers) {
    if (!term.text.starts_with(sign)) continue;
    qualifier = meaning;
    mechanism = term.from(1);
  }
  const auto length = static_cast<std::size_t>(
      std::ranges::find_if(mechanism.text, [](char c) { return c == ':' || c == '/'; }) -
      mechanism.text.begin());
  const auto name = mechanism.text.substr(0, length);
  const auto* syntax = std::ranges::find_if(
      kMechanisms, [name](const MechanismSyntax& known) { return iequals(known.name, name); });
  if (syntax == kMechanisms.end()) return refuse(term, " is neither a mechanism nor a modifier");
  auto parsed = syntax->parse(mechanism.from(length));
  if (!parsed) return std::unexpected(parsed.error());
  return Directive{qualifier, std::move(*parsed), term.text};
}

/// Reads `name "=" value` into the record.
Parsed<void> add_modifier(Record& record, const Piece& term, std::size_t name_size) {
  const auto name = term.text.substr(0, name_size);
  const Piece value = term.from(name_size + 1);
  const bool is_redirect = iequals(name, "redirect");
  if (!is_redirect && !iequals(name, "exp")) {
    const auto macros = MacroString::parse(value.text, MacroUse::Record);
    if (!macros) return within(value, macros.error());
    record.unknown_modifiers.push_back(term.text);
    return {};
  }
  auto spec = parse_domain_spec(value);
  if (!spec) return std::unexpected(spec.error());
  if (is_redirect ? record.redirect.has_value() : record.explanation.has_value()) {
    return refuse(term, " is the second of its kind");
  }
  if (is_redirect) {
    record.redirect = Redirect{std::move(*spec), term.text};
  } else {
    record.explanation = std::move(*spec);
  }
  return {};
}

Parsed<void> add_term(Record& record, const Piece& term) {
  const auto size = name_length(term.text);
  if (size < term.text.size() && term.text[size] == '=' && is_alpha(term.text.front())) {
    return add_modifier(record, term, size);
  }
  auto directive = parse_directive(term);
  if (!directive) return std::unexpected(directive.error());
  record.directives.push_back(std::move(*directive));
  return {};
}

}  // namespace

std::vector<std::string_view> spf_records(std::span<const std::string> texts) {
  std::vector<std::string_view> records;
  for (const std::string& text : texts) {
    if (!istarts_with(text, kVersion)) continue;
    if (text.size() == kVersion.size() || text[kVersion.size()] == ' ') records.push_back(text);
  }
  return records;
}

Parsed<Record> parse_record(std::string_view text) {
  const Piece whole{text};
  if (!istarts_with(text, kVersion)) return refuse(whole, " does not begin with \"v=spf1\"");
  Record record;
  const auto spaces = static_cast<std::size_t>(std::ranges::count(text, ' '));
  record.directives.reserve(std::min(spaces, kUsualTerms));
  std::size_t next = kVersion.size();
  while (next < text.size()) {
    if (text[next] != ' ') return refuse(whole.from(next), " where a space is expected");
    next = std::min(text.find_first_not_of(' ', next), text.size());
    const auto end = std::min(text.find(' ', next), text.size());
    if (next == end) break;
    const auto added = add_term(record, whole.first(end).from(next));
    if (!added) return std::unexpected(added.error());
    next = end;
  }
  return record;
}

}  // namespace waarmerk::policy::spf
