// The kinds of options: how a value of the configuration file becomes a setting, and back.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/words.h"
#include "policy/options.h"
#include "policy/settings.h"

namespace waarmerk::policy {

/// Where an option lives in the settings.
template <typename T>
using Place = T& (*)(Settings&);

/// What stands there. The settings are copied because a Place is written for both uses.
template <typename T>
[[nodiscard]] T read(Place<T> place, const Settings& settings) {
  Settings copy = settings;
  return place(copy);
}

/// Numbers that an option takes, both ends included.
struct Range {
  std::int64_t min;
  std::int64_t max;
};

/// The fault of a value of the wrong type: "is a text".
[[nodiscard]] std::vector<ValueFault> wrong_type(const OptionValue& value);

/// The texts of a value that may be one text or a list of them; nullopt for another type.
[[nodiscard]] std::optional<std::vector<std::string>> texts_of(const OptionValue& value);

/// The fault of an item, or of a value with one, which is named: "\"a..b\": an empty label".
[[nodiscard]] ValueFault item_fault(std::size_t index, const std::string& item,
                                    const std::string& why);

/// A text with a meaning of its own. `store` is given every text; its error is one clause.
[[nodiscard]] Option parsed_text(About about, std::string expects,
                                 std::function<Result<void>(Settings&, const std::string&)> store,
                                 std::function<OptionValue(const Settings&)> show);

/// `"a", "b" or "c"`.
[[nodiscard]] std::string alternatives(const std::vector<std::string_view>& words);

/// One word of a table, which must outlive the option.
template <typename Enum, std::size_t N>
[[nodiscard]] Option word(About about, const Words<Enum, N>& words, Place<Enum> place) {
  std::vector<std::string_view> known;
  known.reserve(N);
  for (const auto& entry : words.table) known.push_back(entry.second);
  return parsed_text(
      std::move(about), alternatives(known),
      [place, &words](Settings& settings, const std::string& given) -> Result<void> {
        const auto found = words.find(given);
        if (!found) return fail("unknown word \"" + printable(given, 60) + "\"");
        place(settings) = *found;
        return {};
      },
      [place, &words](const Settings& settings) -> OptionValue {
        return std::string(words.word(read(place, settings)));
      });
}

[[nodiscard]] Option boolean(About about, Place<bool> place);
/// Any text without control characters.
[[nodiscard]] Option text(About about, Place<std::string> place);
/// A name for Authentication-Results, or "". RFC 8601 2.2 in its safest part: a token that no
/// reader can take apart.
[[nodiscard]] Option authserv_id(About about, Place<std::string> place);
/// File modes are written as octal text, "0660", as chmod takes them. No rights for others.
[[nodiscard]] Option file_mode(About about, Place<unsigned> place);

[[nodiscard]] Option number(About about, Place<unsigned> place, Range range);
[[nodiscard]] Option seconds(About about, Place<std::chrono::seconds> place, Range range);
[[nodiscard]] Option minutes(About about, Place<std::chrono::minutes> place, Range range);
[[nodiscard]] Option milliseconds(About about, Place<std::chrono::milliseconds> place, Range range);
/// A number of MiB for a setting in octets.
[[nodiscard]] Option mebibytes(About about, Place<std::size_t> place, Range range);

[[nodiscard]] Option networks(About about, Place<std::vector<IpPrefix>> place);
/// One domain, or "" for none.
[[nodiscard]] Option optional_domain(About about, Place<std::optional<DomainName>> place);
/// One address of mail, or "" for none.
[[nodiscard]] Option optional_mailbox(About about, Place<std::optional<MailAddress>> place);
[[nodiscard]] Option mailboxes(About about, Place<std::vector<MailAddress>> place);
[[nodiscard]] Option domains(About about, Place<std::vector<DomainName>> place);
[[nodiscard]] Option addresses(About about, Place<std::vector<IpAddress>> place);
[[nodiscard]] Option servers(About about, Place<std::vector<dns::ServerAddress>> place);
/// Names of evidence items. An unknown one is told with the name that is nearest to it.
[[nodiscard]] Option evidence_names(About about, Place<std::vector<std::string>> place);
[[nodiscard]] Option authserv_ids(About about, Place<std::vector<std::string>> place);

}  // namespace waarmerk::policy
