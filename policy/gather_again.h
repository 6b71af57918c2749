// The evidence of a logged message again, with what the DNS says now.
#pragma once

#include <string_view>

#include "dns/recording.h"
#include "policy/facts.h"
#include "policy/settings.h"

namespace waarmerk::policy {

/// Asks once more all that gather() asked for the message of which `then` is known, and returns the
/// evidence as it would be: SPF, the DMARC records and walks are made anew. A signature cannot be
/// verified without its message. What was found of it then stands, unless its key is gone or
/// another: then it is what a verifier would say. Where it had no usable key then and has one now,
/// the result stands too, and `reason` is kUnknowable.
///
/// Organizational domains are found by the method of then, by the native engine, and `settings` say
/// the rest. SPF is asked for postmaster where the local part of MAIL FROM is not in the evidence.
/// A message that was not judged comes back as it is. Waits at most until `deadline`.
[[nodiscard]] Facts gather_again(const Facts& then, const Settings& settings,
                                 dns::MessageLookup& lookup, Instant deadline);

/// The reason of a signature of which the DNS of now cannot say what it would be.
inline constexpr std::string_view kUnknowable =
    "there is a usable key now; whether the signature is right cannot be known without the message";

/// True if SPF is asked for a local part that stands in for the one of then.
[[nodiscard]] bool lacks_local_part(const Facts& then);

}  // namespace waarmerk::policy
