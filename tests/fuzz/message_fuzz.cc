// policy/message.h: any octets; the body is what remains behind the header.
#include "policy/message.h"

#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const auto message = policy::split_message(text);
  require(text.ends_with(message.body));
  std::size_t octets = message.body.size();
  for (const auto& field : message.fields) octets += field.name.size() + 1 + field.value.size();
  require(octets <= text.size());
}

}  // namespace waarmerk
