// Record -> line: which members there are, in which order, and what is left out of a line too long.
#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/dmarc/tree_walk.h"
#include "reporting/cut_order.h"
#include "reporting/cutting_writer.h"
#include "reporting/record.h"
#include "reporting/record_text.h"

namespace waarmerk::reporting {
namespace {

using policy::DmarcEvaluation;

/// Every line begins so; with_seq relies on it.
constexpr std::string_view kBeforeSeq = R"({"v":1,"seq":)";
/// What the digits of a seq and the newline may add to an unnumbered line.
constexpr std::size_t kSeqRoom = 20;
constexpr std::size_t kMaxUnnumbered = kMaxLine - kSeqRoom;

/// The record's members, each group by one function.
class LineWriter {
 public:
  LineWriter(const Record& record, const Limits& limits)
      : record_(record),
        facts_(record.facts),
        limits_(limits),
        signatures_(kept_signatures(record.facts, limits.signatures)),
        walks_(kept_walks(record.facts, signatures_, limits.walks)),
        out_(limits.text, kMaxUnnumbered) {}

  std::string write() {
    identification();
    decision();
    author();
    client();
    envelope();
    spf();
    dkim();
    dmarc();
    evidence();
    traces();
    walks();
    dns();
    circumstances();
    out_.cut(record_.cut);
    return out_.finish();
  }

 private:
  void identification() {
    out_.number("v", kLogVersion);
    out_.number("seq", 0);
    out_.word("time", timestamp(facts_.time));
    out_.text("node", record_.node);
    out_.text("run", record_.run);
    out_.text("queue_id", facts_.queue_id);
  }

  void decision() {
    const policy::Decision& decision = record_.verdict.decision;
    out_.object("decision", [&] {
      out_.word("action", to_string(decision.action));
      out_.word("would", to_string(decision.would));
      out_.word("requested", to_string(decision.requested));
      out_.word("applied", to_string(decision.applied));
      out_.word("cause", to_string(decision.cause));
      out_.text("rule", decision.rule);
      out_.objects("overrides", decision.overrides, limits_.others, [&](const auto& item) {
        out_.word("type", to_string(item.type));
        out_.text("comment", item.comment);
      });
      out_.text("why", decision.why);
    });
    const bool exempt = facts_.exemption != policy::Exemption::None;
    out_.word("exempt", exempt ? to_string(facts_.exemption) : std::string_view{});
  }

  void author() {
    out_.word("from", to_string(facts_.author.kind));
    out_.text("from_problem", facts_.author.problem);
    out_.domains("author_domains", facts_.author.domains, limits_.others);
    out_.flag("author_domains_truncated", facts_.author.truncated);
    if (facts_.oversized_header) out_.flag("oversized_header", true);
  }

  void client() {
    const policy::Client& client = facts_.client;
    out_.object("client", [&] {
      out_.word("ip", client.ip ? client.ip->text() : std::string());
      out_.text("name", client.name);
      out_.text("iprev", client.iprev);
      out_.text("helo", client.helo);
      out_.object("tls", [&] {
        out_.text("version", client.tls.version);
        out_.text("cipher", client.tls.cipher);
        out_.number("bits", client.tls.bits);
        out_.text("verify", client.tls.verify);
        out_.text("cert_subject", client.tls.cert_subject);
        out_.text("cert_issuer", client.tls.cert_issuer);
      });
      out_.flag("authenticated", client.authenticated);
    });
  }

  void envelope() {
    const policy::Envelope& envelope = facts_.envelope;
    out_.object("envelope", [&] {
      out_.domain("mail_from_domain", envelope.mail_from_domain);
      out_.flag("null_sender", envelope.null_sender);
      out_.texts("recipient_domains", envelope.recipient_domains, limits_.recipients);
      out_.number("recipient_count", envelope.recipient_count);
      if (const std::size_t unlisted = unlisted_recipients(); unlisted > 0) {
        out_.number("unlisted_recipients", unlisted);
      }
      out_.text("mail_from_address", envelope.mail_from_address);
      out_.texts("recipient_addresses", envelope.recipient_addresses, limits_.recipients);
      if (envelope.to_report_mailbox) out_.flag("to_report_mailbox", true);
    });
  }

  /// A domain that is left out had one recipient at least.
  [[nodiscard]] std::size_t unlisted_recipients() const {
    const policy::Envelope& envelope = facts_.envelope;
    const std::size_t known = envelope.recipient_domains.size();
    const std::size_t missing = known - std::min(known, limits_.recipients);
    return std::min<std::size_t>(envelope.unlisted_recipients + missing,
                                 std::numeric_limits<unsigned>::max());
  }

