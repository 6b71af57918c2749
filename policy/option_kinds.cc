// Each kind is a pair of functions over one place in the settings.
#include "policy/option_kinds.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "policy/evidence.h"

namespace waarmerk::policy {
namespace {

/// A setting from what the file holds, and back.
template <typename Parse, typename Show>
struct Conversion {
  Parse parse;
  Show show;
};

/// Numbers and durations: anything that can be made from, and turned into, a count.
template <typename T, typename FromCount, typename ToCount>
Option counted(About about, Place<T> place, Range range, Conversion<FromCount, ToCount> convert) {
  const auto [from, to] = convert;
  return {
      std::move(about),
      "a number from " + std::to_string(range.min) + " to " + std::to_string(range.max),
      [place, range, from](Settings& settings, const OptionValue& value) {
        const auto* given = std::get_if<std::int64_t>(&value);
        if (given == nullptr) return wrong_type(value);
        if (*given < range.min || *given > range.max) {
          return std::vector{ValueFault{std::to_string(*given) + " is out of range", {}}};
        }
        place(settings) = from(*given);
        return std::vector<ValueFault>{};
      },
      [place, to](const Settings& settings) -> OptionValue { return to(read(place, settings)); }};
}

template <typename Duration>
Option duration(About about, Place<Duration> place, Range range) {
  return counted(std::move(about), place, range,
                 Conversion{[](std::int64_t n) { return Duration(n); },
                            [](Duration d) { return static_cast<std::int64_t>(d.count()); }});
}

/// A text with a parser of its own, or "" for nothing.
template <typename T, typename Parse>
Option optional_text(About about, std::string expects, Place<std::optional<T>> place,
                     const Parse& parse) {
  return parsed_text(
      std::move(about), std::move(expects),
      [place, parse](Settings& settings, const std::string& given) -> Result<void> {
        place(settings).reset();
        if (given.empty()) return {};
        auto parsed = parse(given);
        if (!parsed) return std::unexpected(std::move(parsed.error()));
        place(settings) = std::move(*parsed);
        return {};
      },
      [place](const Settings& settings) -> OptionValue {
        const auto value = read(place, settings);
        return value ? value->text() : std::string();
      });
}

/// A list whose items have a parser of their own.
template <typename T, typename Parse, typename Show>
Option list(About about, std::string expects, Place<std::vector<T>> place,
            Conversion<Parse, Show> convert) {
  const auto [parse, show] = convert;
  return {std::move(about), std::move(expects),
          [place, parse](Settings& settings, const OptionValue& value) {
            const auto* given = std::get_if<std::vector<std::string>>(&value);
            if (given == nullptr) return wrong_type(value);
            std::vector<T> items;
            std::vector<ValueFault> faults;
            for (std::size_t i = 0; i < given->size(); ++i) {
              const std::string& item = given->at(i);
              auto parsed = parse(item);
              if (parsed) {
                items.push_back(std::move(*parsed));
              } else {
                faults.push_back(item_fault(i, item, parsed.error().text));
              }
            }
            place(settings) = std::move(items);
            return faults;
          },
          [place, show](const Settings& settings) -> OptionValue {
            std::vector<std::string> texts;
            for (const T& item : read(place, settings)) texts.push_back(show(item));
            return texts;
          }};
}

constexpr auto kTextOf = [](const auto& item) { return item.text(); };

Result<std::string> parse_plain(const std::string& text) {
  if (std::ranges::any_of(text, is_control)) return fail("holds a control character");
  return text;
}

Result<std::string> parse_authserv_id(const std::string& text) {
  const auto is_id_char = [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_'; };
  if (text.size() > 253 || !std::ranges::all_of(text, is_id_char)) {
    return fail("not a host name: \"" + printable(text, 60) + "\"");
  }
  return text;
}

Result<std::string> parse_evidence_name(const std::string& text) {
  if (find_evidence(text) != nullptr) return text;
  std::vector<std::string_view> known;
  for (const EvidenceKind& kind : kEvidenceKinds) known.push_back(kind.name);
  const std::string nearest = nearest_word(text, known);
  return fail("no evidence item is called \"" + printable(text, 60) + "\"" +
              (nearest.empty() ? "" : ", did you mean \"" + nearest + "\"?"));
}

Result<unsigned> parse_file_mode(const std::string& text) {
  unsigned mode = 0;
  const char* const end_of_text = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), end_of_text, mode, 8);
  if (error != std::errc{} || end != end_of_text) return fail("not an octal number");
  if ((mode & ~0770U) != 0) return fail("rights that a socket must not have");
  return mode;
}

std::string show_file_mode(unsigned mode) {
  std::string digits = "0000";
  for (std::size_t i = digits.size(); i-- > 0; mode >>= 3U) {
    digits[i] = static_cast<char>('0' + (mode & 7U));
  }
  return digits;
}

/// A text that is kept as `parse` returns it.
template <typename T, typename Parse, typename Show>
Option converted(About about, std::string expects, Place<T> place,
                 Conversion<Parse, Show> convert) {
  const auto [parse, show] = convert;
  return parsed_text(
      std::move(about), std::move(expects),
      [place, parse](Settings& settings, const std::string& given) -> Result<void> {
        auto parsed = parse(given);
        if (!parsed) return std::unexpected(parsed.error());
        place(settings) = std::move(*parsed);
        return {};
      },
      [place, show](const Settings& settings) -> OptionValue {
        return show(read(place, settings));
      });
}

constexpr auto kItself = [](const std::string& kept) { return kept; };

}  // namespace

