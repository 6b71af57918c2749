// What each version of the store's tables was made by.
#pragma once

#include <array>

#include "reporting/store/schema.h"

namespace waarmerk::reporting {

/// From nothing to version 1. A step that was released is never changed: another follows it.
[[nodiscard]] SchemaStep first_tables();

/// All steps, in their order.
[[nodiscard]] std::array<SchemaStep, kSchemaVersion> schema_steps();

}  // namespace waarmerk::reporting
