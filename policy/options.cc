#include "policy/options.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/text.h"
#include "base/words.h"

namespace waarmerk::policy {
namespace {

constexpr Words<OnReject, 3> kOnReject{{{{OnReject::Evidence, "evidence"},
                                         {OnReject::Reject, "reject"},
                                         {OnReject::Quarantine, "quarantine"}}}};
constexpr Words<OnQuarantine, 3> kOnQuarantine{
    {{{OnQuarantine::Tag, "tag"}, {OnQuarantine::Hold, "hold"}, {OnQuarantine::Reject, "reject"}}}};
constexpr Words<OnTempError, 2> kOnTempError{
    {{{OnTempError::Accept, "accept"}, {OnTempError::Defer, "defer"}}}};
constexpr Words<OnSpf, 4> kOnSpf{{{{OnSpf::None, "none"},
                                   {OnSpf::Tag, "tag"},
                                   {OnSpf::Hold, "hold"},
                                   {OnSpf::Reject, "reject"}}}};
constexpr Words<OnSpfError, 4> kOnSpfError{{{{OnSpfError::None, "none"},
                                             {OnSpfError::Tag, "tag"},
                                             {OnSpfError::Defer, "defer"},
                                             {OnSpfError::Reject, "reject"}}}};
constexpr Words<OnFrom, 4> kOnFrom{{{{OnFrom::Reject, "reject"},
                                     {OnFrom::Quarantine, "quarantine"},
                                     {OnFrom::Evaluate, "evaluate"},
                                     {OnFrom::Accept, "accept"}}}};
/// Without any author domain there is nothing to evaluate.
constexpr Words<OnFrom, 3> kOnNoFrom{
    {{{OnFrom::Reject, "reject"}, {OnFrom::Quarantine, "quarantine"}, {OnFrom::Accept, "accept"}}}};
constexpr Words<OnError, 2> kOnError{{{{OnError::Defer, "defer"}, {OnError::Accept, "accept"}}}};
constexpr Words<OnBodyLength, 2> kOnBodyLength{
    {{{OnBodyLength::Policy, "policy"}, {OnBodyLength::Accept, "accept"}}}};
/// The engines that are built in so far.
constexpr Words<EngineChoice, 1> kEngines{{{{EngineChoice::Native, "native"}}}};

/// Where an option lives in the settings.
template <typename T>
using Place = T& (*)(Settings&);

/// The const view of a place; the settings are copied because a Place is written for both uses.
template <typename T>
T read(Place<T> place, const Settings& settings) {
  Settings copy = settings;
  return place(copy);
}

Option boolean(std::string key, Place<bool> place) {
  return {
      .key = std::move(key),
      .expects = "true or false",
      .store = [place](Settings& settings, const OptionValue& value) -> Result<void> {
        const auto* given = std::get_if<bool>(&value);
        if (given == nullptr) return fail("wrong type");
        place(settings) = *given;
        return {};
      },
      .show = [place](const Settings& settings) -> OptionValue { return read(place, settings); }};
}

Option text(std::string key, Place<std::string> place) {
  return {
      .key = std::move(key),
      .expects = "a text in quotes",
      .store = [place](Settings& settings, const OptionValue& value) -> Result<void> {
        const auto* given = std::get_if<std::string>(&value);
        if (given == nullptr) return fail("wrong type");
        place(settings) = *given;
        return {};
      },
      .show = [place](const Settings& settings) -> OptionValue { return read(place, settings); }};
}

/// An authserv-id must be a token that no reader can take apart: RFC 8601 2.2 in its safest part.
Result<std::string> parse_authserv_id(const std::string& text) {
  const auto is_id_char = [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_'; };
  if (text.size() > 253 || !std::ranges::all_of(text, is_id_char)) {
    return fail("not a host name: \"" + printable(text, 60) + "\"");
  }
  return text;
}

Option authserv_id(std::string key, Place<std::string> place) {
  return {
      .key = std::move(key),
      .expects = "a name such as \"mx.example.com\", or \"\"",
      .store = [place](Settings& settings, const OptionValue& value) -> Result<void> {
        const auto* given = std::get_if<std::string>(&value);
        if (given == nullptr) return fail("wrong type");
        auto id = parse_authserv_id(*given);
        if (!id) return std::unexpected(id.error());
        place(settings) = std::move(*id);
        return {};
      },
      .show = [place](const Settings& settings) -> OptionValue { return read(place, settings); }};
}

struct Range {
  std::int64_t min;
  std::int64_t max;
};

/// Numbers and durations: anything that can be made from, and turned into, a count.
template <typename T, typename FromCount, typename ToCount>
Option counted(std::string key, Place<T> place, Range range, FromCount from, ToCount to) {
  return {
      .key = std::move(key),
      .expects = "a number from " + std::to_string(range.min) + " to " + std::to_string(range.max),
      .store = [place, range, from](Settings& settings, const OptionValue& value) -> Result<void> {
        const auto* given = std::get_if<std::int64_t>(&value);
        if (given == nullptr) return fail("wrong type");
        if (*given < range.min || *given > range.max) return fail("out of range");
        place(settings) = from(*given);
        return {};
      },
      .show = [place, to](const Settings& settings) -> OptionValue {
        return to(read(place, settings));
      }};
}

Option number(std::string key, Place<unsigned> place, Range range) {
  return counted(
      std::move(key), place, range, [](std::int64_t n) { return static_cast<unsigned>(n); },
      [](unsigned n) { return std::int64_t{n}; });
}

template <typename Duration>
Option duration(std::string key, Place<Duration> place, Range range) {
  return counted(
      std::move(key), place, range, [](std::int64_t n) { return Duration(n); },
      [](Duration d) { return static_cast<std::int64_t>(d.count()); });
}

template <typename Enum, std::size_t N>
std::string listed(const Words<Enum, N>& words) {
  std::string list;
  for (std::size_t i = 0; i < N; ++i) {
    if (i > 0) list += i + 1 == N ? " or " : ", ";
    list += '"';
    list += words.table[i].second;
    list += '"';
  }
  return list;
}

template <typename Enum, std::size_t N>
Option word(std::string key, const Words<Enum, N>& words, Place<Enum> place) {
  return {.key = std::move(key),
          .expects = listed(words),
          .store = [place, &words](Settings& settings, const OptionValue& value) -> Result<void> {
            const auto* given = std::get_if<std::string>(&value);
            if (given == nullptr) return fail("wrong type");
            const auto found = words.find(*given);
            if (!found) return fail("unknown word \"" + printable(*given, 60) + "\"");
            place(settings) = *found;
            return {};
          },
          .show = [place, &words](const Settings& settings) -> OptionValue {
            return std::string(words.word(read(place, settings)));
          }};
}

/// A list whose items have a parser of their own.
template <typename T, typename Parse, typename Show>
Option list(std::string key, std::string expects, Place<std::vector<T>> place, Parse parse,
            Show show) {
  return {.key = std::move(key),
          .expects = std::move(expects),
          .store = [place, parse](Settings& settings, const OptionValue& value) -> Result<void> {
            const auto* given = std::get_if<std::vector<std::string>>(&value);
            if (given == nullptr) return fail("wrong type");
            std::vector<T> items;
            for (const std::string& item : *given) {
              auto parsed = parse(item);
              if (!parsed) return std::unexpected(parsed.error());
              items.push_back(std::move(*parsed));
            }
            place(settings) = std::move(items);
            return {};
          },
          .show = [place, show](const Settings& settings) -> OptionValue {
            std::vector<std::string> texts;
            for (const T& item : read(place, settings)) texts.push_back(show(item));
            return texts;
          }};
}

Option networks(std::string key, Place<std::vector<IpPrefix>> place) {
  return list(std::move(key), "a list of networks such as \"192.0.2.0/24\"", place, IpPrefix::parse,
              [](const IpPrefix& prefix) { return prefix.text(); });
}

Option domains(std::string key, Place<std::vector<DomainName>> place) {
  return list(std::move(key), "a list of domain names", place, DomainName::parse,
              [](const DomainName& name) { return name.text(); });
}

Option addresses(std::string key, Place<std::vector<IpAddress>> place) {
  return list(std::move(key), "a list of IP addresses", place, IpAddress::parse,
              [](const IpAddress& ip) { return ip.text(); });
}

Option servers(std::string key, Place<std::vector<dns::ServerAddress>> place) {
  return list(std::move(key), "a list of \"address\" or \"address:port\"", place,
              dns::ServerAddress::parse,
              [](const dns::ServerAddress& server) { return server.text(); });
}

Option authserv_ids(std::string key, Place<std::vector<std::string>> place) {
  return list(std::move(key), "a list of names such as \"mx.example.com\"", place,
              parse_authserv_id, [](const std::string& id) { return id; });
}

/// File modes are written as octal text, "0660", as chmod takes them.
Option file_mode(std::string key, Place<unsigned> place) {
  return {.key = std::move(key),
          .expects = "an octal file mode without rights for others, such as \"0660\"",
          .store = [place](Settings& settings, const OptionValue& value) -> Result<void> {
            const auto* given = std::get_if<std::string>(&value);
            if (given == nullptr) return fail("wrong type");
            unsigned mode = 0;
            const auto [end, error] =
                std::from_chars(given->data(), given->data() + given->size(), mode, 8);
            if (error != std::errc{} || end != given->data() + given->size()) {
              return fail("not an octal number");
            }
            if ((mode & ~0770U) != 0) return fail("rights that a socket must not have");
            place(settings) = mode;
            return {};
          },
          .show = [place](const Settings& settings) -> OptionValue {
            std::string digits = "0000";
            unsigned mode = read(place, settings);
            for (std::size_t i = digits.size(); i-- > 0; mode >>= 3U) {
              digits[i] = static_cast<char>('0' + (mode & 7U));
            }
            return digits;
          }};
}

// A captureless lambda becomes a Place; the unary plus makes it a plain function pointer.
#define WAARMERK_AT(member) +[](Settings& s) -> decltype(auto) { return (s.member); }

std::vector<Option> milter_options() {
  return {
      text("milter.socket", WAARMERK_AT(milter.socket)),
      text("milter.socket_group", WAARMERK_AT(milter.socket_group)),
      file_mode("milter.socket_mode", WAARMERK_AT(milter.socket_mode)),
      text("milter.user", WAARMERK_AT(milter.user)),
      authserv_id("milter.authserv_id", WAARMERK_AT(milter.authserv_id)),
      authserv_ids("milter.more_authserv_ids", WAARMERK_AT(milter.more_authserv_ids)),
      duration<std::chrono::seconds>("milter.drain_seconds", WAARMERK_AT(milter.drain), {0, 600}),
  };
}

std::vector<Option> exempt_options() {
  return {
      boolean("exempt.loopback", WAARMERK_AT(exempt.loopback)),
      boolean("exempt.authenticated", WAARMERK_AT(exempt.authenticated)),
      networks("exempt.networks", WAARMERK_AT(exempt.networks)),
      networks("exempt.trusted_reinjection", WAARMERK_AT(trusted_reinjection)),
  };
}

std::vector<Option> policy_options() {
  return {
      word("policy.on_reject", kOnReject, WAARMERK_AT(on_reject)),
      word("policy.on_quarantine", kOnQuarantine, WAARMERK_AT(on_quarantine)),
      word("policy.on_temperror", kOnTempError, WAARMERK_AT(on_temperror)),
      word("policy.on_spf_fail", kOnSpf, WAARMERK_AT(on_spf_fail)),
      word("policy.on_spf_error", kOnSpfError, WAARMERK_AT(on_spf_error)),
      word("policy.several_from_fields", kOnFrom, WAARMERK_AT(several_from_fields)),
      word("policy.several_from_domains", kOnFrom, WAARMERK_AT(several_from_domains)),
      word("policy.no_from", kOnNoFrom, WAARMERK_AT(no_from)),
      word("policy.on_error", kOnError, WAARMERK_AT(on_error)),
      networks("policy.forwarder_networks", WAARMERK_AT(forwarder_networks)),
      domains("policy.forwarder_domains", WAARMERK_AT(forwarder_domains)),
  };
}

std::vector<Option> verification_options() {
  return {
      word("verify.engine", kEngines, WAARMERK_AT(engine)),
      number("spf.void_limit", WAARMERK_AT(spf.void_limit), {0, 10}),
      number("dkim.max_signatures", WAARMERK_AT(dkim.max_signatures), {1, 100}),
      number("dkim.min_rsa_bits", WAARMERK_AT(dkim.min_rsa_bits), {1024, 4096}),
      word("dkim.on_body_length", kOnBodyLength, WAARMERK_AT(dkim.on_body_length)),
      duration<std::chrono::seconds>("dkim.clock_skew_seconds", WAARMERK_AT(dkim.clock_skew),
                                     {0, 86400}),
  };
}

std::vector<Option> dns_options() {
  return {
      servers("dns.servers", WAARMERK_AT(dns.servers)),
      addresses("dns.trusted", WAARMERK_AT(dns.trusted)),
      duration<std::chrono::milliseconds>("dns.query_timeout_ms", WAARMERK_AT(dns.query_timeout),
                                          {10, 30000}),
      number("dns.tries", WAARMERK_AT(dns.tries), {1, 10}),
      duration<std::chrono::milliseconds>("dns.message_budget_ms", WAARMERK_AT(dns.message_budget),
                                          {100, 120000}),
      counted(
          "dns.cache_megabytes", +[](Settings& s) -> std::size_t& { return s.dns.cache_bytes; },
          Range{1, 4096}, [](std::int64_t n) { return static_cast<std::size_t>(n) << 20U; },
          [](std::size_t bytes) { return static_cast<std::int64_t>(bytes >> 20U); }),
      number("dns.max_waiting", WAARMERK_AT(dns.max_waiting), {1, 100000}),
  };
}

std::vector<Option> log_options() {
  return {
      text("log.directory", WAARMERK_AT(log.directory)),
      boolean("log.addresses", WAARMERK_AT(log.addresses)),
      duration<std::chrono::seconds>("log.sync_seconds", WAARMERK_AT(log.sync), {0, 3600}),
  };
}

#undef WAARMERK_AT

std::vector<Option> all_options() {
  std::vector<Option> all{word("mode", kModeWords, +[](Settings& s) -> Mode& { return s.mode; })};
  for (auto group : {milter_options(), exempt_options(), policy_options(), verification_options(),
                     dns_options(), log_options()}) {
    std::ranges::move(group, std::back_inserter(all));
  }
  return all;
}

/// Levenshtein distance; keys are short.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

const std::vector<Option>& options() {
  static const std::vector<Option> table = all_options();
  return table;
}

const Option* find_option(std::string_view key) {
  const auto option = std::ranges::find(options(), key, &Option::key);
  return option == options().end() ? nullptr : &*option;
}

std::string nearest_key(std::string_view key) {
  std::string nearest;
  if (key.size() > 64) return nearest;
  // A third of the letters may be wrong; beyond that it is another word.
  std::size_t best = key.size() / 3 + 1;
  for (const Option& option : options()) {
    const std::size_t distance = edit_distance(key, option.key);
    if (distance < best) {
      best = distance;
      nearest = option.key;
    }
  }
  return nearest;
}

}  // namespace waarmerk::policy
