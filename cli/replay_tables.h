// The tables of a replay, in the order in which every form of its output has them.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "policy/verdict.h"
#include "reporting/replay.h"

namespace waarmerk::cli {

struct NamedTable {
  /// In JSON and CSV.
  std::string_view name;
  /// For people.
  std::string_view heading;
  reporting::ChangeTable reporting::ReplayReport::* table;
};
inline constexpr std::array kReplayTables = {
    NamedTable{"changes", "Changes", &reporting::ReplayReport::changes},
    NamedTable{"rules", "Changes by the rule or setting that decides",
               &reporting::ReplayReport::rules},
    NamedTable{"author_domains", "Changes by author domain",
               &reporting::ReplayReport::author_domains},
    NamedTable{"sources", "Changes by client", &reporting::ReplayReport::sources},
    NamedTable{"recipient_domains",
               "Changes by recipient domain (a message counts for each that it has)",
               &reporting::ReplayReport::recipient_domains},
};

struct NamedMatrix {
  std::string_view name;
  std::string_view heading;
  reporting::ChangeMatrix reporting::ReplayReport::* matrix;
};
inline constexpr std::array kReplayMatrices = {
    NamedMatrix{"action", "What is done with the mail", &reporting::ReplayReport::by_action},
    NamedMatrix{"would", "What would be done, but for the mode and \"only_monitor\"",
                &reporting::ReplayReport::by_would},
};

inline constexpr std::array kReplayActions = {policy::ActionKind::Accept, policy::ActionKind::Tag,
                                              policy::ActionKind::Hold, policy::ActionKind::Reject,
                                              policy::ActionKind::Defer};
static_assert(kReplayActions.size() == reporting::kActionCount);

}  // namespace waarmerk::cli
