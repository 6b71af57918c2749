// Who verifies: the evaluators of this project, or the libraries that they are held against.
#pragma once

#include <cstdint>
#include <string>

#include "base/words.h"

namespace waarmerk::policy {

/// For SPF and DKIM alike.
enum class Engine : std::uint8_t {
  Native,     ///< our own
  Reference,  ///< libspf2 and libopendkim, behind guards; what they cannot take is never a pass
  Both,       ///< ours decides, the other is compared
};

/// The words that the configuration and the log share.
inline constexpr Words<Engine, 3> kEngineWords{
    {{{Engine::Native, "native"}, {Engine::Reference, "reference"}, {Engine::Both, "both"}}}};

/// Where the two engines part, with Engine::Both. It changes no result. Printable.
struct Disagreement {
  /// "spf" or "dkim".
  std::string mechanism;
  /// What was looked at: an identity of SPF, or domain, selector and place of a signature.
  std::string subject;
  /// What each found.
  std::string native;
  std::string reference;

  bool operator==(const Disagreement&) const = default;
};

}  // namespace waarmerk::policy
