#include "cli/actions_json.h"

namespace waarmerk::cli {

void write_actions(JsonWriter& json, const milter::Actions& actions) {
  json.key("actions").object_begin();
  json.key("add").array_begin();
  for (const milter::NewField& field : actions.add) {
    json.object_begin().field("name", field.name).field("value", field.value).object_end();
  }
  json.array_end().key("delete").array_begin();
  for (const policy::FieldPosition& position : actions.remove) {
    json.object_begin().field("name", position.name);
    json.field("index", std::int64_t{position.index}).object_end();
  }
  json.array_end().key("reply");
  if (actions.reply) {
    json.object_begin().field("code", actions.reply->code());
    json.field("enhanced", actions.reply->enhanced()).field("text", actions.reply->text());
    json.object_end();
  } else {
    json.null();
  }
  json.object_end();
}

}  // namespace waarmerk::cli
