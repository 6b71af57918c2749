// A checker for the part of JSON Schema (draft-07) that docs/log-schema.json uses.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace waarmerk::support {

/// The places where `value` breaks `schema`, each as "/pointer: why"; empty if it keeps to it.
/// Knows $ref into the schema's definitions, type, enum, const, oneOf, required, properties,
/// additionalProperties, items, maxItems, maxLength, minimum and pattern; another keyword is a
/// breach, so that no schema is believed further than it is checked.
[[nodiscard]] std::vector<std::string> schema_breaches(const nlohmann::json& schema,
                                                       const nlohmann::json& value);

}  // namespace waarmerk::support
