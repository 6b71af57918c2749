// Outbox: rows, documents and deliveries of a report.
#include <algorithm>
#include <string>
#include <utility>

#include "base/base64.h"
#include "reporting/store/outbox.h"
#include "reporting/store/stored_report.h"
#include "reporting/store/stored_row.h"
#include "reporting/store/stored_text.h"

namespace waarmerk::reporting {
namespace {

/// Rows in memory at once: some megabytes at the worst.
constexpr std::int64_t kPage = 1000;

std::string name_of(std::int64_t report) { return "report " + std::to_string(report); }

Result<void> nothing(const Result<std::int64_t>& changed) {
  if (!changed) return std::unexpected(changed.error());
  return {};
}

/// Locks the report's row for the rest of the transaction: nobody takes it away in between.
Result<void> hold(Database& database, std::int64_t report, const std::string& owner) {
  const auto changed = database.execute(
      "UPDATE reports SET owner = owner WHERE id = :id AND owner = :owner AND state = 'rendered'",
      {report, stored_text(owner)});
  if (!changed) return std::unexpected(changed.error());
  if (*changed == 1) return {};
  return fail("the report is not held by this sender, or it is not rendered", name_of(report));
}

Result<void> insert_document(Database& database, std::int64_t report,
                             const StoredDocument& document) {
  return nothing(database.execute(
      "INSERT INTO documents (report, part, parts, report_id, file_name, octets, row_count) "
      "VALUES (:report, :part, :parts, :report_id, :file_name, :octets, :row_count)",
      {report, std::int64_t{document.part}, std::int64_t{document.parts},
       stored_text(document.report_id), stored_text(document.file_name),
       encode_base64(document.octets), static_cast<std::int64_t>(document.rows)}));
}

Result<void> insert_delivery(Database& database, std::int64_t report, unsigned part,
                             const std::string& address) {
  return nothing(
      database.execute("INSERT INTO deliveries (report, part, address) "
                       "VALUES (:report, :part, :address) ON CONFLICT DO NOTHING",
                       {report, std::int64_t{part}, stored_text(address)}));
}

/// Rows behind the hash `after`, at most kPage.
Result<std::vector<CountedRow>> page_of(Database& database, std::int64_t report, std::string& after,
                                        ListReader& lists) {
  static const std::string sql = "SELECT " + std::string(kTupleColumns) +
                                 ", hash, messages, ordinary_messages "
                                 "FROM counted_rows WHERE report = :report AND hash > :after "
                                 "ORDER BY hash LIMIT :page";
  std::vector<SqlType> types = tuple_types();
  const std::size_t behind = types.size();
  for (const auto type : {SqlType::Text, SqlType::Integer, SqlType::Integer}) types.push_back(type);
  std::vector<CountedRow> rows;
  std::string damaged;
  const auto read = database.query(sql, {report, after, kPage}, types, [&](const SqlRow& row) {
    after = text_of(row[behind]);
    auto tuple_read = tuple_from(row, lists);
    if (!tuple_read) {
      damaged = after;
      return;
    }
    rows.push_back({std::move(*tuple_read),
                    {static_cast<std::uint64_t>(number_of(row[behind + 1])),
                     static_cast<std::uint64_t>(number_of(row[behind + 2]))}});
  });
  if (!read) return std::unexpected(read.error());
  if (!damaged.empty()) {
    return fail("the store holds a row that this program did not write so: " + damaged,
                name_of(report));
  }
  return rows;
}

}  // namespace

Result<void> Outbox::each_row(std::int64_t report,
                              const std::function<Result<void>(const CountedRow&)>& take) {
  ListReader lists;
  std::string after;
  while (true) {
    const auto rows = page_of(database_, report, after, lists);
    if (!rows) return std::unexpected(rows.error());
    for (const CountedRow& row : *rows) {
      if (auto taken = take(row); !taken) return taken;
    }
    if (std::cmp_less(rows->size(), kPage)) return {};
  }
}

Result<void> Outbox::store_rendered(std::int64_t report, const std::string& owner,
                                    const std::vector<StoredDocument>& documents,
                                    const std::vector<std::string>& addresses) {
  return database_.transaction([&]() -> Result<void> {
    const auto changed = database_.execute(
        "UPDATE reports SET state = 'rendered' "
        "WHERE id = :id AND owner = :owner AND state = 'frozen'",
        {report, stored_text(owner)});
    if (!changed) return std::unexpected(changed.error());
    if (*changed != 1) {
      return fail("the report is not held by this sender, or it is not frozen", name_of(report));
    }
    for (const StoredDocument& document : documents) {
      if (auto done = insert_document(database_, report, document); !done) return done;
      for (const std::string& address : addresses) {
        auto done = insert_delivery(database_, report, document.part, address);
        if (!done) return done;
      }
    }
    return {};
  });
}

Result<StoredDocument> Outbox::document(std::int64_t report, unsigned part) {
  std::optional<StoredDocument> document;
  const auto read = database_.query(
      "SELECT parts, report_id, file_name, octets, row_count FROM documents "
      "WHERE report = :report AND part = :part",
      {report, std::int64_t{part}},
      {SqlType::Integer, SqlType::Text, SqlType::Text, SqlType::Text, SqlType::Integer},
      [&](const SqlRow& row) {
        auto octets = decode_base64(text_of(row[3]));
        if (!octets) return;
        document = StoredDocument{.part = part,
                                  .parts = static_cast<unsigned>(number_of(row[0])),
                                  .report_id = octets_of(text_of(row[1])).value_or(""),
                                  .file_name = octets_of(text_of(row[2])).value_or(""),
                                  .octets = std::move(*octets),
                                  .rows = static_cast<std::uint64_t>(number_of(row[4]))};
      });
  if (!read) return std::unexpected(read.error());
  if (document) return std::move(*document);
  return fail("the store has no document of part " + std::to_string(part), name_of(report));
}

Result<std::vector<StoredDelivery>> Outbox::deliveries(std::int64_t report) {
  std::vector<StoredDelivery> found;
  const auto read = database_.query(
      "SELECT part, address, state, attempts, due, reply FROM deliveries "
      "WHERE report = :report ORDER BY part, address",
      {report},
      {SqlType::Integer, SqlType::Text, SqlType::Text, SqlType::Integer, SqlType::Integer,
       SqlType::Text},
      [&found](const SqlRow& row) {
        found.push_back(
            {.part = static_cast<unsigned>(number_of(row[0])),
             .address = octets_of(text_of(row[1])).value_or(""),
             // Whatever else it says: it is not to go out again.
             .state = kDeliveryStateWords.find(text_of(row[2])).value_or(DeliveryState::Failed),
             .attempts = static_cast<unsigned>(number_of(row[3])),
             .due = time_from(row[4]),
             .reply = octets_of(text_of(row[5])).value_or("")});
      });
  if (!read) return std::unexpected(read.error());
  return found;
}

Result<void> Outbox::store_delivery(std::int64_t report, const std::string& owner,
                                    const StoredDelivery& delivery, WallTime now) {
  const bool is_submitted = delivery.state == DeliveryState::Submitted;
  return database_.transaction([&]() -> Result<void> {
    if (auto held = hold(database_, report, owner); !held) return held;
    const auto changed = database_.execute(
        "UPDATE deliveries SET state = :state, attempts = :attempts, due = :due, reply = :reply, "
        "submitted_at = :submitted WHERE report = :report AND part = :part AND address = :address",
        {std::string(kDeliveryStateWords.word(delivery.state)), std::int64_t{delivery.attempts},
         stored_time(delivery.due), stored_text(delivery.reply),
         is_submitted ? stored_time(now) : SqlValue(), report, std::int64_t{delivery.part},
         stored_text(delivery.address)});
    if (!changed) return std::unexpected(changed.error());
    if (*changed == 1) return {};
    return fail("the report has no delivery to " + delivery.address, name_of(report));
  });
}

Result<std::uint64_t> Outbox::submitted_since(WallTime since) {
  std::int64_t count = 0;
  const auto read = database_.query("SELECT COUNT(*) FROM deliveries WHERE submitted_at >= :since",
                                    {stored_time(since)}, {SqlType::Integer},
                                    [&count](const SqlRow& row) { count = number_of(row[0]); });
  if (!read) return std::unexpected(read.error());
  return static_cast<std::uint64_t>(count);
}

}  // namespace waarmerk::reporting
