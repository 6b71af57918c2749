// policy/explain.h: whatever a line of the log holds, its story is short and printable.
#include <algorithm>

#include "policy/explain.h"
#include "reporting/record.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const auto record = reporting::parse_record(text);
  if (!record) return;
  const auto story = policy::explain(record->facts, record->verdict);
  require(!story.empty());
  for (const policy::Paragraph& paragraph : story) {
    require(!paragraph.sentences.empty());
    for (const std::string& sentence : paragraph.sentences) {
      require(sentence.size() <= 1200);
      require(std::ranges::all_of(sentence, [](char c) { return c >= ' ' && c <= '~'; }));
    }
  }
}

}  // namespace waarmerk
