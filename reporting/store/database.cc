#include "reporting/store/database.h"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <array>
#include <deque>
#include <exception>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "reporting/store/sqlite_file.h"
#include "reporting/store/store_address.h"

namespace waarmerk::reporting {
namespace {

/// How often a transaction is tried that PostgreSQL gives up for another's sake.
constexpr int kMaxTries = 10;

/// WAL lets readers go on while one writes; FULL makes what was committed outlive a loss of power.
constexpr std::array<std::string_view, 4> kSqliteSetup = {
    "PRAGMA busy_timeout = 30000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON"};

/// Whatever the server's defaults are. The statements of a store rely on seeing what others have
/// committed in between, and libpq would write notices to standard error.
constexpr std::array<std::string_view, 3> kPostgresqlSetup = {
    "SET client_encoding TO 'UTF8'", "SET client_min_messages TO 'error'",
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED"};

/// A place that SOCI reads a value from, or writes one to; it must not move.
struct Slot {
  SqlType type = SqlType::Text;
  soci::indicator indicator = soci::i_ok;
  long long number = 0;
  std::string text;

  void store(SqlValue value) {
    indicator = std::holds_alternative<std::monostate>(value) ? soci::i_null : soci::i_ok;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) number = *integer;
    if (auto* octets = std::get_if<std::string>(&value)) text = std::move(*octets);
  }
  [[nodiscard]] SqlValue value() const {
    if (indicator == soci::i_null) return {};
    if (type == SqlType::Integer) return std::int64_t{number};
    return text;
  }
};

/// NULL is bound as a text.
SqlType type_of(const SqlValue& value) {
  return std::holds_alternative<std::int64_t>(value) ? SqlType::Integer : SqlType::Text;
}

bool is_name_octet(char c) { return is_alpha(c) || is_digit(c) || c == '_'; }

/// The names that stand behind a colon, each once, in the order of their first use.
std::vector<std::string> names_in(std::string_view sql) {
  std::vector<std::string> names;
  for (std::size_t at = 0; (at = sql.find(':', at)) != std::string_view::npos;) {
    std::size_t end = ++at;
    while (end < sql.size() && is_name_octet(sql[end])) ++end;
    std::string name(sql.substr(at, end - at));
    if (!name.empty() && std::ranges::find(names, name) == names.end()) {
      names.push_back(std::move(name));
    }
    at = end;
  }
  return names;
}

/// A statement and all its places. Every value is bound by its name: by position SQLite takes a
/// name that comes twice for one value, and PostgreSQL for two.
class Prepared {
 public:
  Prepared(soci::session& session, const std::string& sql, const std::vector<SqlValue>& values,
           const std::vector<SqlType>& columns)
      : statement_(session) {
    const std::vector<std::string> names = names_in(sql);
    if (names.size() != values.size()) throw soci::soci_error("wrong number of values");
    for (std::size_t i = 0; i < values.size(); ++i) {
      Slot& slot = in_.emplace_back(Slot{type_of(values[i])});
      if (slot.type == SqlType::Integer) {
        statement_.exchange(soci::use(slot.number, slot.indicator, names[i]));
      } else {
        statement_.exchange(soci::use(slot.text, slot.indicator, names[i]));
      }
    }
    for (const SqlType type : columns) {
      Slot& slot = out_.emplace_back(Slot{type});
      if (type == SqlType::Integer) {
        statement_.exchange(soci::into(slot.number, slot.indicator));
      } else {
        statement_.exchange(soci::into(slot.text, slot.indicator));
      }
    }
    statement_.alloc();
    statement_.prepare(sql);
    statement_.define_and_bind();
  }

  /// Runs to the end: one that still has rows to give would keep SQLite from committing.
  std::int64_t run(std::vector<SqlValue> values, const std::function<void(const SqlRow&)>& take) {
    for (std::size_t i = 0; i < values.size(); ++i) in_[i].store(std::move(values[i]));
    SqlRow row(out_.size());
    for (bool has_row = statement_.execute(true); has_row; has_row = statement_.fetch()) {
      for (std::size_t i = 0; i < out_.size(); ++i) row[i] = out_[i].value();
      if (take) take(row);
      if (out_.empty()) break;
    }
    return statement_.get_affected_rows();
  }

 private:
  std::deque<Slot> in_;
  std::deque<Slot> out_;
  soci::statement statement_;
};

/// One that PostgreSQL could not take, or that SQLite would give to nobody else.
bool holds_bad_text(const std::vector<SqlValue>& values) {
  return std::ranges::any_of(values, [](const SqlValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr && (text->find('\0') != std::string::npos || !is_valid_utf8(*text));
  });
}

/// Statements of one text may be prepared for values of several types.
std::string key_of(std::string_view sql, const std::vector<SqlValue>& values) {
  std::string key(sql);
  key += '\n';
  for (const SqlValue& value : values) key += type_of(value) == SqlType::Integer ? 'i' : 't';
  return key;
}

/// A name that SQLite takes for a file, whatever it begins with.
std::string sqlite_name(const std::string& path) {
  return "db=\"" + (path.starts_with('/') ? path : "./" + path) + "\"";
}

}  // namespace

std::int64_t number_of(const SqlValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number != nullptr ? *number : 0;
}

std::string text_of(const SqlValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? *text : std::string();
}

struct Database::State {
  explicit State(StoreAddress store) : address(std::move(store)) {}

