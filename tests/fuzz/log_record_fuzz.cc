// The writer of the log against its reader: what is written is read, and written alike. The octets
// are the seed of a record.
#include <random>

#include "reporting/record.h"
#include "tests/fuzz/target.h"
#include "tests/support/record_samples.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  std::seed_seq seed(text.begin(), text.end());
  std::mt19937 random(seed);
  const auto texts = text.size() % 2 == 0 ? support::Texts::WellFormed : support::Texts::Hostile;
  const reporting::Record record = support::chance_record(random, texts);
  const std::string line = reporting::write_record(record);
  const auto read = reporting::parse_record(line);
  require(read.has_value() && line.size() < reporting::kMaxLine);
  require(reporting::write_record(*read) == line);
  require((*read == record) == read->cut.empty());
}

}  // namespace waarmerk
