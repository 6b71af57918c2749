#include "reporting/store/counts.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "reporting/document/identity.h"
#include "reporting/record_text.h"
#include "reporting/store/stored_report.h"
#include "reporting/store/stored_row.h"
#include "reporting/store/stored_text.h"

namespace waarmerk::reporting {
namespace {

constexpr std::size_t kRowSize = 15;
/// So many rows go into one statement: PostgreSQL is asked once for all of them. Statements are
/// kept, so that there are few of them.
constexpr std::array<std::size_t, 4> kRowsAtOnce = {64, 16, 4, 1};

struct PreparedRow {
  StoredTuple tuple;
  MessageCount messages;
};

/// The rows of one report as they will be stored, in the order of their hashes.
struct PreparedReport {
  const ReportKey* key = nullptr;
  std::string hash;
  std::string day;
  std::vector<PreparedRow> rows;
  MessageCount messages;
  std::uint64_t passed = 0;
};

/// A row and the report that it goes into.
struct PlacedRow {
  std::int64_t report = 0;
  const PreparedRow* row = nullptr;
};

SqlValue stored_count(std::uint64_t count) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(count, kMost));
}

/// Equal rows become one: a statement may touch a row only once.
void merge_equal_rows(std::vector<PreparedRow>& rows) {
  std::ranges::sort(rows, {},
                    [](const PreparedRow& row) { return std::string_view(row.tuple.hash); });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].tuple.hash == rows[kept].tuple.hash) {
      rows[kept].messages.all += rows[i].messages.all;
      rows[kept].messages.ordinary += rows[i].messages.ordinary;
    } else if (++kept != i) {
      rows[kept] = std::move(rows[i]);
    }
  }
  if (!rows.empty()) rows.resize(kept + 1);
}

PreparedReport prepared(const BatchReport& report) {
  PreparedReport made{
      .key = &report.key, .hash = policy_hash(report.key.policy), .day = day_text(report.key.day)};
  made.rows.reserve(report.rows.size());
  for (const CountedRow& row : report.rows) {
    made.rows.push_back({.tuple = stored_tuple(row.row), .messages = row.messages});
    made.messages.all += row.messages.all;
    made.messages.ordinary += row.messages.ordinary;
    if (row.row.dkim_aligned || row.row.spf_aligned) made.passed += row.messages.all;
  }
  merge_equal_rows(made.rows);
  return made;
}

/// In one order everywhere: two collectors that lock the same reports do not wait for each other.
std::vector<PreparedReport> prepared(const Batch& batch) {
  std::vector<PreparedReport> reports;
  for (const BatchReport& report : batch.reports) {
    if (!report.rows.empty()) reports.push_back(prepared(report));
  }
  std::ranges::sort(reports, {}, [](const PreparedReport& report) {
    return std::pair<std::string_view, std::string_view>(report.hash, report.day);
  });
  return reports;
}

Result<void> store_run(Database& database, const RunProgress& run) {
  const std::string node = stored_text(run.node);
  const std::string name = stored_text(run.run);
  const auto changed =
      run.version == 0
          ? database.execute(
                "INSERT INTO runs (node, run, version, seen, newest) "
                "VALUES (:node, :run, 1, :seen, :newest) ON CONFLICT DO NOTHING",
                {node, name, stored_list(run.seen), stored_time(run.newest)})
          : database.execute(
                "UPDATE runs SET version = version + 1, seen = :seen, newest = :newest "
                "WHERE node = :node AND run = :run AND version = :version",
                {stored_list(run.seen), stored_time(run.newest), node, name, run.version});
  if (!changed) return std::unexpected(changed.error());
  if (*changed == 1) return {};
  return fail("another collector has counted lines of this run meanwhile", node + " " + name);
}

