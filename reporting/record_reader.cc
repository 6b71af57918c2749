// Line -> record. Reads by the same names in the same order as the writer writes them.
#include <optional>
#include <utility>

#include "reporting/json_fields.h"
#include "reporting/record.h"
#include "reporting/record_text.h"

namespace waarmerk::reporting {
namespace {

/// Longer lines are damage: no writer makes them, not even with members that were added later.
constexpr std::size_t kMaxReadLine = 16 * kMaxLine;

std::optional<IpAddress> address_from(std::string_view text) {
  const auto address = IpAddress::parse(text);
  if (!address) return std::nullopt;
  return *address;
}

/// "y" and "n".
std::optional<bool> yes_or_no(std::string_view text) {
  if (text == "y") return true;
  if (text == "n") return false;
  return std::nullopt;
}

policy::SpfOutcome read_spf(Fields in) {
  return {.result = in.word("result", policy::spf_result_from),
          .domain = in.domain_or_null("domain"),
          .reason = in.text("reason"),
          .explanation = in.text("explanation"),
          .lookups = in.number<unsigned>("lookups"),
          .void_lookups = in.number<unsigned>("void_lookups")};
}

policy::DkimOutcome read_dkim(Fields& in) {
  return {.result = in.word("result", policy::dkim_result_from),
          .cause = in.word("cause", policy::dkim_cause_from),
          .domain = in.domain_or_null("domain"),
          .selector = in.text("selector"),
          .algorithm = in.text("algorithm"),
          .identity_domain = in.text("identity_domain"),
          .bits = in.number<unsigned>("bits"),
          .header_b = in.text("b"),
          .reason = in.text("reason"),
          .testing = in.flag("testing"),
          .key_security = in.word("dnssec", dns::security_from)};
}

/// The DMARC record among the members of an evaluation or a step of a walk.
std::optional<policy::dmarc::Record> read_published(Fields& in) {
  if (in.is_null("record")) return std::nullopt;
  return policy::dmarc::Record{.p = in.choice("p", policy::disposition_from),
                               .sp = in.choice("sp", policy::disposition_from),
                               .np = in.choice("np", policy::disposition_from),
                               .policy_tag_invalid = in.flag("policy_tag_invalid"),
                               .psd = in.word("psd", psd_from),
                               .testing = in.word("t", yes_or_no),
                               .adkim = in.word("adkim", alignment_from),
                               .aspf = in.word("aspf", alignment_from),
                               .fo = in.text("fo"),
                               .rua = in.texts("rua"),
                               .ruf = in.texts("ruf"),
                               .pct = in.text("pct"),
                               .text = in.text("record")};
}

policy::AlignedIdentifier read_aligned(Fields& in) {
  return {.mechanism = in.word("mechanism", policy::mechanism_from),
          .domain = in.domain("domain"),
          .identical = in.flag("identical")};
}

policy::DmarcEvaluation read_evaluation(Fields& in) {
  return {.author_domain = in.domain("author_domain"),
          .result = in.word("result", policy::dmarc_result_from),
          .policy_domain = in.domain_or_null("policy_domain"),
          .organizational_domain = in.domain_or_null("org_domain"),
          .record = read_published(in),
          .policy = in.choice("policy", policy::disposition_from),
          .policy_tag = in.is_null("policy_tag") ? std::string() : in.text("policy_tag"),
          .aligned = in.objects("aligned", read_aligned),
          .reason = in.text("reason"),
          .discovery = in.word("discovery", discovery_from)};
}

policy::dmarc::WalkStep read_step(Fields& in) {
  return {.name = in.domain("name"),
          .status = in.word("status", dns::status_from),
          .security = in.word("dnssec", dns::security_from),
          .record = read_published(in)};
}

/// A walk that does not say how it was made walked the DNS: its organizational domain follows from
/// its steps. That of the public suffix list is evidence itself.
std::optional<DomainName> read_listed_organization(Fields& in) {
  if (!in.has("discovery")) return std::nullopt;
  if (in.word("discovery", discovery_from) != policy::DiscoveryMethod::Psl) return std::nullopt;
  return in.domain("org_domain");
}

policy::dmarc::Walk read_walk(Fields& in) {
  return {.start = in.domain("start"),
          .steps = in.objects("steps", read_step),
          .start_exists =
              in.is_null("start_exists") ? std::nullopt : std::optional(in.flag("start_exists")),
          .listed_organization = read_listed_organization(in)};
}

policy::ListTrace read_list(Fields& in) {
  return {.field = in.text("field"), .domain = in.domain("domain")};
}

policy::DnsTrace read_dns(Fields& in) {
  return {.name = in.domain("name"),
          .type = in.word("type", dns::type_from),
          .status = in.word("status", dns::status_from),
          .security = in.word("dnssec", dns::security_from),
          .text = in.text("text")};
}

policy::Tls read_tls(Fields in) {
  return {.version = in.text("version"),
          .cipher = in.text("cipher"),
          .bits = in.number<unsigned>("bits"),
          .verify = in.text("verify"),
          .cert_subject = in.text("cert_subject"),
          .cert_issuer = in.text("cert_issuer")};
}

policy::Client read_client(Fields in) {
  return {.ip = in.choice("ip", address_from),
          .name = in.text("name"),
          .iprev = in.text("iprev"),
          .helo = in.text("helo"),
          .tls = read_tls(in.object("tls")),
          .authenticated = in.flag("authenticated")};
}

policy::Envelope read_envelope(Fields in) {
  return {.mail_from_domain = in.domain_or_null("mail_from_domain"),
          .null_sender = in.flag("null_sender"),
          .recipient_domains = in.texts("recipient_domains"),
          .recipient_count = in.number<unsigned>("recipient_count"),
          .unlisted_recipients =
              in.has("unlisted_recipients") ? in.number<unsigned>("unlisted_recipients") : 0,
          .mail_from_address = in.text("mail_from_address"),
          .recipient_addresses = in.texts("recipient_addresses"),
          .to_report_mailbox = in.has("to_report_mailbox") && in.flag("to_report_mailbox")};
}

policy::Author read_author(Fields& in) {
  return {.kind = in.word("from", policy::from_kind_from),
          .domains = in.domains("author_domains"),
          .truncated = in.flag("author_domains_truncated"),
          .problem = in.text("from_problem")};
}

policy::Disagreement read_disagreement(Fields& in) {
  return {in.text("mechanism"), in.text("subject"), in.text("native"), in.text("reference")};
}

policy::ListDifference read_list_difference(Fields& in) {
  return {.domain = in.domain("domain"),
          .treewalk_organization = in.domain("treewalk_org_domain"),
          .psl_organization = in.domain("psl_org_domain"),
          .treewalk_policy = in.domain_or_null("treewalk_policy_domain"),
          .psl_policy = in.domain_or_null("psl_policy_domain")};
}

policy::Facts read_facts(Fields& in) {
  Fields spf = in.object("spf");
  Fields traces = in.object("traces");
  return {
      .queue_id = in.text("queue_id"),
      .time = in.word("time", timestamp_from),
      .client = read_client(in.object("client")),
      .envelope = read_envelope(in.object("envelope")),
      .exemption = in.choice("exempt", policy::exemption_from).value_or(policy::Exemption::None),
      .author = read_author(in),
      .spf_mail_from = read_spf(spf.object("mailfrom")),
      .spf_helo = read_spf(spf.object("helo")),
      .dkim = in.objects("dkim", read_dkim),
      .walks = in.objects("walks", read_walk),
      .lists = traces.objects("lists", read_list),
      .dns = in.objects("dns", read_dns),
      .disagreements = in.objects_if_any("disagreements", read_disagreement),
      .list_differences = in.objects_if_any("psl_differences", read_list_difference),
      .oversized_header = in.has("oversized_header") && in.flag("oversized_header"),
      .forged_fields = traces.number<unsigned>("forged_fields"),
      .internal_error = in.text("internal_error")};
}

policy::Override read_override(Fields& in) {
  return {.type = in.word("type", policy::override_type_from), .comment = in.text("comment")};
}

policy::Decision read_decision(Fields in) {
  return {.requested = in.word("requested", policy::disposition_from),
          .applied = in.word("applied", policy::disposition_from),
          .action = in.word("action", policy::action_kind_from),
          .would = in.word("would", policy::action_kind_from),
          .cause = in.word("cause", policy::cause_from),
          .rule = in.text("rule"),
          .overrides = in.objects("overrides", read_override),
          .why = in.text("why")};
}

policy::EvidenceItem read_evidence(Fields& in) {
  return {.speaks = in.word("speaks_for", speaks_from),
          .name = in.text("name"),
          .value = in.text("value")};
}

policy::Verdict read_verdict(Fields& in) {
  policy::Verdict verdict;
  if (in.has("dmarc_all")) {
    verdict.dmarc = in.objects("dmarc_all", read_evaluation);
    verdict.deciding = in.index("dmarc_deciding", verdict.dmarc.size());
  } else if (Fields dmarc = in.object("dmarc"); !dmarc.is_null("author_domain")) {
    verdict.dmarc.push_back(read_evaluation(dmarc));
  }
  verdict.evidence = in.objects("evidence", read_evidence);
  verdict.decision = read_decision(in.object("decision"));
  return verdict;
}

Timings read_timings(Fields in) {
  const auto span = [&in](std::string_view name) {
    return std::chrono::microseconds(in.number<std::int64_t>(name));
  };
  return {
      .receive = span("receive_us"), .gather = span("gather_us"), .evaluate = span("evaluate_us")};
}

Record read_record(Fields& in) {
  return {.node = in.text("node"),
          .run = in.text("run"),
          .seq = in.number<std::uint64_t>("seq"),
          .mode = in.word("mode", mode_from),
          .engine = in.word("engine", engine_from),
          .facts = read_facts(in),
          .verdict = read_verdict(in),
          .timings = read_timings(in.object("timings")),
          .cut = in.texts("cut")};
}

Amendment read_amendment(Fields& in) {
  return {.node = in.text("node"),
          .run = in.text("run"),
          .amends = in.number<std::uint64_t>("amends"),
          .time = in.word("time", timestamp_from),
          .problem = in.text("problem")};
}

}  // namespace

struct RecordParser::State {
  dom::parser parser{kMaxReadLine};
};

RecordParser::RecordParser() : state_(std::make_unique<State>()) {}
RecordParser::~RecordParser() = default;
RecordParser::RecordParser(RecordParser&&) noexcept = default;
RecordParser& RecordParser::operator=(RecordParser&&) noexcept = default;

Result<LogEntry> RecordParser::parse(std::string_view line) {
  if (line.size() > kMaxReadLine) return fail("a line of more than 1 MB");
  dom::object object;
  const auto error = state_->parser.parse(line.data(), line.size()).get(object);
  if (error != simdjson::SUCCESS) {
    return fail("no JSON object: " + std::string(simdjson::error_message(error)));
  }
  Problem problem;
  Fields in(object, {}, problem);
  const auto version = in.number<std::uint64_t>("v");
  if (!problem && version != kLogVersion) {
    return fail("version " + std::to_string(version) + " of the format, expected 1", "v");
  }
  auto entry = in.has("amends") ? LogEntry(read_amendment(in)) : LogEntry(read_record(in));
  if (problem) return std::unexpected(std::move(*problem));
  return entry;
}

Result<Record> parse_record(std::string_view line) {
  auto entry = RecordParser().parse(line);
  if (!entry) return std::unexpected(std::move(entry.error()));
  if (auto* record = std::get_if<Record>(&*entry)) return std::move(*record);
  return fail("the line amends a record and is none", "amends");
}

}  // namespace waarmerk::reporting
