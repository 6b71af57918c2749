// The room that knows SQL: what goes in comes out, and whatever goes wrong is a value.
#include "reporting/store/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "tests/reports/store/store_fixture.h"
#include "tests/support/wait_for.h"

namespace waarmerk::reporting {
namespace {

using support::value_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Connections to a database with one table, `t (i, t)`.
class DatabaseTest : public support::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    Database database = connect();
    ASSERT_TRUE(database.execute("CREATE TABLE t (i BIGINT PRIMARY KEY, t TEXT)").has_value());
  }
  Database connect() { return value_of(Database::open(store())); }
  std::int64_t count() {
    std::int64_t count = -1;
    const auto asked = connect().query("SELECT COUNT(*) FROM t", {}, {SqlType::Integer},
                                       [&](const SqlRow& row) { count = number_of(row[0]); });
    EXPECT_TRUE(asked.has_value());
    return count;
  }
};

Result<void> insert(Database& database, std::int64_t number) {
  const auto done = database.execute("INSERT INTO t (i, t) VALUES (:i, 'x')", {number});
  if (!done) return std::unexpected(done.error());
  return {};
}

TEST_P(DatabaseTest, ValuesOfEveryTypeComeBack) {
  Database database = connect();
  const std::vector<SqlRow> rows = {{std::int64_t{1}, std::string("text")},
                                    {std::int64_t{INT64_MAX}, std::string()},
                                    {std::int64_t{INT64_MIN}, {}},
                                    {std::int64_t{0}, std::string("5")}};
  for (const SqlRow& row : rows) {
    EXPECT_EQ(*database.execute("INSERT INTO t (i, t) VALUES (:i, :t)", row), 1);
  }
  std::vector<SqlRow> found;
  ASSERT_TRUE(database.query("SELECT i, t FROM t ORDER BY t IS NULL, t, i", {},
                             {SqlType::Integer, SqlType::Text},
                             [&found](const SqlRow& row) { found.push_back(row); }));
  EXPECT_THAT(found, ElementsAre(rows[1], rows[3], rows[0], rows[2]));
}

/// A name that comes twice is one value, and what stands in quotes or behind "::" is none.
TEST_P(DatabaseTest, NamesAreBoundByName) {
  Database database = connect();
  ASSERT_TRUE(insert(database, 7).has_value());
  std::vector<SqlRow> found;
  ASSERT_TRUE(database.query("SELECT i + :a + :b + :a FROM t WHERE i > :a",
                             {std::int64_t{1}, std::int64_t{100}}, {SqlType::Integer},
                             [&found](const SqlRow& row) { found.push_back(row); }));
  EXPECT_THAT(found, ElementsAre(SqlRow{std::int64_t{109}}));
  EXPECT_FALSE(database.execute("DELETE FROM t WHERE i = :a", {}).has_value());
}

TEST_P(DatabaseTest, SaysHowManyRowsChanged) {
  Database database = connect();
  for (std::int64_t i = 0; i < 3; ++i) ASSERT_TRUE(insert(database, i).has_value());
  EXPECT_EQ(*database.execute("UPDATE t SET t = 'y' WHERE i < :i", {std::int64_t{2}}), 2);
  EXPECT_EQ(*database.execute("UPDATE t SET t = 'y' WHERE i = :i", {std::int64_t{9}}), 0);
  const std::string insert = "INSERT INTO t (i, t) VALUES (:i, 'x') ON CONFLICT DO NOTHING";
  EXPECT_EQ(*database.execute(insert, {std::int64_t{9}}), 1);
  EXPECT_EQ(*database.execute(insert, {std::int64_t{9}}), 0);
}

TEST_P(DatabaseTest, AnErrorIsAValueAndTheNextStatementWorks) {
  Database database = connect();
  ASSERT_TRUE(insert(database, 1).has_value());
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(insert(database, 1).has_value()) << "twice the same key";
    EXPECT_FALSE(database.execute("NONSENSE").has_value());
    EXPECT_FALSE(database.query("SELECT x FROM nowhere", {}, {SqlType::Text}, {}).has_value());
  }
  EXPECT_TRUE(insert(database, 2).has_value());
  EXPECT_EQ(count(), 2);
}

