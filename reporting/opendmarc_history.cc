#include "reporting/opendmarc_history.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "policy/dmarc/record.h"
#include "reporting/record.h"

namespace waarmerk::reporting {
namespace {

using policy::ActionKind;
using policy::DkimResult;
using policy::SpfResult;

/// The last second of the year 9999.
constexpr std::uint64_t kLastSecond = 253'402'300'799;

/// What the numbers of results mean, which "spf" and "dkim" share.
struct ResultCode {
  std::string_view code;
  SpfResult spf;
  DkimResult dkim;
};
constexpr std::array kResultCodes = {
    ResultCode{"-1", SpfResult::None, DkimResult::None},  // not evaluated
    ResultCode{"0", SpfResult::Pass, DkimResult::Pass},
    ResultCode{"1", SpfResult::None, DkimResult::None},  // unused
    ResultCode{"2", SpfResult::SoftFail, DkimResult::None},
    ResultCode{"3", SpfResult::Neutral, DkimResult::Neutral},
    ResultCode{"4", SpfResult::TempError, DkimResult::TempError},
    ResultCode{"5", SpfResult::PermError, DkimResult::PermError},
    ResultCode{"6", SpfResult::None, DkimResult::None},
    ResultCode{"7", SpfResult::Fail, DkimResult::Fail},
    ResultCode{"8", SpfResult::None, DkimResult::PermError},  // refused by a local rule
    ResultCode{"9", SpfResult::None, DkimResult::PermError},  // no such domain
    ResultCode{"10", SpfResult::None, DkimResult::None},      // signed, and not verified
    ResultCode{"11", SpfResult::None, DkimResult::None},      // unknown
    ResultCode{"12", SpfResult::None, DkimResult::None},      // to be discarded
};

struct PolicyCode {
  std::string_view code;
  HistoryPolicy policy;
};
constexpr std::array kPolicyCodes = {
    PolicyCode{"14", HistoryPolicy::NoRecord}, PolicyCode{"15", HistoryPolicy::Pass},
    PolicyCode{"16", HistoryPolicy::Reject},   PolicyCode{"17", HistoryPolicy::Quarantine},
    PolicyCode{"18", HistoryPolicy::None},
};

struct ActionCode {
  std::string_view code;
  ActionKind action;
};
constexpr std::array kActionCodes = {
    ActionCode{"0", ActionKind::Reject}, ActionCode{"1", ActionKind::Reject},
    ActionCode{"2", ActionKind::Accept}, ActionCode{"3", ActionKind::Defer},
    ActionCode{"4", ActionKind::Hold},
};

/// The row of `table` with that code, or nullptr.
template <typename Table>
auto find_code(const Table& table, std::string_view code) -> decltype(table.data()) {
  const auto row =
      std::ranges::find_if(table, [code](const auto& entry) { return entry.code == code; });
  return row == table.end() ? nullptr : &*row;
}

std::optional<DomainName> name_or_nothing(std::string_view text) {
  auto name = DomainName::parse(text);
  if (!name) return std::nullopt;
  return std::move(*name);
}

/// The lines of a message as they were read; what must be there is looked at when all are.
struct Draft {
  std::string job;
  std::optional<std::uint64_t> received;
  std::optional<IpAddress> ip;
  std::optional<DomainName> from;
  std::optional<DomainName> mail_from;
  SpfResult spf = SpfResult::None;
  bool spf_of_helo = false;
  std::vector<HistorySignature> signatures;
  std::optional<DomainName> policy_domain;
  const PolicyCode* policy = nullptr;
  std::string record_text = "v=DMARC1";
  std::string report_addresses;
  bool aligned = false;
  const ActionCode* action = nullptr;
};

// ---- One line -----------------------------------------------------------------------------------
// Each reads the value of one key into the draft; false: it has another form.

bool read_job(Draft& draft, std::string_view value) {
  draft.job = value;
  return !value.empty();
}

bool read_received(Draft& draft, std::string_view value) {
  draft.received = parse_number(value, kLastSecond);
  return draft.received.has_value();
}

/// Mail that did not come over the network has no address here, but a word.
bool read_ip(Draft& draft, std::string_view value) {
  if (const auto ip = IpAddress::parse(value)) draft.ip = *ip;
  return true;
}

bool read_from(Draft& draft, std::string_view value) {
  draft.from = name_or_nothing(value);
  return draft.from.has_value();
}

/// The null sender, or a name that the DNS cannot carry: nothing of ours could check it.
bool read_mail_from(Draft& draft, std::string_view value) {
  draft.mail_from = name_or_nothing(value);
  return true;
}

/// "domain selector code"; older versions write no selector.
bool read_dkim(Draft& draft, std::string_view value) {
  const auto words = split(value, ' ');
  if (words.size() < 2 || words.size() > 3) return false;
  const ResultCode* code = find_code(kResultCodes, words.back());
  if (code == nullptr) return false;
  if (draft.signatures.size() >= kMaxSignatures) return true;
  const bool has_selector = words.size() == 3 && words[1] != "-";
  draft.signatures.push_back({.domain = name_or_nothing(words.front()),
                              .selector = has_selector ? printable(words[1]) : std::string(),
                              .result = code->dkim});
  return true;
}

/// There may be several, one for each field that an SPF filter added: OpenDMARC takes a pass.
bool read_spf(Draft& draft, std::string_view value) {
  const ResultCode* code = find_code(kResultCodes, value);
  if (code != nullptr && draft.spf != SpfResult::Pass) draft.spf = code->spf;
  return code != nullptr;
}

bool read_spf_scope(Draft& draft, std::string_view value) {
  draft.spf_of_helo = value == "2";
  return true;
}

bool read_policy_domain(Draft& draft, std::string_view value) {
  draft.policy_domain = name_or_nothing(value);
  return true;
}

bool read_policy(Draft& draft, std::string_view value) {
  draft.policy = find_code(kPolicyCodes, value);
  return draft.policy != nullptr;
}

/// What could end the tag, or the address, is not taken.
bool read_rua(Draft& draft, std::string_view value) {
  if (value == "-" || value.find_first_of(";, \t") != std::string_view::npos) return true;
  if (draft.report_addresses.size() > kMaxText) return true;
  draft.report_addresses += draft.report_addresses.empty() ? "" : ",";
  draft.report_addresses += value;
  return true;
}

bool read_pct(Draft& draft, std::string_view value) {
  const auto percent = parse_number(value, 100);
  if (percent) draft.record_text += "; pct=" + std::to_string(*percent);
  return percent.has_value();
}

/// The codes are those of the first letters; 0 is no tag. Another one comes from a fault in some
/// versions: the default stands.
bool add_alignment(Draft& draft, std::string_view tag, std::string_view code) {
  if (code == "115") draft.record_text += "; " + std::string(tag) + "=s";
  return parse_number(code, 255).has_value();
}
bool read_adkim(Draft& draft, std::string_view value) {
  return add_alignment(draft, "adkim", value);
}
bool read_aspf(Draft& draft, std::string_view value) { return add_alignment(draft, "aspf", value); }

bool add_policy_tag(Draft& draft, std::string_view tag, std::string_view code) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kWords = {
      {{"0", ""}, {"110", "none"}, {"113", "quarantine"}, {"114", "reject"}}};
  const auto* word = std::ranges::find(kWords, code, &decltype(kWords)::value_type::first);
  if (word == kWords.end()) return false;
  if (word->second.empty()) return true;
  draft.record_text += "; " + std::string(tag) + "=" + std::string(word->second);
  return true;
}
bool read_p(Draft& draft, std::string_view value) { return add_policy_tag(draft, "p", value); }
bool read_sp(Draft& draft, std::string_view value) { return add_policy_tag(draft, "sp", value); }

/// 4 is aligned, 5 is not, 0 was not looked at. Some writers exchange the two keys, so it does not
/// count which one says it.
bool read_alignment(Draft& draft, std::string_view value) {
  if (value == "4") draft.aligned = true;
  return value == "4" || value == "5" || value == "0";
}

bool read_action(Draft& draft, std::string_view value) {
  draft.action = find_code(kActionCodes, value);
  return draft.action != nullptr;
}

struct Key {
  std::string_view name;
  bool (*read)(Draft&, std::string_view);
};
constexpr std::array kKeys = {
    Key{"job", read_job},
    Key{"received", read_received},
    Key{"ipaddr", read_ip},
    Key{"from", read_from},
    Key{"mfrom", read_mail_from},
    Key{"dkim", read_dkim},
    Key{"spf", read_spf},
    Key{"spf_scope", read_spf_scope},
    Key{"pdomain", read_policy_domain},
    Key{"policy", read_policy},
    Key{"rua", read_rua},
    Key{"pct", read_pct},
    Key{"adkim", read_adkim},
    Key{"aspf", read_aspf},
    Key{"p", read_p},
    Key{"sp", read_sp},
    Key{"align_dkim", read_alignment},
    Key{"align_spf", read_alignment},
    Key{"action", read_action},
};

// ---- One message --------------------------------------------------------------------------------

/// What is missing in a message whose lines are right one by one; empty if nothing is.
std::string missing_in(const Draft& draft) {
  if (!draft.received) return "no line \"received\"";
  if (!draft.from) return "no line \"from\"";
  if (draft.policy == nullptr) return "no line \"policy\"";
  if (draft.action == nullptr) return "no line \"action\"";
  if (draft.policy->policy == HistoryPolicy::NoRecord) return {};
  if (!draft.policy_domain || !draft.from->is_at_or_below(*draft.policy_domain)) {
    return "\"pdomain\" is neither \"from\" nor above it";
  }
  return {};
}

Result<HistoryMessage> finished(Draft draft) {
  if (std::string missing = missing_in(draft); !missing.empty()) return fail(std::move(missing));
  HistoryMessage message{.job = std::move(draft.job),
                         .received = WallTime(std::chrono::seconds(*draft.received)),
                         .ip = draft.ip,
                         .from = std::move(*draft.from),
                         .mail_from = std::move(draft.mail_from),
                         .spf = draft.spf,
                         .signatures = std::move(draft.signatures),
                         .policy_domain = std::nullopt,
                         .record = std::nullopt,
                         .policy = draft.policy->policy,
                         .aligned = draft.aligned,
                         .action = draft.action->action};
  if (draft.spf_of_helo) message.mail_from.reset();
  if (message.policy == HistoryPolicy::NoRecord) return message;
  if (!draft.report_addresses.empty()) draft.record_text += "; rua=" + draft.report_addresses;
  auto record = policy::dmarc::parse_record(draft.record_text);
  if (!record) return std::unexpected(std::move(record.error()));
  message.record = std::move(*record);
  message.policy_domain = std::move(draft.policy_domain);
  return message;
}

Result<HistoryMessage> read_entry(const std::vector<std::string>& lines) {
  Draft draft;
  for (const std::string_view line : lines) {
    const auto space = std::min(line.find(' '), line.size());
    const std::string_view name = line.substr(0, space);
    const auto* key = std::ranges::find(kKeys, name, &Key::name);
    if (key == kKeys.end()) continue;
    const std::string_view value = trim(line.substr(space));
    if (!key->read(draft, value)) {
      return fail("\"" + std::string(name) + "\" has the value \"" + printable(value, 60) +
                  "\", which OpenDMARC does not write");
    }
  }
  return finished(std::move(draft));
}

}  // namespace

