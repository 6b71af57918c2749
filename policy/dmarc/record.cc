// DMARC policy records: a tag list that forgives everything but its beginning.
#include "policy/dmarc/record.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/domain_name.h"
#include "base/text.h"
#include "base/words.h"

namespace waarmerk::policy {
namespace {

constexpr Words<Disposition, 3> kDispositions{{{
    {Disposition::None, "none"},
    {Disposition::Quarantine, "quarantine"},
    {Disposition::Reject, "reject"},
}}};

}  // namespace

std::string_view to_string(Disposition disposition) { return kDispositions.word(disposition); }

std::optional<Disposition> disposition_from(std::string_view name) {
  return kDispositions.find(name);
}

}  // namespace waarmerk::policy

namespace waarmerk::policy::dmarc {
namespace {

// ---- Tags ---------------------------------------------------------------------------------------

enum class KnownTag : std::uint8_t { P, Sp, Np, Psd, T, Adkim, Aspf, Fo, Rua, Ruf, Pct };
constexpr Words<KnownTag, 11> kTagNames{{{
    {KnownTag::P, "p"},
    {KnownTag::Sp, "sp"},
    {KnownTag::Np, "np"},
    {KnownTag::Psd, "psd"},
    {KnownTag::T, "t"},
    {KnownTag::Adkim, "adkim"},
    {KnownTag::Aspf, "aspf"},
    {KnownTag::Fo, "fo"},
    {KnownTag::Rua, "rua"},
    {KnownTag::Ruf, "ruf"},
    {KnownTag::Pct, "pct"},
}}};

/// What a record says of one tag. A value that breaks the grammar is empty: no tag takes that.
struct Given {
  std::string_view first;
  unsigned count = 0;
};

class GivenTags {
 public:
  [[nodiscard]] Given& operator[](KnownTag tag) { return tags_[std::to_underlying(tag)]; }
  [[nodiscard]] const Given& operator[](KnownTag tag) const {
    return tags_[std::to_underlying(tag)];
  }

 private:
  std::array<Given, kTagNames.table.size()> tags_;
};

struct NameAndValue {
  std::string_view name;
  std::string_view value;
};

/// Without SP and HTAB at both ends. A line break is no white space here (RFC 9989 4.8, *WSP).
std::string_view trim_wsp(std::string_view text) {
  while (!text.empty() && is_wsp(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_wsp(text.back())) text.remove_suffix(1);
  return text;
}

/// dmarc-value, and the HTAB that dmarc-urilist has between its URIs.
bool is_value_char(char c) { return is_wsp(c) || (is_ascii(c) && !is_control(c)); }

/// dmarc-tag: 1*ALPHA equals 1*dmarc-value; nullopt when there is not even a name and an '='.
std::optional<NameAndValue> parse_tag(std::string_view spec) {
  const auto equals = spec.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string_view value = trim_wsp(spec.substr(equals + 1));
  const bool sound = std::ranges::all_of(value, is_value_char);
  return NameAndValue{trim_wsp(spec.substr(0, equals)), sound ? value : std::string_view{}};
}

/// dmarc-version: the name in any case, the value exactly. Nothing may stand before it.
bool is_version(std::string_view spec) {
  if (!istarts_with(spec, "v")) return false;
  const auto tag = parse_tag(spec);
  return tag && iequals(tag->name, "v") && tag->value == "DMARC1";
}

GivenTags collect_tags(std::string_view list) {
  GivenTags given;
  for (const std::string_view spec : split(list, ';')) {
    const auto tag = parse_tag(spec);
    if (!tag) continue;
    const auto known = kTagNames.find(to_lower(tag->name));
    if (!known) continue;
    Given& place = given[*known];
    if (place.count++ == 0) place.first = tag->value;
  }
  return given;
}

// ---- Values -------------------------------------------------------------------------------------

/// dmarc-request. Which of two policies is meant cannot be known, so neither is. D-30
std::optional<Disposition> policy_value(const Given& given) {
  if (given.count != 1) return std::nullopt;
  return disposition_from(to_lower(given.first));
}

bool is_invalid_policy(const Given& given) { return given.count > 0 && !policy_value(given); }

/// The value of the word that is given, in any case; `fallback` for another text or none.
/// D-27, D-28
template <typename Value, std::size_t N>
Value value_or(const Given& given, const Words<Value, N>& words, Value fallback) {
  return words.find(to_lower(given.first)).value_or(fallback);
}

constexpr Words<Psd, 2> kPsdWords{{{{Psd::Yes, "y"}, {Psd::No, "n"}}}};
constexpr Words<bool, 1> kTestingWords{{{{true, "y"}}}};
constexpr Words<AlignmentMode, 1> kModeWords{{{{AlignmentMode::Strict, "s"}}}};

/// dmarc-fo: each of 0, 1, d, s at most once and not both 0 and 1; anything else is the default.
/// White space around the colons comes from RFC 7489 and is taken.
std::string failure_options(const Given& given) {
  static constexpr const char* kDefault = "0";
  std::string options;
  for (const std::string_view piece : split(given.first, ':')) {
    const std::string option = to_lower(trim_wsp(piece));
    if (option.size() != 1 || std::string_view("01ds").find(option) == std::string_view::npos) {
      return kDefault;
    }
    if (options.find(option) != std::string::npos) return kDefault;
    if (!options.empty()) options += ':';
    options += option;
  }
  const bool both =
      options.find('0') != std::string::npos && options.find('1') != std::string::npos;
  return both ? std::string(kDefault) : options;
}

// ---- Report URIs --------------------------------------------------------------------------------

/// Removes an obs-dmarc-report-size: '!', digits, and one of k, m, g, t.
std::string_view without_size(std::string_view uri) {
  const auto mark = uri.rfind('!');
  if (mark == std::string_view::npos) return uri;
  std::string_view size = uri.substr(mark + 1);
  if (!size.empty() &&
      std::string_view("kmgt").find(to_lower(size.back())) != std::string_view::npos) {
    size.remove_suffix(1);
  }
  const bool is_size = !size.empty() && std::ranges::all_of(size, is_digit);
  return is_size ? uri.substr(0, mark) : uri;
}

std::optional<unsigned> hex_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  const char lower = to_lower(c);
  if (lower >= 'a' && lower <= 'f') return static_cast<unsigned>(lower - 'a') + 10U;
  return std::nullopt;
}

/// Every '%' is followed by two hexadecimal digits that stand for no control character: the text
/// will be decoded into a mail header. RFC 3986 2.1
bool has_sound_escapes(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size()) return false;
    const auto high = hex_value(text[at + 1]);
    const auto low = hex_value(text[at + 2]);
    if (!high || !low || is_control(static_cast<char>(*high * 16U + *low))) return false;
  }
  return true;
}

