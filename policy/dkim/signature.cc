// The strict reader of DKIM-Signature values. Each tag has one small function; the first fault
// wins.
#include "policy/dkim/signature.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
#include <utility>

#include "base/base64.h"
#include "base/quoted.h"
#include "base/text.h"

namespace waarmerk::policy::dkim {
namespace {

template <typename T>
using Parsed = std::expected<T, Fault>;

std::unexpected<Fault> syntax(std::string text) {
  return std::unexpected(Fault{DkimCause::Syntax, std::move(text)});
}

std::optional<std::string_view> find(const std::vector<Tag>& tags, std::string_view name) {
  const auto tag = std::ranges::find(tags, name, &Tag::name);
  if (tag == tags.end()) return std::nullopt;
  return tag->value;
}

/// Whatever looks like tags in a text that is no tag list, up to a bound; of several equal names
/// the first counts.
std::vector<Tag> lenient_tags(std::string_view text) {
  std::vector<Tag> tags;
  while (!text.empty() && tags.size() < kMaxTags) {
    const std::string_view spec = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(spec.size() + 1, text.size()));
    const auto equals = spec.find('=');
    if (equals == std::string_view::npos) continue;
    tags.push_back({trim(spec.substr(0, equals)), trim(spec.substr(equals + 1))});
  }
  return tags;
}

std::string without_white_space(std::string_view text, std::size_t max_length) {
  std::string out;
  for (const char c : text) {
    if (out.size() == max_length) break;
    if (!is_fws(c)) out += c;
  }
  return out;
}

/// A domain-name of d= or i=: two labels or more, no final dot. RFC 6376 3.5
Parsed<DomainName> parse_domain(std::string_view text, std::string_view tag) {
  auto name = DomainName::parse(text);
  if (!name) return syntax(std::string(tag) + "= holds no domain name: " + name.error().text);
  if (text.ends_with('.')) return syntax(std::string(tag) + "= ends with a dot");
  if (name->label_count() < 2) return syntax(std::string(tag) + "= is a single label");
  return *std::move(name);
}

/// s= as A-labels. RFC 6376 3.1, RFC 8616 5
Parsed<DomainName> parse_selector(std::string_view text) {
  auto name = DomainName::parse(text);
  if (!name) return syntax("s= holds no selector: " + name.error().text);
  if (text.ends_with('.')) return syntax("s= ends with a dot");
  return *std::move(name);
}

std::string shown_selector(std::string_view text) {
  const auto name = is_all_ascii(text) ? fail("") : DomainName::parse(text);
  return name ? name->text() : printable(text, 253);
}

Parsed<Algorithm> parse_algorithm(std::string_view text) {
  if (iequals(text, "rsa-sha256")) return Algorithm::RsaSha256;
  if (iequals(text, "ed25519-sha256")) return Algorithm::Ed25519Sha256;
  if (iequals(text, "rsa-sha1")) {
    return std::unexpected(
        Fault{DkimCause::Algorithm, "a=rsa-sha1 is no longer verified (RFC 8301)"});
  }
  return std::unexpected(
      Fault{DkimCause::Algorithm, "a= names an unknown algorithm, " + in_quotes(text)});
}

std::optional<Canonicalization> canonicalization_from(std::string_view text) {
  if (iequals(text, "simple")) return Canonicalization::Simple;
  if (iequals(text, "relaxed")) return Canonicalization::Relaxed;
  return std::nullopt;
}

/// c=: the header's algorithm, and after a slash the body's, which is "simple" when left out.
Parsed<std::pair<Canonicalization, Canonicalization>> parse_canonicalization(
    std::string_view text) {
  const auto slash = text.find('/');
  const auto header = canonicalization_from(text.substr(0, slash));
  const auto body = slash == std::string_view::npos ? Canonicalization::Simple
                                                    : canonicalization_from(text.substr(slash + 1));
  if (!header || !body) return syntax("c= names an unknown canonicalization, " + in_quotes(text));
  return std::pair{*header, *body};
}

/// q=: methods that are not known are passed over, but dns/txt must be among them.
Parsed<void> check_query(std::string_view text) {
  const auto is_known = [](std::string_view method) { return iequals(trim(method), "dns/txt"); };
  if (std::ranges::any_of(split(text, ':'), is_known)) return {};
  return syntax("q= offers no way to get the key that is known here: " + in_quotes(text));
}

bool is_name_char(char c) { return is_ascii(c) && !is_control(c) && c != ' '; }

/// h=: field names, From among them. RFC 6376 6.1.1
Parsed<std::string_view> parse_names(std::string_view text) {
  if (trim(text).empty() || text.ends_with(':')) return syntax("h= has an empty field name");
  bool has_from = false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view name = take_name(rest);
    if (name.empty()) return syntax("h= has an empty field name");
    if (!std::ranges::all_of(name, is_name_char)) {
      return syntax("h= has a field name that is none: " + in_quotes(name));
    }
    has_from = has_from || iequals(name, "from");
  }
  if (!has_from) return syntax("h= does not sign From");
  return text;
}

