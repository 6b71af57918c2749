// Reads zone text and answers from it.
#include "dns/zone.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace waarmerk::dns {
namespace {

constexpr int kMaxAliases = 10;

struct Word {
  std::string_view name;
  Status status;
  Security security;
};

constexpr std::array kWords{
    Word{"!NXDOMAIN", Status::NxDomain, Security::Insecure},
    Word{"!NODATA", Status::NoData, Security::Insecure},
    Word{"!SERVFAIL", Status::ServFail, Security::Unknown},
    Word{"!TIMEOUT", Status::Timeout, Security::Unknown},
    Word{"!BOGUS", Status::ServFail, Security::Bogus},
};

Answer zone_answer(Status status, Security security) {
  Answer answer = empty_answer(status);
  answer.security = security;
  if (!is_error(status)) answer.ttl = kZoneTtl;
  return answer;
}

/// `text` cut at its first space; the second part is nullopt if there is none.
std::pair<std::string_view, std::optional<std::string_view>> cut_at_space(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, space), text.substr(space + 1)};
}

/// The octets that `\DDD` and `\\` stand for.
Result<std::string> unescape(std::string_view text) {
  std::string octets;
  while (!text.empty()) {
    if (text.front() != '\\') {
      octets += text.front();
      text.remove_prefix(1);
    } else if (text.starts_with("\\\\")) {
      octets += '\\';
      text.remove_prefix(2);
    } else {
      const auto code = text.size() < 4 ? std::nullopt : parse_number(text.substr(1, 3), 255);
      if (!code) return fail("a backslash must begin \\\\ or \\DDD, three digits up to 255");
      octets += static_cast<char>(static_cast<unsigned char>(*code));
      text.remove_prefix(4);
    }
  }
  return octets;
}

Result<DomainName> read_name(std::string_view text) {
  if (text.find(' ') != std::string_view::npos) {
    return fail("a space in a name must be written \\032");
  }
  const auto octets = unescape(text);
  if (!octets) return std::unexpected(octets.error());
  if (std::ranges::count(*octets, '.') != std::ranges::count(text, '.')) {
    return fail("a dot inside a label");
  }
  return DomainName::from_octets(*octets);
}

Result<void> read_txt(std::string_view value, Answer& answer) {
  if (value.starts_with(' ') || value.ends_with(' ')) {
    return fail("a space at an end of a value must be written \\032");
  }
  auto octets = unescape(value);
  if (!octets) return std::unexpected(octets.error());
  answer.texts.push_back(std::move(*octets));
  return {};
}

Result<void> read_address(std::string_view value, Type type, Answer& answer) {
  const auto ip = IpAddress::parse(value);
  // An IPv4-mapped address is IPv6 as a record, though IpAddress says IPv4.
  const bool is_spelled_v6 = value.find(':') != std::string_view::npos;
  if (!ip || is_spelled_v6 != (type == Type::Aaaa)) {
    return fail("not an address for a record of type " + std::string(to_string(type)));
  }
  answer.addresses.push_back(*ip);
  return {};
}

Result<void> read_mx(std::string_view value, Answer& answer) {
  const auto [number, host] = cut_at_space(value);
  const auto preference = parse_number(number, 0xFFFF);
  if (!preference || !host) return fail("MX needs a preference up to 65535 and a name");
  MailExchange mx{static_cast<std::uint16_t>(*preference), std::nullopt};
  if (*host != ".") {
    auto name = read_name(*host);
    if (!name) return std::unexpected(name.error());
    mx.exchange = std::move(*name);
  }
  answer.exchanges.push_back(std::move(mx));
  return {};
}

Result<void> read_target(std::string_view value, Type type, Answer& answer) {
  if (type == Type::Cname && !answer.names.empty()) return fail("a second CNAME of one owner");
  auto name = read_name(value);
  if (!name) return std::unexpected(name.error());
  answer.names.push_back(std::move(*name));
  return {};
}

std::optional<unsigned char> read_hex_digit(char c) {
  if (is_digit(c)) return static_cast<unsigned char>(c - '0');
  const char lower = to_lower(c);
  if (lower < 'a' || lower > 'f') return std::nullopt;
  return static_cast<unsigned char>(lower - 'a' + 10);
}

/// RFC 6698 2.2
Result<void> read_tlsa(std::string_view value, Answer& answer) {
  const auto parts = split(value, ' ');
  if (parts.size() != 4) return fail("TLSA needs usage, selector, matching type and hexadecimal");
  std::string rdata;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto number = parse_number(parts[i], 255);
    if (!number) return fail("a number of TLSA must be 0 to 255");
    rdata += static_cast<char>(static_cast<unsigned char>(*number));
  }
  const std::string_view hex = parts[3];
  if (hex.empty() || hex.size() % 2 != 0) return fail("TLSA data must be pairs of hex digits");
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto high = read_hex_digit(hex[i]);
    const auto low = read_hex_digit(hex[i + 1]);
    if (!high || !low) return fail("TLSA data must be pairs of hex digits");
    rdata += static_cast<char>(static_cast<unsigned char>(*high * 16 + *low));
  }
  answer.rdata.push_back(std::move(rdata));
  return {};
}

Result<void> read_record(Type type, std::string_view value, Answer& answer) {
  switch (type) {
    case Type::Txt:
      return read_txt(value, answer);
    case Type::A:
    case Type::Aaaa:
      return read_address(value, type, answer);
    case Type::Mx:
      return read_mx(value, answer);
    case Type::Cname:
    case Type::Ptr:
    case Type::Ns:
      return read_target(value, type, answer);
    case Type::Tlsa:
      return read_tlsa(value, answer);
    case Type::Soa:
      break;
  }
  return fail("records of type " + std::string(to_string(type)) + " cannot be written here");
}

}  // namespace

