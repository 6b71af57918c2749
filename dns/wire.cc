// Writes queries and reads replies.
#include "dns/wire.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "base/cursor.h"
#include "base/text.h"
#include "dns/extended_error.h"
#include "dns/wire_name.h"

namespace waarmerk::dns {
namespace {

constexpr unsigned kFlagReply = 0x8000;
constexpr unsigned kMaskOpcode = 0x7800;
constexpr unsigned kFlagTruncated = 0x0200;
constexpr unsigned kFlagRecursionDesired = 0x0100;
constexpr unsigned kFlagAuthenticData = 0x0020;
constexpr unsigned kMaskRcode = 0x000F;

constexpr unsigned kClassIn = 1;
constexpr unsigned kTypeOpt = 41;

constexpr unsigned kNoError = 0;
constexpr unsigned kServFail = 2;
constexpr unsigned kNxDomain = 3;

constexpr int kMaxAliases = 10;

void append_u16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8U & 0xFFU);
  out += static_cast<char>(value & 0xFFU);
}

// ---- What stands in a reply

struct Header {
  std::uint16_t id = 0;
  unsigned flags = 0;
  std::array<std::uint16_t, 4> counts{};
};

struct Record {
  WireName owner;
  unsigned type = 0;
  unsigned rr_class = 0;
  std::uint32_t ttl = 0;
  /// Stands at the RDATA and ends with it; pointers can lead to all that comes before.
  Cursor rdata{{}};
};

/// Those parts of a reply that an answer is made of.
struct Sections {
  std::vector<Record> answers;
  std::optional<std::uint32_t> negative_ttl;
  bool has_name_servers = false;
  std::optional<Record> opt;
};

std::string describe_rcode(unsigned rcode) {
  constexpr std::array<std::string_view, 6> kNames{"NOERROR",  "FORMERR", "SERVFAIL",
                                                   "NXDOMAIN", "NOTIMP",  "REFUSED"};
  return rcode < kNames.size() ? std::string(kNames[rcode]) : "RCODE " + std::to_string(rcode);
}

// ---- Reading it

Header read_header(Cursor& message) {
  Header header{message.u16(), message.u16(), {}};
  for (auto& count : header.counts) count = message.u16();
  return header;
}

Record read_record(Cursor& message, std::string_view octets) {
  Record record;
  record.owner = read_name(message);
  record.type = message.u16();
  record.rr_class = message.u16();
  record.ttl = message.u32();
  const std::size_t length = message.u16();
  const std::size_t begin = message.offset();
  message.skip(length);
  record.rdata = Cursor(octets.substr(0, message.offset()));
  record.rdata.seek(begin);
  // A TTL with the top bit set is zero. RFC 2181 8
  if (record.type != kTypeOpt && record.ttl > 0x7FFFFFFFU) record.ttl = 0;
  return record;
}

bool is_of(const Record& record, Type type) {
  return record.rr_class == kClassIn && record.type == static_cast<unsigned>(type);
}

/// RFC 2308 5: the smaller of the SOA's own TTL and its last field.
std::optional<std::uint32_t> read_negative_ttl(const Record& soa) {
  constexpr std::size_t kSerialRefreshRetryExpire = 16;
  Cursor rdata = soa.rdata;
  std::ignore = read_name(rdata);
  std::ignore = read_name(rdata);
  rdata.skip(kSerialRefreshRetryExpire);
  const std::uint32_t minimum = rdata.u32();
  if (!rdata.at_end()) return std::nullopt;
  return std::min(soa.ttl, minimum);
}

/// Reads all records behind the question. On failure the cursor is failed.
Sections read_sections(Cursor& message, std::string_view octets, const Header& header) {
  Sections sections;
  for (unsigned i = 0; i < header.counts[1] && message.ok(); ++i) {
    sections.answers.push_back(read_record(message, octets));
  }
  for (unsigned i = 0; i < header.counts[2] && message.ok(); ++i) {
    const Record record = read_record(message, octets);
    if (is_of(record, Type::Ns)) sections.has_name_servers = true;
    if (!is_of(record, Type::Soa) || sections.negative_ttl) continue;
    sections.negative_ttl = read_negative_ttl(record);
    if (!sections.negative_ttl) message.fail();
  }
  for (unsigned i = 0; i < header.counts[3] && message.ok(); ++i) {
    Record record = read_record(message, octets);
    if (record.type != kTypeOpt) continue;
    // RFC 6891 6.1.1
    if (sections.opt || !record.owner.is_root()) message.fail();
    sections.opt = std::move(record);
  }
  return sections;
}

