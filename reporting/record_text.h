// How single values of a record are spelled in the log, in both directions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/domain_name.h"
#include "policy/dmarc/record.h"
#include "policy/settings.h"
#include "policy/verdict.h"

namespace waarmerk::reporting {

/// "2026-05-01T12:00:00.000000Z"; years outside 0 to 9999 become the nearest time inside. RFC
/// 3339 5.6
[[nodiscard]] std::string timestamp(WallTime time);
/// Reads exactly that form; nullopt for another one and for a day or hour that does not exist.
[[nodiscard]] std::optional<WallTime> timestamp_from(std::string_view text);

/// True if the name is spelled as it is: it has only printable ASCII and no backslash.
[[nodiscard]] bool is_plain_name(const DomainName& name);
/// The name with every other octet as \DDD, decimal, and a backslash as two: nothing is lost.
/// RFC 1035 5.1
[[nodiscard]] std::string spell_name(const DomainName& name);
/// Reads what spell_name wrote; nullopt for a bad escape or what the DNS cannot carry.
[[nodiscard]] std::optional<DomainName> name_from(std::string_view text);

/// The words of the configuration file.
[[nodiscard]] std::string_view to_word(policy::Mode mode);
[[nodiscard]] std::optional<policy::Mode> mode_from(std::string_view word);
[[nodiscard]] std::string_view to_word(policy::Engine engine);
[[nodiscard]] std::optional<policy::Engine> engine_from(std::string_view word);
[[nodiscard]] std::string_view to_word(policy::DiscoveryMethod method);
[[nodiscard]] std::optional<policy::DiscoveryMethod> discovery_from(std::string_view word);

/// "forgery" or "indirect_mail".
[[nodiscard]] std::string_view to_word(policy::EvidenceItem::Speaks speaks);
[[nodiscard]] std::optional<policy::EvidenceItem::Speaks> speaks_from(std::string_view word);

/// The letters of DMARC tags: "r" and "s", "y", "n" and "u". RFC 9989 4.7
[[nodiscard]] std::string_view to_word(policy::dmarc::AlignmentMode mode);
[[nodiscard]] std::optional<policy::dmarc::AlignmentMode> alignment_from(std::string_view word);
[[nodiscard]] std::string_view to_word(policy::dmarc::Psd psd);
[[nodiscard]] std::optional<policy::dmarc::Psd> psd_from(std::string_view word);

}  // namespace waarmerk::reporting