TEST_P(DatabaseTest, ATransactionIsAllOrNothing) {
  Database database = connect();
  const auto failed = database.transaction([&]() -> Result<void> {
    EXPECT_TRUE(insert(database, 1).has_value());
    return fail("no");
  });
  EXPECT_EQ(failed, Result<void>(fail("no")));
  EXPECT_EQ(count(), 0);
  EXPECT_THROW(static_cast<void>(database.transaction([&]() -> Result<void> {
                 EXPECT_TRUE(insert(database, 1).has_value());
                 throw std::runtime_error("no memory");
               })),
               std::runtime_error);
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(database.transaction([&] { return insert(database, 1); }).has_value());
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, ATransactionInsideAnotherIsAnError) {
  Database database = connect();
  const auto done = database.transaction(
      [&] { return database.transaction([&] { return insert(database, 1); }); });
  EXPECT_FALSE(done.has_value());
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(database.transaction([&] { return insert(database, 1); }).has_value());
}

/// Many small transactions that read before they write: nobody's sum is lost, and nobody is turned
/// away.
TEST_P(DatabaseTest, WritersWaitForEachOther) {
  constexpr int kRounds = 25;
  Database first = connect();
  ASSERT_TRUE(insert(first, 0).has_value());
  const auto add = [this] {
    Database database = connect();
    for (int i = 0; i < kRounds; ++i) {
      const auto done = database.transaction([&]() -> Result<void> {
        const auto changed = database.execute("UPDATE t SET i = i + 1");
        if (!changed) return std::unexpected(changed.error());
        return {};
      });
      EXPECT_TRUE(done.has_value()) << to_string(done.error());
    }
  };
  std::thread other(add);
  add();
  other.join();
  EXPECT_EQ(*first.execute("UPDATE t SET t = 'end' WHERE i = :sum", {std::int64_t{2 * kRounds}}),
            1);
}

/// Two transactions that lock two rows in opposite order: PostgreSQL gives up one of them, which
/// runs again.
TEST_P(DatabaseTest, ADeadlockIsTriedAgain) {
  Database first = connect();
  for (std::int64_t i = 0; i < 2; ++i) ASSERT_TRUE(insert(first, i).has_value());
  const bool waits = GetParam() == SqlDialect::Postgresql;
  std::atomic<int> locked = 0;
  std::atomic<int> runs = 0;
  const auto change = [&](Database& database, std::int64_t one, std::int64_t two) {
    return database.transaction([&]() -> Result<void> {
      ++runs;
      const std::string sql = "UPDATE t SET t = t || '+' WHERE i = :i";
      const auto changed = database.execute(sql, {one});
      if (!changed) return std::unexpected(changed.error());
      ++locked;
      EXPECT_TRUE(!waits || support::wait_for([&] { return locked >= 2; }));
      const auto also = database.execute(sql, {two});
      if (!also) return std::unexpected(also.error());
      return {};
    });
  };
  std::thread other([&] {
    Database database = connect();
    const auto done = change(database, 1, 0);
    EXPECT_TRUE(done.has_value()) << to_string(done.error());
  });
  const auto done = change(first, 0, 1);
  EXPECT_TRUE(done.has_value()) << to_string(done.error());
  other.join();
  EXPECT_EQ(*first.execute("UPDATE t SET t = 'end' WHERE t = 'x++'"), 2);
  // Both may be given up in turn, on a busy machine.
  if (waits) {
    EXPECT_GE(runs, 3);
  } else {
    EXPECT_EQ(runs, 2);
  }
}

WAARMERK_ON_BOTH_DATABASES(DatabaseTest);

class PostgresqlTest : public DatabaseTest {};

/// The server ends the connection: an error each time, and a new connection is as good as ever.
TEST_P(PostgresqlTest, ALostConnectionIsAnError) {
  Database lost = connect();
  ASSERT_TRUE(insert(lost, 1).has_value());
  const auto ended = lost.transaction([&]() -> Result<void> {
    EXPECT_TRUE(insert(lost, 2).has_value());
    EXPECT_TRUE(
        connect().query("SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
                        {}, {SqlType::Integer}, {}));
    return insert(lost, 3);
  });
  EXPECT_FALSE(ended.has_value());
  EXPECT_FALSE(insert(lost, 4).has_value());
  EXPECT_FALSE(lost.transaction([&] { return insert(lost, 5); }).has_value());
  EXPECT_EQ(count(), 1);
}