/// True if the reply repeats our question. An error reply may leave it out.
bool reads_question(Cursor& message, const Header& header, const Question& question) {
  const unsigned rcode = header.flags & kMaskRcode;
  if (header.counts[0] == 0) return rcode != kNoError && rcode != kNxDomain;
  const WireName name = read_name(message);
  const unsigned type = message.u16();
  const unsigned rr_class = message.u16();
  return message.ok() && header.counts[0] == 1 && rr_class == kClassIn &&
         type == static_cast<unsigned>(question.type) && name == WireName::of(question.name);
}

// ---- Turning records into values; each returns false for malformed RDATA

/// RFC 1035 3.3.14
bool read_txt(Cursor rdata, Answer& answer) {
  std::string text;
  do {
    text += rdata.take(rdata.u8());
  } while (rdata.remaining() > 0);
  answer.texts.push_back(std::move(text));
  return rdata.at_end();
}

/// RFC 1035 3.4.1, RFC 3596 2.2
template <std::size_t size>
bool read_address(Cursor rdata, Answer& answer) {
  std::array<std::uint8_t, size> octets{};
  for (auto& octet : octets) octet = rdata.u8();
  if constexpr (size == 4) {
    answer.addresses.push_back(IpAddress::v4(octets));
  } else {
    answer.addresses.push_back(IpAddress::v6(octets));
  }
  return rdata.at_end();
}

/// RFC 1035 3.3.9, RFC 7505 3
bool read_mx(Cursor rdata, Answer& answer) {
  MailExchange mx{rdata.u16(), std::nullopt};
  const WireName name = read_name(rdata);
  if (!rdata.at_end()) return false;
  mx.exchange = name.domain();
  if (mx.exchange || name.is_root()) answer.exchanges.push_back(std::move(mx));
  return true;
}

bool read_target(Cursor rdata, Answer& answer) {
  const WireName name = read_name(rdata);
  if (!rdata.at_end()) return false;
  if (auto domain = name.domain()) answer.names.push_back(std::move(*domain));
  return true;
}

bool read_rdata(const Record& record, Type type, Answer& answer) {
  switch (type) {
    case Type::Txt:
      return read_txt(record.rdata, answer);
    case Type::A:
      return read_address<4>(record.rdata, answer);
    case Type::Aaaa:
      return read_address<16>(record.rdata, answer);
    case Type::Mx:
      return read_mx(record.rdata, answer);
    case Type::Cname:
    case Type::Ptr:
    case Type::Ns:
      return read_target(record.rdata, answer);
    case Type::Soa:
    case Type::Tlsa:
      break;
  }
  Cursor rdata = record.rdata;
  answer.rdata.emplace_back(rdata.take_rest());
  return true;
}

// ---- The answer

struct Chain {
  WireName end;
  std::uint32_t ttl = 0xFFFFFFFFU;
  bool has_aliases = false;
  enum class State : std::uint8_t { Complete, TooLong, Malformed } state = State::Complete;
};

/// Follows CNAMEs from the question until a name that has none, or has the type asked for.
Chain follow_aliases(const std::vector<Record>& answers, const Question& question) {
  Chain chain{WireName::of(question.name)};
  for (int alias = 0; alias <= kMaxAliases; ++alias) {
    const auto find = [&](Type type) {
      return std::ranges::find_if(answers, [&](const Record& record) {
        return is_of(record, type) && record.owner == chain.end;
      });
    };
    if (find(question.type) != answers.end()) return chain;
    const auto cname = find(Type::Cname);
    if (cname == answers.end()) return chain;
    Cursor rdata = cname->rdata;
    chain.end = read_name(rdata);
    chain.ttl = std::min(chain.ttl, cname->ttl);
    chain.has_aliases = true;
    if (!rdata.at_end()) {
      chain.state = Chain::State::Malformed;
      return chain;
    }
  }
  chain.state = Chain::State::TooLong;
  return chain;
}

Answer negative_answer(Status status, const Sections& sections, std::uint32_t chain_ttl) {
  Answer answer = empty_answer(status);
  answer.ttl = std::chrono::seconds(std::min(chain_ttl, sections.negative_ttl.value_or(0)));
  return answer;
}