std::optional<Result<HistoryMessage>> HistoryReader::feed(std::string_view line) {
  if (is_begin(line)) {
    auto before = finish();
    lines_.emplace_back(line);
    return before;
  }
  if (lines_.empty()) return fail("a line before the first \"job\"");
  if (lines_.size() < kMaxEntryLines) {
    lines_.emplace_back(line);
  } else {
    overfull_ = true;
  }
  return std::nullopt;
}

std::optional<Result<HistoryMessage>> HistoryReader::finish() {
  if (lines_.empty()) return std::nullopt;
  auto message = overfull_ ? fail("more than " + std::to_string(kMaxEntryLines) + " lines")
                           : read_entry(lines_);
  lines_.clear();
  overfull_ = false;
  return message;
}

policy::ActionKind would_of(const HistoryMessage& message) {
  if (message.action != ActionKind::Accept) return message.action;
  switch (message.policy) {
    case HistoryPolicy::Reject:
      return ActionKind::Reject;
    case HistoryPolicy::Quarantine:
      return ActionKind::Hold;
    case HistoryPolicy::NoRecord:
    case HistoryPolicy::Pass:
    case HistoryPolicy::None:
      return ActionKind::Accept;
  }
  return ActionKind::Accept;
}

}  // namespace waarmerk::reporting