  using Statements = std::unordered_map<std::string, std::unique_ptr<Prepared>>;

  Error error_of(const std::exception& exception) {
    const auto* said = dynamic_cast<const soci::soci_error*>(&exception);
    if (const auto* server = dynamic_cast<const soci::postgresql_soci_error*>(&exception)) {
      // serialization_failure, deadlock_detected
      given_up = given_up || server->sqlstate() == "40001" || server->sqlstate() == "40P01";
    }
    // With what() would come the values of the statement.
    return {
        without_secrets(said != nullptr ? said->get_error_message() : exception.what(), address),
        address.shown};
  }

  /// What `work` returns, or the exception that ended it as an error.
  template <typename Work>
  auto guarded(const Work& work) -> Result<decltype(work())> {
    try {
      return work();
    } catch (const std::exception& exception) {
      return std::unexpected(error_of(exception));
    }
  }

  /// A statement that failed is not used again.
  Result<std::int64_t> run(std::string_view sql, std::vector<SqlValue> values,
                           const std::vector<SqlType>& columns,
                           const std::function<void(const SqlRow&)>& take) {
    if (holds_bad_text(values)) return fail("a text with NUL or ill-formed UTF-8", address.shown);
    const std::string key = key_of(sql, values);
    auto changed = guarded([&] {
      std::unique_ptr<Prepared>& kept = statements[key];
      if (!kept) kept = std::make_unique<Prepared>(session, std::string(sql), values, columns);
      return kept->run(std::move(values), take);
    });
    if (!changed) statements.erase(key);
    return changed;
  }

  /// The plain word of a transaction: never prepared, so that it works also in one that failed.
  Result<void> say(const char* sql) {
    const auto said = guarded([&] {
      session << sql;
      return 0;
    });
    if (!said) return std::unexpected(said.error());
    return {};
  }

  /// Begins, works, and commits.
  Result<void> attempt(const std::function<Result<void>()>& work) {
    // Not as deferred as SOCI's: a reader that becomes a writer may find that another was first.
    const char* begin = address.dialect == SqlDialect::Sqlite ? "BEGIN IMMEDIATE" : "BEGIN";
    given_up = false;
    if (auto begun = say(begin); !begun) return begun;
    // Also when memory runs out in `work`.
    struct Rollback {
      State& state;
      bool is_needed = true;
      ~Rollback() {
        if (is_needed) static_cast<void>(state.say("ROLLBACK"));
        state.is_in_transaction = false;
      }
    } rollback{*this};
    is_in_transaction = true;
    auto done = work();
    if (done) done = say("COMMIT");
    rollback.is_needed = !done;
    return done;
  }

  StoreAddress address;
  soci::session session;
  /// Behind the session: they end before it.
  Statements statements;
  bool is_in_transaction = false;
  /// PostgreSQL ended the transaction for another's sake.
  bool given_up = false;
};

Result<Database> Database::open(const std::string& store) {
  auto address = read_store_address(store);
  if (!address) return std::unexpected(address.error());
  auto state = std::make_unique<State>(std::move(*address));
  const bool is_sqlite = state->address.dialect == SqlDialect::Sqlite;
  if (is_sqlite) {
    if (auto made = prepare_sqlite_file(store); !made) return std::unexpected(made.error());
  }
  auto opened = state->guarded([&] {
    if (is_sqlite) {
      state->session.open(*soci::factory_sqlite3(), sqlite_name(store));
      for (const std::string_view sql : kSqliteSetup) state->session << std::string(sql);
    } else {
      state->session.open(*soci::factory_postgresql(), store);
      for (const std::string_view sql : kPostgresqlSetup) state->session << std::string(sql);
    }
    return 0;
  });
  if (!opened) return std::unexpected(opened.error());
  return Database(std::move(state));
}

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

SqlDialect Database::dialect() const { return state_->address.dialect; }

Result<std::int64_t> Database::execute(std::string_view sql, std::vector<SqlValue> values) {
  return state_->run(sql, std::move(values), {}, {});
}

Result<void> Database::query(std::string_view sql, std::vector<SqlValue> values,
                             const std::vector<SqlType>& columns,
                             const std::function<void(const SqlRow&)>& take) {
  const auto changed = state_->run(sql, std::move(values), columns, take);
  if (!changed) return std::unexpected(changed.error());
  return {};
}

Result<void> Database::transaction(const std::function<Result<void>()>& work) {
  if (state_->is_in_transaction) return fail("a transaction inside another");
  Result<void> done;
  for (int tries = 0; tries < kMaxTries; ++tries) {
    done = state_->attempt(work);
    if (done || !state_->given_up) break;
  }
  return done;
}

}  // namespace waarmerk::reporting
