// Actions as JSON, the part of `check --json` that the log does not have.
#pragma once

#include "base/json.h"
#include "milter/actions.h"

namespace waarmerk::cli {

/// Adds "actions" to the object that is open in `json`: {"add":[{name,value}],
/// "delete":[{name,index}],"reply":null|{code,enhanced,text}}. Values have no leading space.
void write_actions(JsonWriter& json, const milter::Actions& actions);

}  // namespace waarmerk::cli
