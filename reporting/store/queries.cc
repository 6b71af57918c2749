#include "reporting/store/queries.h"

#include <utility>

#include "reporting/store/stored_report.h"
#include "reporting/store/stored_text.h"

namespace waarmerk::reporting {
namespace {

constexpr std::string_view kWildcard = "*.";

/// The conditions of CountedMail on `day` and `policy_domain`, with the values of mail_values(). A
/// suffix is compared octet for octet: in LIKE a '_' would stand for anything.
constexpr std::string_view kMailCondition =
    "day >= :first AND day <= :last AND (policy_domain = :domain OR "
    "(CAST(:suffix AS TEXT) <> '' AND LENGTH(policy_domain) > LENGTH(CAST(:suffix AS TEXT)) AND "
    "SUBSTR(policy_domain, LENGTH(policy_domain) - LENGTH(CAST(:suffix AS TEXT)) + 1) = :suffix) "
    "OR CAST(:all AS TEXT) = 'yes')";

std::vector<SqlValue> mail_values(const CountedMail& mail) {
  // Days are compared as texts.
  const std::string first = mail.first ? day_text(*mail.first) : "0000-01-01";
  const std::string last = mail.last ? day_text(*mail.last) : "9999-12-31";
  const bool below = mail.policy_domain.starts_with(kWildcard);
  return {first, last, below ? std::string() : mail.policy_domain,
          below ? mail.policy_domain.substr(1) : std::string(),
          std::string(mail.policy_domain.empty() ? "yes" : "no")};
}

constexpr std::string_view kSums =
    " AS name, CAST(SUM(messages) AS BIGINT) AS total,"
    " CAST(SUM(CASE WHEN dkim_aligned = 'pass' OR spf_aligned = 'pass' THEN messages ELSE 0 END)"
    "  AS BIGINT),"
    " CAST(SUM(CASE WHEN dkim_aligned = 'pass' THEN messages ELSE 0 END) AS BIGINT),"
    " CAST(SUM(CASE WHEN spf_aligned = 'pass' THEN messages ELSE 0 END) AS BIGINT),"
    " CAST(SUM(CASE WHEN disposition = 'quarantine' THEN messages ELSE 0 END) AS BIGINT),"
    " CAST(SUM(CASE WHEN disposition = 'reject' THEN messages ELSE 0 END) AS BIGINT),"
    " CAST(COUNT(DISTINCT ";

std::string sums_sql(SumBy by) {
  const bool by_domain = by == SumBy::PolicyDomain;
  const std::string_view name = by_domain ? "policy_domain" : "source_ip";
  const std::string_view other = by_domain ? "source_ip" : "policy_domain";
  std::string sql = "SELECT ";
  sql.append(name).append(kSums).append(other).append(") AS BIGINT) FROM report_rows WHERE ");
  sql.append(kMailCondition).append(" GROUP BY ").append(name);
  return sql + " ORDER BY total DESC, name LIMIT :limit";
}

std::uint64_t count_of(const SqlValue& value) {
  return static_cast<std::uint64_t>(number_of(value));
}

}  // namespace

Result<CountedMail> counted_mail(std::optional<std::chrono::sys_days> first,
                                 std::optional<std::chrono::sys_days> last,
                                 std::string_view policy_domain) {
  CountedMail mail{.first = first, .last = last, .policy_domain = {}};
  if (policy_domain.empty()) return mail;
  const bool below = policy_domain.starts_with(kWildcard);
  const auto name = DomainName::parse(policy_domain.substr(below ? kWildcard.size() : 0));
  if (!name) return fail("expected a domain, or \"*.\" and a domain: " + name.error().text);
  mail.policy_domain = (below ? std::string(kWildcard) : std::string()) + name->text();
  return mail;
}

Result<std::vector<StoredReport>> reports_with(Database& database, const CountedMail& mail) {
  static const std::string where =
      "WHERE " + std::string(kMailCondition) + " ORDER BY day, policy_domain, generation, id";
  return read_reports(database, where, mail_values(mail));
}

Result<std::vector<MailSums>> sums_of(Database& database, const CountedMail& mail, SumBy by,
                                      std::size_t limit) {
  std::vector<SqlValue> values = mail_values(mail);
  values.emplace_back(static_cast<std::int64_t>(limit));
  constexpr auto kCount = SqlType::Integer;
  std::vector<MailSums> sums;
  const auto asked =
      database.query(sums_sql(by), std::move(values),
                     {SqlType::Text, kCount, kCount, kCount, kCount, kCount, kCount, kCount},
                     [&sums](const SqlRow& row) {
                       sums.push_back({.name = octets_of(text_of(row[0])).value_or(""),
                                       .messages = count_of(row[1]),
                                       .passed = count_of(row[2]),
                                       .failed = count_of(row[1]) - count_of(row[2]),
                                       .dkim_aligned = count_of(row[3]),
                                       .spf_aligned = count_of(row[4]),
                                       .quarantined = count_of(row[5]),
                                       .rejected = count_of(row[6]),
                                       .others = count_of(row[7])});
                     });
  if (!asked) return std::unexpected(asked.error());
  return sums;
}

}  // namespace waarmerk::reporting
