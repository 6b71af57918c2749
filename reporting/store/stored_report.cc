#include "reporting/store/stored_report.h"

#include <array>
#include <string>
#include <utility>

#include "reporting/record_text.h"
#include "reporting/store/stored_text.h"

namespace waarmerk::reporting {
namespace {

using policy::Disposition;

/// NULL for a tag that is not there.
SqlValue stored_disposition(std::optional<Disposition> disposition) {
  if (!disposition) return {};
  return std::string(policy::to_string(*disposition));
}

SqlValue word_of(std::string_view word) { return std::string(word); }
SqlValue yes_or_no(bool value) { return std::string(value ? "y" : "n"); }

/// Reads the columns of a row one after the other; a value that this program does not write is
/// remembered, and the row does not count.
class ColumnReader {
 public:
  ColumnReader(const SqlRow& row, ListReader& lists) : row_(row), lists_(lists) {}

  [[nodiscard]] bool is_good() const { return is_good_; }

  std::int64_t number() { return number_of(next()); }
  WallTime time() { return time_from(next()); }
  std::string text() { return checked(octets_of(text_of(next()))); }
  bool flag() { return text_of(next()) == "y"; }
  std::vector<std::string> texts() { return checked(lists_.texts(text_of(next()))); }
  std::optional<Disposition> disposition() {
    const SqlValue& value = next();
    if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
    return checked(policy::disposition_from(text_of(value)));
  }
  /// What `find` makes of a text, as optional.
  template <typename Find>
  auto word(const Find& find) {
    return checked(find(text_of(next())));
  }
  DomainName domain() {
    auto name = name_from(text_of(next()));
    if (name) return std::move(*name);
    is_good_ = false;
    return DomainName::from_octets("invalid").value();
  }

 private:
  const SqlValue& next() { return row_[at_++]; }
  template <typename T>
  T checked(std::optional<T> value) {
    is_good_ = is_good_ && value.has_value();
    return std::move(value).value_or(T{});
  }

  const SqlRow& row_;
  ListReader& lists_;
  std::size_t at_ = 0;
  bool is_good_ = true;
};

/// In the order of kPolicyColumns; a braced list is evaluated from the left.
PublishedPolicy policy_from(ColumnReader& columns) {
  PublishedPolicy policy{.domain = columns.domain(), .discovery = columns.word(discovery_from)};
  policy::dmarc::Record& record = policy.record;
  record.text = columns.text();
  record.p = columns.disposition();
  record.sp = columns.disposition();
  record.np = columns.disposition();
  record.policy_tag_invalid = columns.flag();
  record.psd = columns.word(psd_from);
  record.testing = columns.flag();
  record.adkim = columns.word(alignment_from);
  record.aspf = columns.word(alignment_from);
  record.fo = columns.text();
  record.rua = columns.texts();
  record.ruf = columns.texts();
  record.pct = columns.text();
  return policy;
}

StoredReport report_from(ColumnReader& columns) {
  const std::int64_t id = columns.number();
  const auto day = columns.word(day_from);
  const auto generation = static_cast<unsigned>(columns.number());
  const auto state =
      columns.word([](std::string_view word) { return kReportStateWords.find(word); });
  const auto all = static_cast<std::uint64_t>(columns.number());
  const auto ordinary = static_cast<std::uint64_t>(columns.number());
  const WallTime frozen = columns.time();
  const auto delays = static_cast<unsigned>(columns.number());
  std::string outcome = columns.text();
  return {.id = id,
          .key = {.policy = policy_from(columns), .day = day},
          .generation = generation,
          .state = state,
          .messages = {all, ordinary},
          .frozen = frozen,
          .delays = delays,
          .outcome = std::move(outcome)};
}

/// In the order of kReportQuery: all texts but these.
std::vector<SqlType> report_types() {
  constexpr std::size_t kColumns = 24;
  constexpr std::array<std::size_t, 6> kNumbers = {0, 2, 4, 5, 6, 7};
  std::vector<SqlType> types(kColumns, SqlType::Text);
  for (const std::size_t column : kNumbers) types[column] = SqlType::Integer;
  return types;
}

}  // namespace

SqlValue stored_time(WallTime time) { return std::int64_t{time.time_since_epoch().count()}; }

WallTime time_from(const SqlValue& value) {
  return WallTime(std::chrono::microseconds(number_of(value)));
}

SqlValue stored_name(const DomainName& name) { return spell_name(name); }

std::vector<SqlValue> stored_policy(const PublishedPolicy& policy) {
  const policy::dmarc::Record& record = policy.record;
  return {stored_name(policy.domain),
          word_of(to_word(policy.discovery)),
          stored_text(record.text),
          stored_disposition(record.p),
          stored_disposition(record.sp),
          stored_disposition(record.np),
          yes_or_no(record.policy_tag_invalid),
          word_of(to_word(record.psd)),
          yes_or_no(record.testing),
          word_of(to_word(record.adkim)),
          word_of(to_word(record.aspf)),
          stored_text(record.fo),
          stored_list(record.rua),
          stored_list(record.ruf),
          stored_text(record.pct)};
}

Result<std::vector<StoredReport>> read_reports(Database& database, std::string_view where,
                                               std::vector<SqlValue> values) {
  ListReader lists;
  std::vector<StoredReport> reports;
  std::optional<Error> damage;
  const auto take = [&](const SqlRow& row) {
    ColumnReader columns(row, lists);
    StoredReport report = report_from(columns);
    if (columns.is_good()) return reports.push_back(std::move(report));
    damage = Error{"the store holds a report that this program did not write so",
                   "reports " + std::to_string(number_of(row.front()))};
  };
  const auto read = database.query(std::string(kReportQuery) + std::string(where),
                                   std::move(values), report_types(), take);
  if (!read) return std::unexpected(read.error());
  if (damage) return std::unexpected(std::move(*damage));
  return reports;
}

}  // namespace waarmerk::reporting