Result<void> store_file(Database& database, const FileProgress& file, WallTime now) {
  const auto changed = database.execute(
      "INSERT INTO files (path, identity, octets, read_at) "
      "VALUES (:path, :identity, :octets, :now) ON CONFLICT (path) DO UPDATE SET "
      "identity = excluded.identity, octets = excluded.octets, read_at = excluded.read_at",
      {stored_text(file.path), stored_text(file.identity), stored_count(file.octets),
       stored_time(now)});
  if (!changed) return std::unexpected(changed.error());
  return {};
}

/// Adds to the one report of this key in which mail is counted, and names it; nullopt if there is
/// none.
Result<std::optional<std::int64_t>> add_to_open(Database& database, const PreparedReport& report) {
  std::optional<std::int64_t> id;
  const auto done = database.query(
      "UPDATE reports SET messages = messages + :messages, "
      "ordinary_messages = ordinary_messages + :ordinary, "
      "passed_messages = passed_messages + :passed "
      "WHERE policy_hash = :hash AND day = :day AND state = 'collecting' RETURNING id",
      {stored_count(report.messages.all), stored_count(report.messages.ordinary),
       stored_count(report.passed), report.hash, report.day},
      {SqlType::Integer}, [&id](const SqlRow& row) { id = number_of(row[0]); });
  if (!done) return std::unexpected(done.error());
  return id;
}

/// Its place in the time over which reports are spread: by chance, and always the same.
std::int64_t turn_of(const std::string& hash) {
  std::int64_t turn = 0;
  for (const char c : hash.substr(0, 4)) turn = turn * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
  return turn;
}

/// Makes the next generation, without a message in it; another may be quicker.
Result<void> make_generation(Database& database, const PreparedReport& report) {
  static const std::string sql =
      "INSERT INTO reports (policy_hash, day, turn, generation, " + std::string(kPolicyColumns) +
      ") SELECT :hash, :day, :turn, "
      "(SELECT COALESCE(MAX(generation) + 1, 0) FROM reports "
      "WHERE policy_hash = :hash AND day = :day), "
      ":policy_domain, :discovery, :record, :p, :sp, :np, :policy_tag_invalid, :psd, :t, :adkim, "
      ":aspf, :fo, :rua, :ruf, :pct "
      // Without it SQLite would take ON for that of a join.
      "WHERE 1 = 1 ON CONFLICT DO NOTHING";
  std::vector<SqlValue> values = {report.hash, report.day, turn_of(report.hash)};
  for (SqlValue& value : stored_policy(report.key->policy)) values.push_back(std::move(value));
  const auto made = database.execute(sql, std::move(values));
  if (!made) return std::unexpected(made.error());
  return {};
}

/// The report that the mail of this batch is counted in; it stays open until the transaction ends,
/// since its row is locked.
Result<std::int64_t> open_report(Database& database, const PreparedReport& report) {
  constexpr int kMaxTries = 100;
  for (int tries = 0; tries < kMaxTries; ++tries) {
    const auto added = add_to_open(database, report);
    if (!added) return std::unexpected(added.error());
    if (*added) return **added;
    if (auto made = make_generation(database, report); !made) return std::unexpected(made.error());
  }
  return fail("no generation of a report could be opened", report.day);
}

/// "INSERT INTO counted_rows ... VALUES (...), (...)" for so many rows.
std::string upsert_sql(std::size_t rows) {
  std::string sql = "INSERT INTO counted_rows (report, hash, " + std::string(kTupleColumns) +
                    ", messages, ordinary_messages) VALUES ";
  for (std::size_t row = 0; row < rows; ++row) {
    sql += row == 0 ? "(" : ", (";
    for (std::size_t column = 0; column < kRowSize; ++column) {
      if (column != 0) sql += ", ";
      sql += ":v" + std::to_string(row) + "_" + std::to_string(column);
    }
    sql += ")";
  }
  sql +=
      " ON CONFLICT (report, hash) DO UPDATE SET messages = counted_rows.messages + "
      "excluded.messages, ordinary_messages = counted_rows.ordinary_messages + "
      "excluded.ordinary_messages";
  return sql;
}

