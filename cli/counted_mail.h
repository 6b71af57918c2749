// Counted mail that a postmaster or a script asks the store about.
#pragma once

#include <string>

#include "base/clock.h"
#include "cli/outcome.h"
#include "policy/settings.h"
#include "reporting/store/queries.h"

namespace waarmerk::cli {

/// What the questions have in common, as it was typed.
struct CountedQuestion {
  /// Settings that say where the store is; empty: the usual ones.
  std::string config_file;
  /// Moments as parse_moment() takes them; the store knows days (UTC): those that a part of the
  /// span falls into. Empty: no limit.
  std::string since;
  std::string until;
  /// A policy domain, "*.x" for all below x, or empty.
  std::string domain;
};

/// The store, and which mail of it is meant.
struct OpenedMail {
  policy::Settings settings;
  reporting::Database database;
  reporting::CountedMail mail;
};

/// Opens the store of the settings. EX_USAGE for a wrong option; else as open_collected().
[[nodiscard]] Outcome<OpenedMail> open_counted_mail(const CountedQuestion& question);

}  // namespace waarmerk::cli
