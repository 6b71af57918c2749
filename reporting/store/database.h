// One way to say SQL to SQLite and to PostgreSQL: the only room that knows SOCI.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace waarmerk::reporting {

/// A value of a statement or a column; monostate is NULL. A text is UTF-8 without NUL
/// (stored_text.h makes any octets one).
using SqlValue = std::variant<std::monostate, std::int64_t, std::string>;
/// What a column of an answer is read as. SQL may make it of another type (sums of integers are
/// NUMERIC in PostgreSQL): cast there.
enum class SqlType : std::uint8_t { Integer, Text };
enum class SqlDialect : std::uint8_t { Sqlite, Postgresql };

/// One row of an answer, one value for each SqlType that was asked for.
using SqlRow = std::vector<SqlValue>;

/// The number or the text of a value that is read; 0 or empty for NULL.
[[nodiscard]] std::int64_t number_of(const SqlValue& value);
[[nodiscard]] std::string text_of(const SqlValue& value);

/// A connection to a database. Texts of statements are constants of the program with :name for each
/// value. Every error of the library becomes a value. One thread; several processes may have the
/// same database open.
class Database {
 public:
  /// "postgresql://..." (or "postgres://"), or the path of an SQLite file, which is made if it is
  /// not there, readable for its owner and group only. Error: it cannot be opened; no error of this
  /// object holds the password of the URL.
  [[nodiscard]] static Result<Database> open(const std::string& store);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  [[nodiscard]] SqlDialect dialect() const;

  /// Runs a statement; returns how many rows it changed. `values` in the order in which their names
  /// come first in `sql`. A statement is prepared once and kept for the next time.
  Result<std::int64_t> execute(std::string_view sql, std::vector<SqlValue> values = {});

  /// Runs a query and gives each row of its answer to `take`, which may not use this object. The
  /// whole answer is held in memory.
  Result<void> query(std::string_view sql, std::vector<SqlValue> values,
                     const std::vector<SqlType>& columns,
                     const std::function<void(const SqlRow&)>& take);

  /// Runs `work` in a transaction that takes effect as a whole if it returns no error, and else not
  /// at all. On SQLite it holds the one lock for writers from its beginning. When PostgreSQL gives
  /// up a transaction for another's sake (a deadlock), `work` runs again, a few times. There is no
  /// transaction inside another.
  Result<void> transaction(const std::function<Result<void>()>& work);

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace waarmerk::reporting