Parsed<std::string> parse_octets(std::string_view text, std::string_view tag) {
  auto octets = decode_base64(text);
  if (!octets) return syntax(std::string(tag) + "= is not base64");
  if (octets->empty()) return syntax(std::string(tag) + "= is empty");
  return *std::move(octets);
}

Parsed<std::string> parse_body_hash(std::string_view text) {
  auto octets = parse_octets(text, "bh");
  if (octets && octets->size() != crypto::Digest{}.size()) {
    return syntax("bh= is no SHA-256 value: it has " + std::to_string(octets->size()) + " octets");
  }
  return octets;
}

/// A time of t= or x=. "Any value longer than 12 digits" is taken as infinite. RFC 6376 3.5
Parsed<std::chrono::seconds> parse_time(std::string_view text, std::string_view tag) {
  constexpr std::size_t kMaxDigits = 12;
  if (text.empty() || !std::ranges::all_of(text, is_digit)) {
    return syntax(std::string(tag) + "= is not a number: " + in_quotes(text));
  }
  if (text.size() > kMaxDigits) return std::chrono::seconds::max();
  const auto value = parse_number(text, std::numeric_limits<std::int64_t>::max());
  return std::chrono::seconds(static_cast<std::int64_t>(value.value_or(0)));
}

/// l=: up to 76 digits; no body is as long as what does not fit into 64 bits. RFC 6376 3.5
Parsed<std::uint64_t> parse_length(std::string_view text) {
  constexpr std::size_t kMaxDigits = 76;
  constexpr auto kLargest = std::numeric_limits<std::uint64_t>::max();
  if (text.empty() || text.size() > kMaxDigits || !std::ranges::all_of(text, is_digit)) {
    return syntax("l= is not a number of at most 76 digits: " + in_quotes(text));
  }
  return parse_number(text, kLargest).value_or(kLargest);
}

std::optional<unsigned> hex_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  const char lower = to_lower(c);
  if (lower < 'a' || lower > 'f') return std::nullopt;
  return static_cast<unsigned>(lower - 'a') + 10;
}

/// DKIM-quoted-printable: white space is skipped, "=XX" is an octet. RFC 6376 2.11
std::optional<std::string> decode_quoted_printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_fws(text[i])) continue;
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = hex_value(text[i + 1]);
    const auto low = hex_value(text[i + 2]);
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

/// The domain of i=, which must be d= or below it. RFC 6376 6.1.1
Parsed<DomainName> parse_identity(std::string_view text, const DomainName& domain) {
  const auto address = decode_quoted_printable(text);
  if (!address) return syntax("i= is not DKIM-quoted-printable");
  // A quoted local part may hold an '@' too; the domain cannot.
  const auto at = address->rfind('@');
  if (at == std::string::npos) return syntax("i= has no '@'");
  auto identity = parse_domain(std::string_view(*address).substr(at + 1), "i");
  if (identity && !identity->is_at_or_below(domain)) {
    return syntax("i= is outside of d=: " + printable(identity->text(), 253));
  }
  return identity;
}

using MaybeFault = std::optional<Fault>;

/// The reader of a tag whose value, once parsed, is one member of the signature.
template <auto Member, auto Parse>
MaybeFault read(std::string_view text, Signature& out) {
  auto parsed = Parse(text);
  if (!parsed) return std::move(parsed.error());
  out.*Member = *std::move(parsed);
  return std::nullopt;
}

MaybeFault read_canonicalization(std::string_view text, Signature& out) {
  const auto both = parse_canonicalization(text);
  if (!both) return both.error();
  std::tie(out.header, out.body) = *both;
  return std::nullopt;
}

MaybeFault read_query(std::string_view text, Signature& /*out*/) {
  const auto query = check_query(text);
  return query ? std::nullopt : MaybeFault(query.error());
}