std::string escape_zone_text(std::string_view octets) {
  std::string text;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const char c = octets[i];
    const bool is_at_end = i == 0 || i + 1 == octets.size();
    if (c == '\\') {
      text += "\\\\";
    } else if (is_control(c) || !is_ascii(c) || (c == ' ' && is_at_end) || (c == '!' && i == 0)) {
      const std::string code = std::to_string(static_cast<unsigned char>(c));
      text += '\\';
      text.append(3 - code.size(), '0');
      text += code;
    } else {
      text += c;
    }
  }
  return text;
}

Result<Zone> Zone::parse(std::string_view text, std::string_view source) {
  Zone zone;
  std::size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    if (const auto added = zone.add_line(line); !added) {
      return fail(added.error().text, std::string(source) + ":" + std::to_string(number));
    }
  }
  return zone;
}

void Zone::add_txt(const DomainName& owner, std::string octets) {
  Answer& answer =
      node_at(owner)
          .answers.try_emplace(Type::Txt, zone_answer(Status::Found, Security::Insecure))
          .first->second;
  answer.texts.push_back(std::move(octets));
}

Result<void> Zone::add_line(std::string_view line) {
  const auto [owner, rest] = cut_at_space(line);
  if (!rest) return fail("expected: owner TYPE value");
  const auto name = read_name(owner);
  if (!name) return std::unexpected(name.error());
  Node& node = node_at(*name);
  if (*rest == "+ad") {
    node.is_secure = true;
    return {};
  }
  const auto [type_name, value] = cut_at_space(*rest);
  if (value && value->starts_with('!')) return add_word(node, type_name, *value);
  const auto type = type_from(type_name);
  if (!type) return fail("expected a record type: \"" + printable(type_name, 20) + "\"");
  if (!value && *type != Type::Txt) return fail("expected a value");
  return add_record(node, *type, value.value_or(""));
}

Result<void> Zone::add_word(Node& node, std::string_view type, std::string_view word) {
  for (const Word& entry : kWords) {
    if (entry.name != word) continue;
    Answer answer = zone_answer(entry.status, entry.security);
    if (type == "*") {
      if (node.otherwise) return fail("a second word for all types of one owner");
      node.otherwise = std::move(answer);
      return {};
    }
    const auto one = type_from(type);
    if (!one) return fail("expected a record type or *: \"" + printable(type, 20) + "\"");
    if (!node.answers.emplace(*one, std::move(answer)).second) {
      return fail("a word beside other lines of one owner and type");
    }
    return {};
  }
  return fail("expected !NXDOMAIN, !NODATA, !SERVFAIL, !TIMEOUT or !BOGUS: \"" +
              printable(word, 20) + "\"");
}

Result<void> Zone::add_record(Node& node, Type type, std::string_view value) {
  Answer& answer =
      node.answers.try_emplace(type, zone_answer(Status::Found, Security::Insecure)).first->second;
  if (answer.status != Status::Found) return fail("a record beside a word of one owner and type");
  return read_record(type, value, answer);
}

/// The node of `name`, which exists from now on, and so do the names above it.
Zone::Node& Zone::node_at(const DomainName& name) {
  for (std::size_t labels = name.label_count() - 1; labels > 0; --labels) {
    if (!nodes_.try_emplace(name.last_labels(labels)).second) break;
  }
  return nodes_[name];
}

/// The node that answers for `name`: its own, or the wildcard below its closest encloser. RFC 4592
const Zone::Node* Zone::closest_match(const DomainName& name) const {
  if (const auto own = nodes_.find(name); own != nodes_.end()) return &own->second;
  for (std::size_t labels = name.label_count() - 1; labels > 0; --labels) {
    const DomainName encloser = name.last_labels(labels);
    if (!nodes_.contains(encloser)) continue;
    const auto wildcard_name = encloser.prefixed("*");
    if (!wildcard_name) return nullptr;
    const auto wildcard = nodes_.find(*wildcard_name);
    return wildcard == nodes_.end() ? nullptr : &wildcard->second;
  }
  return nullptr;
}

Answer Zone::answer(const Question& question) const {
  DomainName name = question.name;
  bool is_secure = true;
  const auto finished = [&is_secure](Answer answer) {
    if (is_secure && !is_error(answer.status)) answer.security = Security::Secure;
    return answer;
  };
  for (int alias = 0; alias <= kMaxAliases; ++alias) {
    const Node* node = closest_match(name);
    if (node == nullptr) return zone_answer(Status::NxDomain, Security::Insecure);
    is_secure = is_secure && node->is_secure;
    if (const auto own = node->answers.find(question.type); own != node->answers.end()) {
      return finished(own->second);
    }
    const auto cname = node->answers.find(Type::Cname);
    if (cname != node->answers.end() && cname->second.status == Status::Found) {
      name = cname->second.names.front();
      continue;
    }
    return finished(node->otherwise.value_or(zone_answer(Status::NoData, Security::Insecure)));
  }
  Answer loop = zone_answer(Status::ServFail, Security::Unknown);
  loop.detail = "a chain of more than " + std::to_string(kMaxAliases) + " CNAMEs";
  return loop;
}

AnswerPtr Zone::get(const Question& question, Instant /*deadline*/) {
  return std::make_shared<const Answer>(answer(question));
}

}  // namespace waarmerk::dns