std::vector<ValueFault> wrong_type(const OptionValue& value) {
  const auto kind = std::visit(Overloaded{
                                   [](bool) { return "true or false"; },
                                   [](std::int64_t) { return "a number"; },
                                   [](const std::string&) { return "a text"; },
                                   [](const std::vector<std::string>&) { return "a list"; },
                               },
                               value);
  return {{std::string("is ") + kind, {}}};
}

ValueFault item_fault(std::size_t index, const std::string& item, const std::string& why) {
  const std::string quoted = "\"" + printable(item, 60) + "\"";
  const bool is_named = why.find(quoted) != std::string::npos;
  return {is_named ? why : quoted + ": " + why, index};
}

std::optional<std::vector<std::string>> texts_of(const OptionValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return std::vector{*text};
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return *list;
  return std::nullopt;
}

Option parsed_text(About about, std::string expects,
                   std::function<Result<void>(Settings&, const std::string&)> store,
                   std::function<OptionValue(const Settings&)> show) {
  return {std::move(about), std::move(expects),
          [store = std::move(store)](Settings& settings, const OptionValue& value) {
            const auto* given = std::get_if<std::string>(&value);
            if (given == nullptr) return wrong_type(value);
            const auto stored = store(settings, *given);
            if (stored) return std::vector<ValueFault>{};
            return std::vector{ValueFault{stored.error().text, {}}};
          },
          std::move(show)};
}

std::string alternatives(const std::vector<std::string_view>& words) {
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) list += i + 1 == words.size() ? " or " : ", ";
    list += '"';
    list += words[i];
    list += '"';
  }
  return list;
}

Option boolean(About about, Place<bool> place) {
  return {std::move(about), "true or false",
          [place](Settings& settings, const OptionValue& value) {
            const auto* given = std::get_if<bool>(&value);
            if (given == nullptr) return wrong_type(value);
            place(settings) = *given;
            return std::vector<ValueFault>{};
          },
          [place](const Settings& settings) -> OptionValue { return read(place, settings); }};
}

Option text(About about, Place<std::string> place) {
  return converted(std::move(about), "a text in quotes", place, Conversion{parse_plain, kItself});
}

Option authserv_id(About about, Place<std::string> place) {
  return converted(std::move(about), "a name such as \"mx.example.com\", or \"\"", place,
                   Conversion{parse_authserv_id, kItself});
}

Option file_mode(About about, Place<unsigned> place) {
  return converted(std::move(about),
                   "an octal file mode in quotes, without rights for others, such as \"0660\"",
                   place, Conversion{parse_file_mode, show_file_mode});
}

Option number(About about, Place<unsigned> place, Range range) {
  return counted(std::move(about), place, range,
                 Conversion{[](std::int64_t n) { return static_cast<unsigned>(n); },
                            [](unsigned n) { return std::int64_t{n}; }});
}

Option seconds(About about, Place<std::chrono::seconds> place, Range range) {
  return duration(std::move(about), place, range);
}

Option minutes(About about, Place<std::chrono::minutes> place, Range range) {
  return duration(std::move(about), place, range);
}

Option milliseconds(About about, Place<std::chrono::milliseconds> place, Range range) {
  return duration(std::move(about), place, range);
}

Option mebibytes(About about, Place<std::size_t> place, Range range) {
  return counted(
      std::move(about), place, range,
      Conversion{[](std::int64_t n) { return static_cast<std::size_t>(n) << 20U; },
                 [](std::size_t octets) { return static_cast<std::int64_t>(octets >> 20U); }});
}

Option networks(About about, Place<std::vector<IpPrefix>> place) {
  return list(std::move(about), "a list of networks such as \"192.0.2.0/24\"", place,
              Conversion{IpPrefix::parse, kTextOf});
}

Option optional_domain(About about, Place<std::optional<DomainName>> place) {
  return optional_text(std::move(about), "a domain name, or \"\"", place, DomainName::parse);
}

Option optional_mailbox(About about, Place<std::optional<MailAddress>> place) {
  return optional_text(std::move(about), "an address such as \"dmarc@example.org\", or \"\"", place,
                       MailAddress::parse);
}

Option mailboxes(About about, Place<std::vector<MailAddress>> place) {
  return list(std::move(about), "a list of addresses", place,
              Conversion{MailAddress::parse, kTextOf});
}

Option domains(About about, Place<std::vector<DomainName>> place) {
  return list(std::move(about), "a list of domain names", place,
              Conversion{DomainName::parse, kTextOf});
}

Option addresses(About about, Place<std::vector<IpAddress>> place) {
  return list(std::move(about), "a list of IP addresses", place,
              Conversion{IpAddress::parse, kTextOf});
}

Option servers(About about, Place<std::vector<dns::ServerAddress>> place) {
  return list(std::move(about), "a list of \"address\" or \"address:port\"", place,
              Conversion{dns::ServerAddress::parse, kTextOf});
}

Option evidence_names(About about, Place<std::vector<std::string>> place) {
  return list(std::move(about), "a list of names of evidence items", place,
              Conversion{parse_evidence_name, kItself});
}

Option authserv_ids(About about, Place<std::vector<std::string>> place) {
  return list(std::move(about), "a list of names such as \"mx.example.com\"", place,
              Conversion{parse_authserv_id, kItself});
}

}  // namespace waarmerk::policy
