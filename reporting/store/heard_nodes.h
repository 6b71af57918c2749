// How far each mail server has been heard of.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "reporting/store/database.h"

namespace waarmerk::reporting {

/// A mail server that wrote log lines which were counted.
struct HeardNode {
  std::string node;
  /// The time of its newest line.
  WallTime newest{};

  bool operator==(const HeardNode&) const = default;
};

/// All of them that are remembered, by name.
[[nodiscard]] Result<std::vector<HeardNode>> heard_nodes(Database& database);

}  // namespace waarmerk::reporting
