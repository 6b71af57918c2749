#include "reporting/store/schema_steps.h"

namespace waarmerk::reporting {
namespace {

/// Times are microseconds since 1970, days "2026-05-01", lists JSON.
constexpr std::array<std::string_view, 16> kFirstTables = {
    // A policy on a day. frozen_at is 0 while mail is counted in it; `turn`, from 0 to 65535, says
    // when in the time over which reports are spread it is due.
    "CREATE TABLE reports ("
    " id {id},"
    " policy_hash {text} NOT NULL,"
    " day {text} NOT NULL,"
    " generation {integer} NOT NULL,"
    " policy_domain {text} NOT NULL,"
    " discovery {text} NOT NULL,"
    " record {text} NOT NULL,"
    " p {text}, sp {text}, np {text},"
    " policy_tag_invalid {text} NOT NULL,"
    " psd {text} NOT NULL, t {text} NOT NULL,"
    " adkim {text} NOT NULL, aspf {text} NOT NULL, fo {text} NOT NULL,"
    " rua {text} NOT NULL, ruf {text} NOT NULL, pct {text} NOT NULL,"
    " state {text} NOT NULL DEFAULT 'collecting',"
    " messages {integer} NOT NULL DEFAULT 0,"
    " ordinary_messages {integer} NOT NULL DEFAULT 0,"
    " passed_messages {integer} NOT NULL DEFAULT 0,"
    " turn {integer} NOT NULL,"
    " frozen_at {integer} NOT NULL DEFAULT 0,"
    " not_before {integer} NOT NULL DEFAULT 0,"
    " delays {integer} NOT NULL DEFAULT 0,"
    " owner {text},"
    " lease_until {integer},"
    " outcome {text} NOT NULL DEFAULT '',"
    " UNIQUE (policy_hash, day, generation))",
    "CREATE INDEX reports_by_day ON reports (day, policy_domain)",
    "CREATE INDEX reports_by_domain ON reports (policy_domain, day)",
    // One generation at most takes mail.
    "CREATE UNIQUE INDEX reports_open ON reports (policy_hash, day) WHERE state = 'collecting'",
    "CREATE INDEX reports_on_their_way ON reports (not_before)"
    " WHERE state IN ('frozen', 'rendered', 'submitted')",

    "CREATE TABLE counted_rows ("
    " report {integer} NOT NULL REFERENCES reports (id) ON DELETE CASCADE,"
    " hash {text} NOT NULL,"
    " source_ip {text} NOT NULL,"
    " disposition {text} NOT NULL,"
    " dkim_aligned {text} NOT NULL,"
    " spf_aligned {text} NOT NULL,"
    " header_from {text} NOT NULL,"
    " envelope_from {text} NOT NULL,"
    " dkim {text} NOT NULL,"
    " spf_domain {text}, spf_result {text}, spf_human_result {text},"
    " reasons {text} NOT NULL,"
    " messages {integer} NOT NULL,"
    " ordinary_messages {integer} NOT NULL,"
    " PRIMARY KEY (report, hash)){clustered}",

    "CREATE TABLE documents ("
    " report {integer} NOT NULL REFERENCES reports (id) ON DELETE CASCADE,"
    " part {integer} NOT NULL,"
    " parts {integer} NOT NULL,"
    " report_id {text} NOT NULL,"
    " file_name {text} NOT NULL,"
    " octets {text} NOT NULL,"
    " row_count {integer} NOT NULL,"
    " PRIMARY KEY (report, part))",

    "CREATE TABLE deliveries ("
    " report {integer} NOT NULL REFERENCES reports (id) ON DELETE CASCADE,"
    " part {integer} NOT NULL,"
    " address {text} NOT NULL,"
    " state {text} NOT NULL DEFAULT 'pending',"
    " attempts {integer} NOT NULL DEFAULT 0,"
    " due {integer} NOT NULL DEFAULT 0,"
    " reply {text} NOT NULL DEFAULT '',"
    " submitted_at {integer},"
    " PRIMARY KEY (report, part, address))",
    "CREATE INDEX deliveries_by_time ON deliveries (submitted_at)",

    "CREATE TABLE runs ("
    " node {text} NOT NULL,"
    " run {text} NOT NULL,"
    " version {integer} NOT NULL,"
    " seen {text} NOT NULL,"
    " newest {integer} NOT NULL,"
    " PRIMARY KEY (node, run))",

    "CREATE TABLE files ("
    " path {text} NOT NULL PRIMARY KEY,"
    " identity {text} NOT NULL,"
    " octets {integer} NOT NULL,"
    " read_at {integer} NOT NULL)",

    // One row: mail of days before this one has been removed, and is not taken again.
    "CREATE TABLE horizon (first_day {text} NOT NULL)",

    "CREATE VIEW report_rows AS SELECT"
    " r.id AS report, r.day AS day, r.policy_domain AS policy_domain, r.generation AS generation,"
    " r.state AS state, r.record AS record, r.p AS p, r.sp AS sp, r.np AS np,"
    " c.source_ip AS source_ip, c.disposition AS disposition,"
    " c.dkim_aligned AS dkim_aligned, c.spf_aligned AS spf_aligned,"
    " c.header_from AS header_from, c.envelope_from AS envelope_from, c.dkim AS dkim,"
    " c.spf_domain AS spf_domain, c.spf_result AS spf_result, c.reasons AS reasons,"
    " c.messages AS messages, c.ordinary_messages AS ordinary_messages"
    " FROM reports r JOIN counted_rows c ON c.report = r.id",

    "CREATE VIEW daily_domains AS SELECT day, policy_domain,"
    " CAST(SUM(messages) AS {integer}) AS messages,"
    " CAST(SUM(CASE WHEN dkim_aligned = 'pass' OR spf_aligned = 'pass' THEN messages ELSE 0 END)"
    "  AS {integer}) AS passed,"
    " CAST(SUM(CASE WHEN dkim_aligned = 'pass' OR spf_aligned = 'pass' THEN 0 ELSE messages END)"
    "  AS {integer}) AS failed,"
    " CAST(SUM(CASE WHEN dkim_aligned = 'pass' THEN messages ELSE 0 END) AS {integer})"
    "  AS dkim_aligned,"
    " CAST(SUM(CASE WHEN spf_aligned = 'pass' THEN messages ELSE 0 END) AS {integer})"
    "  AS spf_aligned,"
    " CAST(SUM(CASE WHEN disposition = 'quarantine' THEN messages ELSE 0 END) AS {integer})"
    "  AS quarantined,"
    " CAST(SUM(CASE WHEN disposition = 'reject' THEN messages ELSE 0 END) AS {integer})"
    "  AS rejected,"
    " COUNT(DISTINCT source_ip) AS sources"
    " FROM report_rows GROUP BY day, policy_domain",

    "CREATE VIEW daily_sources AS SELECT day, policy_domain, source_ip,"
    " CAST(SUM(messages) AS {integer}) AS messages,"
    " CAST(SUM(CASE WHEN dkim_aligned = 'pass' OR spf_aligned = 'pass' THEN messages ELSE 0 END)"
    "  AS {integer}) AS passed,"
    " CAST(SUM(CASE WHEN dkim_aligned = 'pass' OR spf_aligned = 'pass' THEN 0 ELSE messages END)"
    "  AS {integer}) AS failed,"
    " CAST(SUM(CASE WHEN disposition = 'quarantine' THEN messages ELSE 0 END) AS {integer})"
    "  AS quarantined,"
    " CAST(SUM(CASE WHEN disposition = 'reject' THEN messages ELSE 0 END) AS {integer})"
    "  AS rejected"
    " FROM report_rows GROUP BY day, policy_domain, source_ip",

    // Here times are seconds, as dashboards want them.
    "CREATE VIEW reports_status AS SELECT"
    " r.id AS report, r.day AS day, r.policy_domain AS policy_domain, r.generation AS generation,"
    " r.state AS state, r.messages AS messages, r.ordinary_messages AS ordinary_messages,"
    " r.frozen_at / 1000000 AS frozen_at, r.not_before / 1000000 AS not_before,"
    " r.delays AS delays, r.owner AS owner, r.lease_until / 1000000 AS lease_until,"
    " (SELECT COUNT(*) FROM deliveries d WHERE d.report = r.id) AS deliveries,"
    " (SELECT COUNT(*) FROM deliveries d WHERE d.report = r.id AND d.state = 'submitted')"
    "  AS submitted,"
    " (SELECT COUNT(*) FROM deliveries d WHERE d.report = r.id AND d.state = 'failed') AS failed,"
    " r.outcome AS outcome"
    " FROM reports r",
};

}  // namespace

SchemaStep first_tables() { return kFirstTables; }

std::array<SchemaStep, kSchemaVersion> schema_steps() { return {first_tables()}; }

}  // namespace waarmerk::reporting
