// The whole chain on one message that is at hand: what the daemon does, without a mail server.
#pragma once

#include <string>

#include "base/clock.h"
#include "dns/lookup.h"
#include "milter/actions.h"
#include "policy/gather.h"
#include "policy/message.h"
#include "policy/settings.h"
#include "reporting/record.h"

namespace waarmerk::cli {

/// One message and what surrounds it. Everything referenced must outlive the call.
struct ChainInput {
  /// Envelope, client and time; the rest is filled in from the message.
  policy::MessageParts parts;
  const policy::SplitMessage& message;
  const policy::Settings& settings;
  dns::Lookup& resolver;
  /// Our name where the settings give none, and %{r} in SPF explanations.
  std::string host;
  /// When the DNS budget begins.
  Instant now;
};

/// What the log and the mail server would have been told.
struct ChainOutput {
  /// Without seq, run and timings.
  reporting::Record record;
  milter::Actions actions;
};

/// Verifies, decides and plans. Deterministic given its input.
[[nodiscard]] ChainOutput run_chain(ChainInput input);

}  // namespace waarmerk::cli