MaybeFault read_identity(std::string_view text, Signature& out) {
  auto identity = parse_identity(text, out.domain);
  if (!identity) return std::move(identity.error());
  out.identity = *std::move(identity);
  return std::nullopt;
}

struct TagReader {
  std::string_view name;
  MaybeFault (*read)(std::string_view text, Signature& out);
};

/// v=, d= and s= are read before these. RFC 6376 3.5
constexpr std::array kReaders{
    TagReader{"a", read<&Signature::algorithm, parse_algorithm>},
    TagReader{"b", read<&Signature::signature, [](auto text) { return parse_octets(text, "b"); }>},
    TagReader{"bh", read<&Signature::body_hash, parse_body_hash>},
    TagReader{"c", read_canonicalization},
    TagReader{"h", read<&Signature::signed_names, parse_names>},
    TagReader{"i", read_identity},
    TagReader{"l", read<&Signature::body_length, parse_length>},
    TagReader{"q", read_query},
    TagReader{"t", read<&Signature::timestamp, [](auto text) { return parse_time(text, "t"); }>},
    TagReader{"x", read<&Signature::expiration, [](auto text) { return parse_time(text, "x"); }>},
};

/// The tags without which nothing can be verified. RFC 6376 6.1.1
MaybeFault check_required(const TagList& tags) {
  constexpr std::array<std::string_view, 7> kRequired{"v", "a", "b", "bh", "d", "h", "s"};
  for (const std::string_view name : kRequired) {
    if (!tags.find(name)) {
      return Fault{DkimCause::Syntax, "the required tag " + std::string(name) + "= is missing"};
    }
  }
  if (tags.find("v") != "1") return Fault{DkimCause::Syntax, "v= is not 1"};
  return std::nullopt;
}

/// Cuts the value at b=, whose text goes with all white space around it. RFC 6376 3.7
void cut_at_b(std::string_view value, std::string_view b, Signature& out) {
  auto begin = static_cast<std::size_t>(b.data() - value.data());
  while (begin > 0 && value[begin - 1] != '=') --begin;
  const auto end = std::min(value.find(';', begin), value.size());
  out.before_b = value.substr(0, begin);
  out.after_b = value.substr(end);
}

std::expected<Signature, Fault> interpret(std::string_view value, const TagList& tags) {
  if (auto fault = check_required(tags)) return std::unexpected(*std::move(fault));
  auto domain = parse_domain(tags.find("d").value_or(""), "d");
  if (!domain) return std::unexpected(std::move(domain.error()));
  const auto selector = parse_selector(tags.find("s").value_or(""));
  if (!selector) return std::unexpected(selector.error());
  auto key_name = domain->prefixed(selector->text() + "._domainkey");
  if (!key_name) return syntax("s= and d= are too long for a domain name together");

  Signature out{.domain = *domain, .key_name = *std::move(key_name), .identity = *domain};
  for (const auto& [name, read_tag] : kReaders) {
    const auto text = tags.find(name);
    if (!text) continue;
    if (auto fault = read_tag(*text, out)) return std::unexpected(*std::move(fault));
  }
  if (out.timestamp && out.expiration && *out.expiration <= *out.timestamp) {
    return syntax("x= is not later than t=");
  }
  cut_at_b(value, tags.find("b").value_or(value), out);
  return out;
}

/// d= of a field that is not well-formed.
std::optional<DomainName> read_domain(const std::vector<Tag>& tags) {
  const auto text = find(tags, "d");
  if (!text) return std::nullopt;
  auto domain = parse_domain(*text, "d");
  return domain ? std::optional(*std::move(domain)) : std::nullopt;
}

}  // namespace

std::string_view take_name(std::string_view& names) {
  const auto end = std::min(names.find(':'), names.size());
  const std::string_view name = trim(names.substr(0, end));
  names.remove_prefix(std::min(end + 1, names.size()));
  return name;
}

SignatureField parse_signature(std::string_view value) {
  const auto list = TagList::parse(value);
  const std::vector<Tag> tags = list ? list->tags() : lenient_tags(value);
  SignatureField field{.signature = list ? interpret(value, *list) : syntax(list.error().text)};
  field.domain = field.signature ? field.signature->domain : read_domain(tags);
  field.selector = shown_selector(find(tags, "s").value_or(""));
  field.algorithm = printable(find(tags, "a").value_or(""), 40);
  field.b = printable(without_white_space(find(tags, "b").value_or(""), kMaxShownSignature));
  return field;
}

}  // namespace waarmerk::policy::dkim