  void spf() {
    out_.object("spf", [&] {
      spf_identity("mailfrom", facts_.spf_mail_from);
      spf_identity("helo", facts_.spf_helo);
    });
  }

  void spf_identity(std::string_view name, const policy::SpfOutcome& outcome) {
    out_.object(name, [&] {
      out_.word("result", to_string(outcome.result));
      out_.domain("domain", outcome.domain);
      out_.text("reason", outcome.reason);
      out_.text("explanation", outcome.explanation);
      out_.number("lookups", outcome.lookups);
      out_.number("void_lookups", outcome.void_lookups);
    });
  }

  void dkim() {
    out_.objects_at("dkim", facts_.dkim, signatures_, [&](const auto& outcome) {
      const std::size_t max =
          decides_nothing(outcome) ? std::min(limits_.junk_text, limits_.text) : limits_.text;
      out_.word("result", to_string(outcome.result));
      out_.domain("domain", outcome.domain);
      out_.text("selector", outcome.selector, max);
      out_.text("algorithm", outcome.algorithm, max);
      out_.number("bits", outcome.bits);
      out_.word("cause", to_string(outcome.cause));
      out_.text("reason", outcome.reason, max);
      out_.text("identity_domain", outcome.identity_domain, max);
      out_.text("b", outcome.header_b, max);
      out_.flag("testing", outcome.testing);
      out_.word("dnssec", to_string(outcome.key_security));
    });
  }

  void dmarc() {
    const policy::Verdict& verdict = record_.verdict;
    out_.object("dmarc", [&] {
      const DmarcEvaluation* deciding = verdict.deciding_dmarc();
      if (deciding != nullptr) {
        evaluation(*deciding);
      } else {
        no_evaluation();
      }
    });
    // All or only the one that decided: an index into a part of the list would mislead.
    if (verdict.dmarc.size() > limits_.others) {
      out_.omit("dmarc_all");
    } else if (verdict.dmarc.size() > 1) {
      out_.number("dmarc_deciding", verdict.deciding);
      out_.objects("dmarc_all", verdict.dmarc, kAll,
                   [&](const DmarcEvaluation& item) { evaluation(item); });
    }
  }

  void evaluation(const DmarcEvaluation& item) {
    out_.word("result", to_string(item.result));
    out_.domain("author_domain", item.author_domain);
    out_.domain("policy_domain", item.policy_domain);
    out_.domain("org_domain", item.organizational_domain);
    disposition("policy", item.policy);
    out_.word("policy_tag", item.policy_tag);
    out_.word("discovery", to_word(item.discovery));
    out_.objects("aligned", item.aligned, limits_.others, [&](const auto& identifier) {
      out_.word("mechanism", to_string(identifier.mechanism));
      out_.domain("domain", identifier.domain);
      out_.flag("identical", identifier.identical);
    });
    out_.text("reason", item.reason);
    if (item.record) {
      // Never shorter for want of room: half a record is another policy, and another report.
      published(*item.record, kMaxText);
    } else {
      nothing_published();
    }
  }

  /// The same members for a message without an author domain, so that no reader needs to ask first.
  void no_evaluation() {
    out_.word("result", to_string(policy::DmarcResult::None));
    for (const auto name :
         {"author_domain", "policy_domain", "org_domain", "policy", "policy_tag"}) {
      out_.null(name);
    }
    out_.null("discovery");
    out_.texts("aligned", {}, kAll);
    out_.text("reason", {});
    nothing_published();
  }

  void published(const policy::dmarc::Record& record, std::size_t max_text) {
    out_.text("record", record.text, max_text);
    disposition("p", record.p);
    disposition("sp", record.sp);
    disposition("np", record.np);
    out_.flag("policy_tag_invalid", record.policy_tag_invalid);
    out_.word("t", record.testing ? "y" : "n");
    out_.word("psd", to_word(record.psd));
    out_.word("adkim", to_word(record.adkim));
    out_.word("aspf", to_word(record.aspf));
    out_.text("fo", record.fo);
    out_.text("pct", record.pct);
    out_.texts("rua", record.rua, limits_.uris);
    out_.texts("ruf", record.ruf, limits_.uris);
  }

  void nothing_published() {
    for (const auto name : {"record", "p", "sp", "np"}) out_.null(name);
    out_.flag("policy_tag_invalid", false);
    for (const auto name : {"t", "psd", "adkim", "aspf", "fo", "pct"}) out_.null(name);
    out_.texts("rua", {}, kAll);
    out_.texts("ruf", {}, kAll);
  }

