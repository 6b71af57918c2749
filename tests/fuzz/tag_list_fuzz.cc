// base/tag_list.h: any octets, no crash, no fault.
#include "base/tag_list.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) { static_cast<void>(TagList::parse(text)); }

}  // namespace waarmerk