INSTANTIATE_TEST_SUITE_P(, PostgresqlTest, testing::Values(SqlDialect::Postgresql),
                         support::dialect_name);

TEST(SqliteStore, IsReadableForItsGroupOnly) {
  const support::ScratchFolder folder;
  const std::string path = (folder.path() / "a store = 1;x.db").string();
  const mode_t previous = ::umask(0);
  {
    Database database = value_of(Database::open(path));
    EXPECT_TRUE(database.execute("CREATE TABLE t (i INTEGER)").has_value());
    for (const char* suffix : {"", "-wal", "-shm"}) {
      struct stat file{};
      EXPECT_EQ(::stat((path + suffix).c_str(), &file), 0) << suffix;
      EXPECT_EQ(file.st_mode & 07777U, 0640U) << suffix;
    }
  }
  ::umask(previous);
}

TEST(SqliteStore, SaysWhatIsWrong) {
  const support::ScratchFolder folder;
  const std::string missing = (folder.path() / "nowhere/reports.db").string();
  const auto no_folder = Database::open(missing);
  ASSERT_FALSE(no_folder.has_value());
  EXPECT_THAT(to_string(no_folder.error()),
              AllOf(HasSubstr(missing), HasSubstr((folder.path() / "nowhere").string() + " "),
                    HasSubstr("No such file or directory")));
  const auto is_folder = Database::open(folder.path().string());
  ASSERT_FALSE(is_folder.has_value());
  EXPECT_THAT(to_string(is_folder.error()), HasSubstr("Is a directory"));
  const auto other_file = Database::open(folder.write("text", std::string(2000, 'x')));
  ASSERT_FALSE(other_file.has_value());
  EXPECT_THAT(to_string(other_file.error()), HasSubstr("not a database"));
  for (const char* bad : {"", "a\"b"}) EXPECT_FALSE(Database::open(bad).has_value()) << bad;
}

/// What is written without a folder is a file of the folder this runs in, whatever it looks like.
TEST(SqliteStore, IsAFileWhateverItsName) {
  const support::ScratchFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  for (const char* name : {":memory:", "file:x", "db=1 timeout=2", " "}) {
    EXPECT_TRUE(value_of(Database::open(name)).execute("CREATE TABLE t (i INTEGER)")) << name;
    EXPECT_GT(std::filesystem::file_size(folder.path() / name), 0U) << name;
  }
  std::filesystem::current_path(before);
}

/// Nobody listens at these addresses; the message says so, and not the password.
TEST(PostgresqlStore, ErrorsDoNotHoldThePassword) {
  for (const char* url : {
           "postgresql://user:tosecret@127.0.0.1:1/db",
           "postgres://user:tosecret@127.0.0.1:1/db",
           "POSTGRESQL://user:tosecret@127.0.0.1:1/db",
           "postgresql://user:to%73ecret@127.0.0.1:1/db",
           "postgresql://user:tosecret@127.0.0.1:x/db",
           "postgresql://user:tosecret@127.0.0.1:1/db?nonsense=1",
           "postgresql://127.0.0.1:1/db?user=user&password=tosecret",
           "postgresql://127.0.0.1:1/db?password=tosecret&nonsense",
           "postgresql://127.0.0.1:1/db?%70assword=tosecret&nonsense",
           "postgresql://user:x@tosecret@127.0.0.1:1/db",
           "postgresql://user:x/tosecret@127.0.0.1:1/db",
           "postgresql://user:tosecret",
           "postgresql://user:tosecret/db",
           "postgresql://user:tosecret?x=1",
           "postgresql://127.0.0.1:1,user:tosecret",
           "postgresql://user:tosecret@[::1/db",
           "postgresql://user:tosecret@127.0.0.1:1/db%zz",
       }) {
    const auto opened = Database::open(url);
    ASSERT_FALSE(opened.has_value()) << url;
    const std::string said = to_string(opened.error());
    EXPECT_THAT(said, AllOf(Not(HasSubstr("secret")), Not(HasSubstr("%73")))) << url;
    EXPECT_GT(said.size(), 20U) << url;
  }
}

}  // namespace
}  // namespace waarmerk::reporting
