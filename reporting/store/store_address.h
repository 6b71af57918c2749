// Where a store is: the value of report.store, and what of it may be said aloud.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reporting/store/database.h"

namespace waarmerk::reporting {

/// A store's address, read but not tried.
struct StoreAddress {
  SqlDialect dialect = SqlDialect::Sqlite;
  /// The URL, or the path of the file.
  std::string target;
  /// The same without a password: for messages.
  std::string shown;
  /// What must not stand in a message: the password as it is written in the URL, and as it is
  /// meant.
  std::vector<std::string> secrets;

  bool operator==(const StoreAddress&) const = default;
};

/// Reads "postgresql://...", "postgres://..." or a path. Error, without a part of the URL in it: an
/// empty path, one with a quote or NUL (SOCI has no way to write it), or a URL in which it is not
/// clear where the password ends. Pure.
[[nodiscard]] Result<StoreAddress> read_store_address(std::string_view store);

/// What a library said about that store, on one line, without the secrets; something general where
/// they cannot be told from the rest. Pure.
[[nodiscard]] std::string without_secrets(std::string message, const StoreAddress& address);

}  // namespace waarmerk::reporting
