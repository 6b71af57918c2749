// What another policy would have done with the mail of a log: every message decided again from its
// evidence, and the differences counted. Pure but for the memory of the counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "policy/facts.h"
#include "policy/settings.h"
#include "policy/verdict.h"
#include "reporting/change_table.h"
#include "reporting/opendmarc_history.h"
#include "reporting/record.h"

namespace waarmerk::reporting {

/// Which of the two actions of a decision the tables compare.
enum class Basis : std::uint8_t {
  Action,  ///< what was and would be done with the mail: the mode counts
  Would,  ///< what would have been done had neither the mode nor a rule with "only_monitor" held it
          ///< back, before and after: the policy alone counts
};

/// The basis that shows what a candidate is about: one in mode "monitor" does nothing to mail, so
/// its effect is what enforcing it would do.
[[nodiscard]] Basis basis_for(policy::Mode candidate);

/// How a message was answered.
struct Answered {
  policy::ActionKind action = policy::ActionKind::Accept;
  policy::ActionKind would = policy::ActionKind::Accept;
  std::string_view rule;
};

/// The differences, as far as they are counted.
struct ReplayReport {
  /// Messages that were decided again, exempt ones among them.
  std::uint64_t messages = 0;
  /// Messages that were not judged when they came: no policy can judge them now.
  std::uint64_t exempt = 0;
  /// Messages whose line was cut where a decision reads: theirs may differ for that alone.
  std::uint64_t cut = 0;
  /// Lines that say that an earlier decision was not carried out. They decide nothing.
  std::uint64_t amendments = 0;
  /// Messages whose action changes, by the basis of the replay.
  std::uint64_t changed = 0;
  /// Time of the earliest and of the latest message; nullopt without any.
  std::optional<WallTime> first;
  std::optional<WallTime> last;

  ChangeMatrix by_action;
  ChangeMatrix by_would;
  /// Of the changed messages. The key of `changes` is empty; that of `rules` is "before -> after".
  /// A message counts once for each of its recipient domains.
  ChangeTable changes;
  ChangeTable rules;
  ChangeTable author_domains;
  ChangeTable sources;
  ChangeTable recipient_domains;
};

/// Decides messages again. One thread.
class Replay {
 public:
  /// `candidate` must outlive this object.
  Replay(const policy::Settings& candidate, Basis basis)
      : candidate_(candidate), for_history_(without_unknown(candidate)), basis_(basis) {}

  /// Decides the message of a line of the log again and counts what differs from how it was
  /// answered.
  void add(const Record& record);
  /// The same with a message of OpenDMARC's history.
  void add(const HistoryMessage& message);
  void add(const Amendment&) { ++report_.amendments; }

  [[nodiscard]] const ReplayReport& report() const { return report_; }

 private:
  void decide(const policy::Facts& facts, const policy::Settings& settings, const Answered& before);
  void count_change(const policy::Facts& facts, const policy::Verdict& verdict,
                    const Answered& before, Change change);

  const policy::Settings& candidate_;
  policy::Settings for_history_;
  Basis basis_;
  ReplayReport report_;
};

/// An option that decides what is known of a message, and therefore cannot be tried on evidence
/// that was gathered under another value of it.
struct UntriedOption {
  std::string key;
  /// As the configuration spells them.
  std::string current;
  std::string candidate;

  bool operator==(const UntriedOption&) const = default;
};

/// The options of that kind in which the candidate differs from the settings under which the log
/// was written. Pure.
[[nodiscard]] std::vector<UntriedOption> untried_options(const policy::Settings& current,
                                                         const policy::Settings& candidate);

}  // namespace waarmerk::reporting