Answer answer_of(const Sections& sections, const Question& question, unsigned rcode) {
  if (rcode == kServFail) return empty_answer(Status::ServFail);
  if (rcode != kNoError && rcode != kNxDomain) {
    return empty_answer(Status::Refused, describe_rcode(rcode));
  }
  const Chain chain = follow_aliases(sections.answers, question);
  if (chain.state == Chain::State::TooLong) {
    return empty_answer(Status::ServFail, "too long a chain of CNAMEs");
  }
  if (chain.state == Chain::State::Malformed) {
    return empty_answer(Status::Malformed, "malformed RDATA of CNAME");
  }
  // NXDOMAIN speaks of the end of the chain. RFC 6604 3
  if (rcode == kNxDomain) return negative_answer(Status::NxDomain, sections, chain.ttl);

  Answer answer;
  std::uint32_t ttl = chain.ttl;
  for (const Record& record : sections.answers) {
    if (!is_of(record, question.type) || record.owner != chain.end) continue;
    if (!read_rdata(record, question.type, answer)) {
      return empty_answer(Status::Malformed,
                          "malformed RDATA of " + std::string(to_string(question.type)));
    }
    answer.status = Status::Found;
    ttl = std::min(ttl, record.ttl);
  }
  if (answer.status == Status::Found) {
    answer.ttl = std::chrono::seconds(ttl);
    return answer;
  }
  // RFC 2308 2.2: no data has an SOA, or no name servers.
  if (sections.has_name_servers && !sections.negative_ttl) {
    return empty_answer(Status::Refused, "a referral: the server does not recurse");
  }
  if (!sections.answers.empty() && !chain.has_aliases) {
    return empty_answer(Status::Malformed, "records that answer another question");
  }
  return negative_answer(Status::NoData, sections, chain.ttl);
}

Security security_of(Status status, unsigned flags, const std::vector<ExtendedError>& errors) {
  if (!is_error(status)) {
    return (flags & kFlagAuthenticData) != 0 ? Security::Secure : Security::Insecure;
  }
  const bool is_bogus = status == Status::ServFail && std::ranges::any_of(errors, says_bogus);
  return is_bogus ? Security::Bogus : Security::Unknown;
}

}  // namespace

std::string write_query(const Question& question, std::uint16_t id, Edns edns) {
  const bool has_opt = edns == Edns::Announce;
  std::string query;
  append_u16(query, id);
  append_u16(query, kFlagRecursionDesired | kFlagAuthenticData);
  for (const unsigned count : {1U, 0U, 0U, has_opt ? 1U : 0U}) append_u16(query, count);
  query += WireName::of(question.name).octets;
  append_u16(query, static_cast<unsigned>(question.type));
  append_u16(query, kClassIn);
  if (!has_opt) return query;
  query += '\0';  // owner: the root
  append_u16(query, kTypeOpt);
  append_u16(query, kMaxUdpReply);
  query.append(6, '\0');  // no flags, no options
  return query;
}

Reply parse_reply(std::string_view octets, const Question& question) {
  Reply reply;
  const auto malformed = [&reply](const char* why) {
    reply.answer = empty_answer(Status::Malformed, why);
    return reply;
  };
  Cursor message(octets);
  const Header header = read_header(message);
  if (!message.ok()) return malformed("shorter than a header");
  reply.id = header.id;
  reply.rcode = header.flags & kMaskRcode;
  reply.is_truncated = (header.flags & kFlagTruncated) != 0;
  if ((header.flags & (kFlagReply | kMaskOpcode)) != kFlagReply) return malformed("not a reply");
  if (!reads_question(message, header, question)) {
    return malformed(message.ok() ? "the reply to another question" : "malformed question");
  }
  if (reply.is_truncated) return malformed("truncated");

  const Sections sections = read_sections(message, octets, header);
  if (!message.ok()) return malformed("malformed record");
  // Counts that leave records out could make an answer a denial.
  if (!message.at_end()) return malformed("octets behind the last record");
  std::vector<ExtendedError> errors;
  if (sections.opt) {
    auto options = read_extended_errors(sections.opt->rdata);
    if (!options) return malformed("malformed EDNS option");
    errors = std::move(*options);
    reply.has_edns = true;
    reply.rcode |= sections.opt->ttl >> 24U << 4U;
  }
  reply.answer = answer_of(sections, question, reply.rcode);
  reply.answer.security = security_of(reply.answer.status, header.flags, errors);
  if (!errors.empty()) {
    if (!reply.answer.detail.empty()) reply.answer.detail += "; ";
    reply.answer.detail += describe(errors);
  }
  return reply;
}

}  // namespace waarmerk::dns