  void disposition(std::string_view name, const std::optional<policy::Disposition>& value) {
    out_.word(name, value ? to_string(*value) : std::string_view{});
  }

  void evidence() {
    out_.objects("evidence", record_.verdict.evidence, limits_.others, [&](const auto& item) {
      out_.word("speaks_for", to_word(item.speaks));
      out_.text("name", item.name);
      out_.text("value", item.value);
    });
  }

  void traces() {
    out_.object("traces", [&] {
      out_.objects("lists", facts_.lists, limits_.others, [&](const auto& list) {
        out_.text("field", list.field);
        out_.domain("domain", list.domain);
      });
      out_.number("forged_fields", facts_.forged_fields);
    });
  }

  void walks() {
    out_.objects_at("walks", facts_.walks, walks_, [&](const policy::dmarc::Walk& walk) {
      out_.domain("start", walk.start);
      // Only said where it is not the rule. What the list said is the organizational domain.
      if (walk.listed_organization) out_.word("discovery", to_word(method_of(walk)));
      out_.domain("org_domain", organizational_domain(walk));
      if (walk.start_exists) {
        out_.flag("start_exists", *walk.start_exists);
      } else {
        out_.null("start_exists");
      }
      out_.objects("steps", walk.steps, limits_.steps, [&](const policy::dmarc::WalkStep& step) {
        out_.domain("name", step.name);
        out_.word("status", to_string(step.status));
        out_.word("dnssec", to_string(step.security));
        if (step.record) {
          published(*step.record, limits_.text);
        } else {
          out_.null("record");
        }
      });
    });
  }

  void dns() {
    out_.objects("dns", facts_.dns, limits_.dns, [&](const policy::DnsTrace& answer) {
      out_.domain("name", answer.name);
      out_.word("type", to_string(answer.type));
      out_.word("status", to_string(answer.status));
      out_.word("dnssec", to_string(answer.security));
      out_.text("text", answer.text, std::min(limits_.dns_text, limits_.text));
    });
  }

  /// Left out when there are none: with one engine there never are.
  void disagreements() {
    if (facts_.disagreements.empty()) return;
    out_.objects("disagreements", facts_.disagreements, limits_.others, [&](const auto& item) {
      out_.text("mechanism", item.mechanism);
      out_.text("subject", item.subject);
      out_.text("native", item.native);
      out_.text("reference", item.reference);
    });
  }

  /// Left out when there are none: without dmarc.compare_psl there never are.
  void list_differences() {
    if (facts_.list_differences.empty()) return;
    out_.objects("psl_differences", facts_.list_differences, limits_.others, [&](const auto& item) {
      out_.domain("domain", item.domain);
      out_.domain("treewalk_org_domain", item.treewalk_organization);
      out_.domain("psl_org_domain", item.psl_organization);
      out_.domain("treewalk_policy_domain", item.treewalk_policy);
      out_.domain("psl_policy_domain", item.psl_policy);
    });
  }

  void circumstances() {
    out_.word("mode", to_word(record_.mode));
    out_.word("engine", to_word(record_.engine));
    disagreements();
    list_differences();
    out_.text("internal_error", facts_.internal_error);
    out_.object("timings", [&] {
      out_.number("receive_us", record_.timings.receive.count());
      out_.number("gather_us", record_.timings.gather.count());
      out_.number("evaluate_us", record_.timings.evaluate.count());
    });
  }

  const Record& record_;
  const policy::Facts& facts_;
  const Limits& limits_;
  std::vector<std::size_t> signatures_;
  std::vector<std::size_t> walks_;
  CuttingWriter out_;
};

/// The line with seq 0.
std::string write_unnumbered(const Record& record) {
  std::string line;
  for (const Limits& limits : kCutOrder) {
    line = LineWriter(record, limits).write();
    if (line.size() <= kMaxUnnumbered) break;
  }
  return line;
}

}  // namespace

std::string write_record(const Record& record) {
  return with_seq(write_unnumbered(record), record.seq);
}

std::string with_seq(std::string line, std::uint64_t seq) {
  line.replace(kBeforeSeq.size(), 1, std::to_string(seq));
  return line;
}

void write_record_members(JsonWriter& json, const Record& record) {
  json.members(write_record(record));
}

std::string write_amendment(const Amendment& amendment) {
  CuttingWriter out(kMaxText, kMaxUnnumbered);
  out.number("v", kLogVersion);
  out.number("amends", amendment.amends);
  out.word("time", timestamp(amendment.time));
  out.text("node", amendment.node);
  out.text("run", amendment.run);
  out.text("problem", amendment.problem);
  return out.finish();
}

}  // namespace waarmerk::reporting
