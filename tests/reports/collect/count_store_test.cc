// What a collector leaves in a database, and finds there again.
#include "reporting/collect/count_store.h"

#include <gtest/gtest.h>

#include "tests/reports/store/store_fixture.h"

namespace waarmerk::reporting {
namespace {

using support::kMorning;

class CountStoreTest : public support::StoreTest {};

/// Machines that were copied name their files alike, and may have them at the same place.
TEST_P(CountStoreTest, KeepsTheFilesOfTwoHostsApart) {
  Database database = open();
  DatabaseCountStore here(database, "mx1.example.net");
  DatabaseCountStore there(database, "mx2.example.net");
  const FileProgress read{.path = "/var/log/waarmerk/a.jsonl", .identity = "1:2", .octets = 900};
  const FileProgress less{.path = read.path, .identity = "1:2", .octets = 100};
  ASSERT_TRUE(here.store({.files = {read}}, kMorning));
  EXPECT_EQ(*here.load_file(read.path), read);
  EXPECT_EQ(*there.load_file(read.path), std::nullopt);
  ASSERT_TRUE(there.store({.files = {less}}, kMorning));
  EXPECT_EQ(*here.load_file(read.path), read);
  EXPECT_EQ(*there.load_file(read.path), less);
}

WAARMERK_ON_BOTH_DATABASES(CountStoreTest);

}  // namespace
}  // namespace waarmerk::reporting
