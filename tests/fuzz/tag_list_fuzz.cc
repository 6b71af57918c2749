// base/tag_list.h: any octets; each tag is found by its name.
#include "base/tag_list.h"

#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const auto list = TagList::parse(text);
  if (!list) return;
  for (const Tag& tag : list->tags()) require(list->find(tag.name) == tag.value);
}

}  // namespace waarmerk