/// What may stand in path and query of a URI, but ',' and '!', which must be encoded here.
/// RFC 3986 3.3, 3.4, RFC 9989 4.8
bool is_uri_char(char c) {
  return is_alnum(c) || std::string_view("-._~%$&'()*+=:@/?").find(c) != std::string_view::npos;
}

/// mailto: with one conventional address. RFC 6068 2, RFC 8616 6
bool is_mailto(std::string_view uri) {
  constexpr std::string_view kScheme = "mailto:";
  if (!istarts_with(uri, kScheme)) return false;
  uri.remove_prefix(kScheme.size());
  if (!std::ranges::all_of(uri, is_uri_char) || !has_sound_escapes(uri)) return false;
  const std::string_view address = uri.substr(0, uri.find('?'));
  const auto at = address.find('@');
  if (at == 0 || at == std::string_view::npos) return false;
  return DomainName::parse(address.substr(at + 1)).has_value();
}

/// dmarc-urilist: what is no URI, or of a scheme that we do not speak, does not hurt the others.
std::vector<std::string> report_uris(const Given& given) {
  std::vector<std::string> uris;
  for (const std::string_view piece : split(given.first, ',')) {
    if (uris.size() == kMaxReportUris) break;
    const std::string_view uri = without_size(trim_wsp(piece));
    if (is_mailto(uri)) uris.emplace_back(uri);
  }
  return uris;
}

/// A tab becomes the space that it means, so that the text still says the same when it is parsed.
std::string text_of(std::string_view published) {
  std::string text(published);
  std::ranges::replace(text, '\t', ' ');
  return printable(text, text.size());
}

}  // namespace

Result<Record> parse_record(std::string_view text) {
  const auto version_end = std::min(text.find(';'), text.size());
  if (!is_version(text.substr(0, version_end))) {
    return fail("not a DMARC record: it does not begin with \"v=DMARC1\"");
  }
  const GivenTags given = collect_tags(text.substr(version_end));
  constexpr std::size_t kMaxPct = 20;
  return Record{
      .p = policy_value(given[KnownTag::P]),
      .sp = policy_value(given[KnownTag::Sp]),
      .np = policy_value(given[KnownTag::Np]),
      .policy_tag_invalid = is_invalid_policy(given[KnownTag::P]) ||
                            is_invalid_policy(given[KnownTag::Sp]) ||
                            is_invalid_policy(given[KnownTag::Np]),
      .psd = value_or(given[KnownTag::Psd], kPsdWords, Psd::Unspecified),
      .testing = value_or(given[KnownTag::T], kTestingWords, false),
      .adkim = value_or(given[KnownTag::Adkim], kModeWords, AlignmentMode::Relaxed),
      .aspf = value_or(given[KnownTag::Aspf], kModeWords, AlignmentMode::Relaxed),
      .fo = failure_options(given[KnownTag::Fo]),
      .rua = report_uris(given[KnownTag::Rua]),
      .ruf = report_uris(given[KnownTag::Ruf]),
      .pct = printable(given[KnownTag::Pct].first, kMaxPct),
      .text = text_of(text),
  };
}

bool is_usable(const Record& record) {
  return (record.p && !record.policy_tag_invalid) || !record.rua.empty();
}

}  // namespace waarmerk::policy::dmarc