/// The values of some rows, one row after the other.
std::vector<SqlValue> values_of(std::span<const PlacedRow> rows) {
  std::vector<SqlValue> values;
  values.reserve(rows.size() * kRowSize);
  for (const PlacedRow& placed : rows) {
    const PreparedRow& row = *placed.row;
    values.emplace_back(placed.report);
    values.emplace_back(row.tuple.hash);
    for (const SqlValue& column : row.tuple.columns) values.push_back(column);
    values.push_back(stored_count(row.messages.all));
    values.push_back(stored_count(row.messages.ordinary));
  }
  return values;
}

Result<void> store_rows(Database& database, std::span<const PlacedRow> rows) {
  for (const std::size_t size : kRowsAtOnce) {
    const std::string sql = rows.size() >= size ? upsert_sql(size) : std::string();
    for (; rows.size() >= size; rows = rows.subspan(size)) {
      const auto stored = database.execute(sql, values_of(rows.first(size)));
      if (!stored) return std::unexpected(stored.error());
    }
  }
  return {};
}

/// The first day whose mail is taken.
Result<std::string> first_day_of(Database& database) {
  std::string first;
  const auto read =
      database.query("SELECT first_day FROM horizon", {}, {SqlType::Text},
                     [&first](const SqlRow& row) { first = std::max(first, text_of(row[0])); });
  if (!read) return std::unexpected(read.error());
  return first;
}

Result<void> store_reports(Database& database, const std::vector<PreparedReport>& reports) {
  const auto first_day = first_day_of(database);
  if (!first_day) return std::unexpected(first_day.error());
  std::vector<PlacedRow> rows;
  for (const PreparedReport& report : reports) {
    if (report.day < *first_day) continue;
    const auto id = open_report(database, report);
    if (!id) return std::unexpected(id.error());
    for (const PreparedRow& row : report.rows) rows.push_back({*id, &row});
  }
  return store_rows(database, rows);
}

}  // namespace

Result<RunProgress> load_run(Database& database, const std::string& node, const std::string& run) {
  RunProgress progress{.node = node, .run = run};
  std::string seen = "[]";
  const auto read =
      database.query("SELECT version, seen, newest FROM runs WHERE node = :node AND run = :run",
                     {stored_text(node), stored_text(run)},
                     {SqlType::Integer, SqlType::Text, SqlType::Integer}, [&](const SqlRow& row) {
                       progress.version = number_of(row[0]);
                       seen = text_of(row[1]);
                       progress.newest = time_from(row[2]);
                     });
  if (!read) return std::unexpected(read.error());
  auto numbers = ListReader().seen(seen);
  if (!numbers) return fail("the store holds bad numbers of counted lines", node + " " + run);
  progress.seen = std::move(*numbers);
  return progress;
}

Result<std::optional<FileProgress>> load_file(Database& database, const std::string& path) {
  std::optional<FileProgress> progress;
  const auto read = database.query(
      "SELECT identity, octets FROM files WHERE path = :path", {stored_text(path)},
      {SqlType::Text, SqlType::Integer}, [&](const SqlRow& row) {
        progress = FileProgress{.path = path,
                                .identity = octets_of(text_of(row[0])).value_or(""),
                                .octets = static_cast<std::uint64_t>(number_of(row[1]))};
      });
  if (!read) return std::unexpected(read.error());
  return progress;
}

Result<void> store_batch(Database& database, const Batch& batch, WallTime now) {
  std::vector<const RunProgress*> runs;
  for (const RunProgress& run : batch.runs) runs.push_back(&run);
  std::ranges::sort(runs, {}, [](const RunProgress* run) { return std::tie(run->node, run->run); });
  const std::vector<PreparedReport> reports = prepared(batch);
  return database.transaction([&]() -> Result<void> {
    for (const RunProgress* run : runs) {
      if (auto stored = store_run(database, *run); !stored) return stored;
    }
    for (const FileProgress& file : batch.files) {
      if (auto stored = store_file(database, file, now); !stored) return stored;
    }
    return store_reports(database, reports);
  });
}

}  // namespace waarmerk::reporting
