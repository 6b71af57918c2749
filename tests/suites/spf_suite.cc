#include "tests/suites/spf_suite.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/domain_name.h"
#include "base/ip_address.h"
#include "policy/spf/identity.h"

namespace waarmerk::policy::spf {
namespace {

const std::filesystem::path kFile =
    std::filesystem::path(WAARMERK_SUITES_DIR) / "spf" / "rfc7208-tests.yml";

/// The zonedata of a scenario, read as the suite's own driver reads it.
class SuiteZone final : public dns::Lookup {
 public:
  explicit SuiteZone(const YAML::Node& zonedata) {
    for (const auto& owner : zonedata) {
      const auto name = DomainName::from_octets(owner.first.as<std::string>());
      if (!name) continue;  // No name that can be asked.
      for (const auto& entry : owner.second) names_[*name].push_back(read_entry(entry));
    }
  }

  void prefetch(const dns::Question&) override {}

  dns::AnswerPtr get(const dns::Question& question, Instant) override {
    auto answer = std::make_shared<dns::Answer>();
    dns::Question current = question;
    constexpr int kLongestChain = 8;
    for (int i = 0; i < kLongestChain; ++i) {
      const auto alias = look(current, *answer);
      if (!alias) return answer;
      current.name = *alias;
    }
    answer->status = dns::Status::ServFail;
    return answer;
  }

 private:
  struct Entry {
    std::string type;  ///< empty: a bare TIMEOUT
    YAML::Node value;
  };

  static Entry read_entry(const YAML::Node& node) {
    if (!node.IsMap()) return {};
    const auto pair = node.begin();
    return {pair->first.as<std::string>(), pair->second};
  }

  static bool is_word(const YAML::Node& value, std::string_view word) {
    return value.IsScalar() && value.Scalar() == word;
  }

  /// Fills the answer; returns the name to go on with after a CNAME.
  std::optional<DomainName> look(const dns::Question& question, dns::Answer& answer) const {
    const auto owner = names_.find(question.name);
    if (owner == names_.end()) {
      const bool fails = question.name.text().starts_with("error.");
      answer.status = fails ? dns::Status::Timeout : dns::Status::NxDomain;
      return std::nullopt;
    }
    answer.status = dns::Status::NoData;
    for (const Entry& entry : owner->second) {
      const bool is_alias = entry.type == "CNAME";
      if (is_alias) return DomainName::from_octets(entry.value.as<std::string>()).value();
      const bool ends = entry.type.empty() && answer.status != dns::Status::Found;
      if (ends ||
          (is_asked(entry, question.type, owner->second) && is_word(entry.value, "TIMEOUT"))) {
        answer.status = dns::Status::Timeout;
        return std::nullopt;
      }
      if (is_asked(entry, question.type, owner->second)) add_record(entry, question.type, answer);
    }
    return std::nullopt;
  }

  /// An SPF entry stands for TXT too, unless the name has TXT entries of its own.
  static bool is_asked(const Entry& entry, dns::Type type, const std::vector<Entry>& all) {
    if (entry.type == dns::to_string(type)) return true;
    return type == dns::Type::Txt && entry.type == "SPF" &&
           std::ranges::none_of(all, [](const Entry& other) { return other.type == "TXT"; });
  }

  static std::string joined(const YAML::Node& value) {
    if (value.IsScalar()) return value.as<std::string>();
    std::string text;
    for (const auto& piece : value) text += piece.as<std::string>();
    return text;
  }

  static void add_record(const Entry& entry, dns::Type type, dns::Answer& answer) {
    if (is_word(entry.value, "NONE")) return;
    answer.status = dns::Status::Found;
    if (type == dns::Type::Txt) {
      answer.texts.push_back(joined(entry.value));
    } else if (type == dns::Type::Mx) {
      const auto host = DomainName::from_octets(entry.value[1].as<std::string>());
      answer.exchanges.push_back(
          {entry.value[0].as<std::uint16_t>(), host ? std::optional(*host) : std::nullopt});
    } else if (type == dns::Type::Ptr) {
      answer.names.push_back(DomainName::from_octets(entry.value.as<std::string>()).value());
    } else {
      answer.addresses.push_back(IpAddress::parse(entry.value.as<std::string>()).value());
    }
  }

  std::map<DomainName, std::vector<Entry>> names_;
};

SpfCase read_case(const std::string& id, const YAML::Node& node,
                  const std::shared_ptr<SuiteZone>& zone) {
  SpfCase c;
  c.id = id;
  c.helo = node["helo"].as<std::string>();
  c.host = node["host"].as<std::string>();
  c.mail_from = node["mailfrom"].as<std::string>();
  if (node["result"].IsScalar()) {
    c.results = {node["result"].as<std::string>()};
  } else {
    c.results = node["result"].as<std::vector<std::string>>();
  }
  if (node["explanation"]) c.explanation = node["explanation"].as<std::string>();
  c.zone = zone;
  return c;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const SpfCase& c) { return out << c.id; }

std::optional<Request> request_of(const SpfCase& c) {
  const Identity identity = mail_from_identity(c.mail_from, c.helo);
  if (!identity.domain) return std::nullopt;
  return Request{.client = IpAddress::parse(c.host).value(),
                 .domain = *identity.domain,
                 .local_part = identity.local_part,
                 .helo = c.helo,
                 .receiver = "mx.receiver.example",
                 .time = {}};
}

const std::vector<SpfCase>& spf_suite() {
  static const std::vector<SpfCase> cases = [] {
    std::vector<SpfCase> found;
    if (!std::filesystem::exists(kFile)) return found;
    for (const auto& scenario : YAML::LoadAllFromFile(kFile.string())) {
      const auto zone = std::make_shared<SuiteZone>(scenario["zonedata"]);
      for (const auto& test : scenario["tests"]) {
        found.push_back(read_case(test.first.as<std::string>(), test.second, zone));
      }
    }
    return found;
  }();
  return cases;
}

}  // namespace waarmerk::policy::spf
