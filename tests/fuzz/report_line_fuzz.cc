// The collector's reader of lines against the parser of records, over any octets.
#include "tests/fuzz/target.h"
#include "tests/support/line_agreement.h"

namespace waarmerk {

void fuzz_one(std::string_view text) { require(support::disagreement(text).empty()); }

}  // namespace waarmerk
