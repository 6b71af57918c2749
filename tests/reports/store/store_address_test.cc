// report.store, read without being tried; what may be said of it aloud.
#include "reporting/store/store_address.h"

#include <gtest/gtest.h>

namespace waarmerk::reporting {
namespace {

TEST(StoreAddress, UrlsArePostgresqlAndEverythingElseIsAFile) {
  for (const char* url : {"postgresql:///db", "postgres://host/db", "PostgreSQL://u@h:5432/db",
                          "postgresql://[::1]:5432/db", "postgresql://a:1,b:2/db",
                          "postgresql://u:p@[::1],b:2/db?target_session_attrs=any"}) {
    const auto address = read_store_address(url);
    ASSERT_TRUE(address.has_value()) << url;
    EXPECT_EQ(address->dialect, SqlDialect::Postgresql) << url;
    EXPECT_EQ(address->target, url);
  }
  for (const char* path : {"/var/lib/waarmerk/reports.db", "reports.db", "postgresql:x",
                           "mysql://host/db", "a@b:c?d"}) {
    const auto address = read_store_address(path);
    ASSERT_TRUE(address.has_value()) << path;
    EXPECT_EQ(address->dialect, SqlDialect::Sqlite) << path;
    EXPECT_EQ(address->shown, path);
  }
}

TEST(StoreAddress, WhereAPasswordEndsMustBeClear) {
  for (const char* store : {"postgresql://u:a@b@host/db", "postgresql://u:a/b@host/db",
                            "postgresql://u:secret", "postgresql://u:secret/db",
                            "postgresql://u:p@host:x/db", "postgresql://[::1]:x/db", "", "a\"b"}) {
    EXPECT_FALSE(read_store_address(store).has_value()) << store;
  }
}

TEST(StoreAddress, IsShownWithoutPasswords) {
  struct Case {
    const char* url;
    const char* shown;
  };
  for (const Case& c :
       {Case{"postgresql://u:p%40w@h:1/db", "postgresql://u:***@h:1/db"},
        Case{"postgresql://u@h/db", "postgresql://u@h/db"},
        Case{"postgresql://h/db?password=x&user=y", "postgresql://h/db?password=***&user=y"},
        Case{"postgresql://u:@h/db", "postgresql://u:@h/db"},
        Case{"postgresql://h/db?sslpassword=x", "postgresql://h/db?sslpassword=***"},
        Case{"postgresql://h/db?application_name=x&y", "postgresql://h/db?application_name=x&y"}}) {
    EXPECT_EQ(read_store_address(c.url)->shown, c.shown);
  }
}

TEST(StoreAddress, MessagesAreOneLineWithoutSecrets) {
  const StoreAddress address = read_store_address("postgresql://u:s%65cret@h/db").value();
  EXPECT_EQ(without_secrets("bad \"postgresql://u:s%65cret@h/db\"\n\tfor\n", address),
            "bad \"postgresql://u:***@h/db\"; for");
  EXPECT_EQ(without_secrets("FATAL: secret is wrong", address), "the database refused");
  EXPECT_EQ(without_secrets("s%65cret", address), "the database refused");
  EXPECT_EQ(without_secrets("no such table\x01", address), "no such table?");
}

}  // namespace
}  // namespace waarmerk::reporting
