#include "tests/milter/dns_troubles.h"

#include <map>
#include <memory>

using namespace std::chrono_literals;

namespace waarmerk::support {

namespace {

using test::DnsReplies;
using test::DnsReply;
using test::Honest;
using test::ReplyWriter;
using test::Trouble;
using test::wire_name;
using test::wire_string;
using test::wire_u16;
using test::wire_u32;

constexpr unsigned kA = 1;
constexpr unsigned kNs = 2;
constexpr unsigned kCname = 5;
constexpr unsigned kTxt = 16;
constexpr unsigned kTruncated = 0x200;
constexpr unsigned kReplyBit = 0x80;  // in the third octet
constexpr std::uint32_t kTtl = 60;
constexpr auto kBeyondAllPatience = 60s;

const char* const kPass = "pass pass pass accept";
const char* const kOpen = "temperror temperror temperror 451";

DnsReplies silence(const Honest&) { return {}; }

/// What an attacker wants the daemon to believe: everybody may send, and nothing is asked for.
std::string forgery(ReplyWriter reply) {
  return reply.answer(kTxt, kTtl, wire_string("v=spf1 +all")).octets();
}

/// Replies over UDP that send the resolver to TCP, where `trouble` waits.
Trouble over_tcp(Trouble trouble) {
  return [trouble = std::move(trouble)](const Honest& honest) -> DnsReplies {
    if (honest.is_over_tcp()) return trouble(honest);
    return {honest.empty_reply().flags(kTruncated).opt().octets()};
  };
}

/// The trouble for the first queries; then the server is honest.
Trouble at_first(int queries, Trouble trouble) {
  // Each name has its own first query.
  auto counts = std::make_shared<std::map<std::string, int>>();
  return [=](const Honest& honest) -> DnsReplies {
    int& count = (*counts)[honest.query.question.name.text()];
    return count++ < queries ? trouble(honest) : DnsReplies{honest.octets()};
  };
}

Trouble says_rcode(unsigned rcode) {
  return [rcode](const Honest& honest) -> DnsReplies {
    return {honest.empty_reply().flags(rcode).opt().octets()};
  };
}

Trouble says_octets(std::string octets) {
  return [octets = std::move(octets)](const Honest&) -> DnsReplies { return {octets}; };
}

/// A reply with the honest records under another owner, type or class. `place` gives what stands
/// before the TTL.
Trouble misplaces(std::function<std::string(unsigned type)> place) {
  return [place = std::move(place)](const Honest& honest) -> DnsReplies {
    std::string octets = honest.empty_reply().octets();
    unsigned count = 0;
    for (const auto& [type, rdata] : honest.records()) {
      octets +=
          place(type) + wire_u32(kTtl) + wire_u16(static_cast<unsigned>(rdata.size())) + rdata;
      ++count;
    }
    octets.replace(6, 2, wire_u16(count));
    return {octets};
  };
}

/// A reply with one record of these octets of RDATA.
Trouble says_rdata(std::string rdata) {
  return [rdata = std::move(rdata)](const Honest& honest) -> DnsReplies {
    return {honest.empty_reply().answer(kTxt, kTtl, rdata).octets()};
  };
}

/// The honest reply with another count in the header at `offset`.
Trouble counts(std::size_t offset, unsigned count) {
  return [=](const Honest& honest) -> DnsReplies {
    std::string octets = honest.octets();
    octets.replace(offset, 2, wire_u16(count));
    return {octets};
  };
}

/// The name of the question, then an alias of an alias ... to `length` aliases, whose end has the
/// honest records.
Trouble aliases(unsigned length) {
  return [length](const Honest& honest) -> DnsReplies {
    ReplyWriter reply = honest.empty_reply();
    std::string owner = wire_name(honest.query.question.name.text());
    for (unsigned i = 0; i < length; ++i) {
      const std::string next = wire_name("alias" + std::to_string(i) + ".example");
      reply.answer(owner, kCname, kTtl, next);
      owner = next;
    }
    for (const auto& [type, rdata] : honest.records()) reply.answer(owner, type, kTtl, rdata);
    return {reply.octets()};
  };
}

DnsReplies alias_loop(const Honest& honest) {
  const std::string other = wire_name("other.example");
  return {honest.empty_reply()
              .answer(kCname, kTtl, other)
              .answer(other, kCname, kTtl, wire_name(honest.query.question.name.text()))
              .octets()};
}

DnsReplies alias_of_itself(const Honest& honest) {
  return {honest.empty_reply()
              .answer(kCname, kTtl, wire_name(honest.query.question.name.text()))
              .octets()};
}

DnsReplies forged_ids(const Honest& honest) {
  // More of them would fill the resolver's socket, and the honest reply would find no room.
  constexpr unsigned kCount = 30;
  DnsReplies replies;
  for (unsigned i = 1; i <= kCount; ++i) {
    const auto id = static_cast<std::uint16_t>(honest.query.id + i);
    replies.emplace_back(forgery({id, honest.query.question}));
  }
  return replies;
}

DnsReplies other_question(const Honest& honest) {
  const dns::Question other{DomainName::parse("other.example").value(), honest.query.question.type};
  return {forgery({honest.query.id, other})};
}

Trouble then_honest(Trouble trouble) {
  return [trouble = std::move(trouble)](const Honest& honest) {
    DnsReplies replies = trouble(honest);
    replies.emplace_back(honest.octets());
    return replies;
  };
}

DnsReplies form_error_for_edns(const Honest& honest) {
  if (!honest.query.has_edns) return {honest.octets()};
  return {honest.empty_reply().flags(1).octets()};
}

DnsReplies form_error_without_edns(const Honest& honest) {
  return {honest.empty_reply().flags(1).octets()};
}

/// Each text in strings of one octet, and empty strings up to 60 KB.
DnsReplies sixty_kilobytes_of_strings(const Honest& honest) {
  constexpr std::size_t kSize = 60'000;
  ReplyWriter reply = honest.empty_reply();
  for (const auto& text : honest.answer->texts) {
    std::string rdata;
    for (const char octet : text) rdata += wire_string(std::string(1, octet));
    rdata.resize(kSize, '\0');
    reply.answer(kTxt, kTtl, rdata);
  }
  for (const auto& [type, rdata] : honest.records()) {
    if (type != kTxt) reply.answer(type, kTtl, rdata);
  }
  return {reply.octets()};
}

/// The honest records behind as many of another content as a message can hold.
DnsReplies thousands_of_other_records(const Honest& honest) {
  ReplyWriter reply = honest.empty_reply();
  const unsigned type = static_cast<unsigned>(honest.query.question.type);
  for (unsigned i = 0; i < 3500; ++i) {
    const std::string text = std::to_string(10'000 + i).substr(1);
    reply.answer(type, kTtl, type == kTxt ? wire_string(text) : text);
  }
  for (const auto& [known_type, rdata] : honest.records()) reply.answer(known_type, kTtl, rdata);
  return {reply.octets()};
}

DnsReplies every_record_500_times(const Honest& honest) {
  ReplyWriter reply = honest.empty_reply();
  for (const auto& [type, rdata] : honest.records()) {
    for (int i = 0; i < 500; ++i) reply.answer(type, kTtl, rdata);
  }
  return {reply.octets()};
}

DnsReplies strange_records_beside(const Honest& honest) {
  ReplyWriter reply = honest.empty_reply();
  reply.answer(wire_name("other.example"), kTxt, kTtl, wire_string("v=spf1 +all"));
  for (const auto& [type, rdata] : honest.records()) reply.answer(type, kTtl, rdata);
  reply.answer(99, kTtl, "anything").answer(46, kTtl, "a signature");
  return {reply.octets()};
}

DnsReplies not_a_reply(const Honest& honest) {
  std::string octets = honest.octets();
  octets[2] = static_cast<char>(static_cast<unsigned char>(octets[2]) & ~kReplyBit);
  return {octets};
}

DnsReplies referral(const Honest& honest) {
  return {honest.empty_reply()
              .authority(wire_name("example"), kNs, kTtl, wire_name("ns.example"))
              .octets()};
}

DnsReplies pointer_loop(const Honest& honest) {
  // The owner points to itself: it stands right behind the question.
  std::string octets = honest.empty_reply().octets();
  const auto here = static_cast<unsigned>(octets.size());
  octets.replace(6, 2, wire_u16(1));
  octets += wire_u16(0xC000U | here) + wire_u16(kTxt) + wire_u16(1) + wire_u32(kTtl);
  return {octets + wire_u16(2) + wire_string("x")};
}

std::string question_octets(const Honest& honest) {
  return honest.empty_reply().octets().substr(12);
}

DnsReplies no_question(const Honest& honest) {
  std::string octets = honest.empty_reply().octets().substr(0, 12);
  octets.replace(4, 2, wire_u16(0));
  return {octets};
}

DnsReplies two_questions(const Honest& honest) {
  std::string octets = honest.empty_reply().octets();
  octets.replace(4, 2, wire_u16(2));
  return {octets + question_octets(honest)};
}

DnsReplies late(const Honest& honest) { return {{honest.octets(), 50ms}}; }
DnsReplies too_late(const Honest& honest) { return {{honest.octets(), kBeyondAllPatience}}; }
DnsReplies three_times(const Honest& honest) {
  return {honest.octets(), honest.octets(), honest.octets()};
}
DnsReplies closed(const Honest&) { return {{"", DnsReply::Form::Close}}; }
DnsReplies halved(const Honest& honest) { return {{honest.octets(), DnsReply::Form::Half}}; }
DnsReplies truncated(const Honest& honest) {
  return {honest.empty_reply().flags(kTruncated).opt().octets()};
}
DnsReplies whole(const Honest& honest) { return {honest.octets()}; }

DnsReplies bogus(const Honest& honest) {
  return {honest.empty_reply()
              .flags(2)
              .opt(test::wire_extended_error(6, "the signature is wrong"))
              .octets()};
}

}  // namespace

std::vector<DnsTroubleCase> troubles_overcome() {
  return {
      {"None", whole, kPass, "found"},
      {"ADelayWithinPatience", late, kPass, "found"},
      {"AnAnswerToTheSecondTryOnly", at_first(1, silence), kPass, "found"},
      {"TruncatedAndGoodOverTcp", over_tcp(whole), kPass, "found"},
      {"AConnectionClosedOnce", over_tcp(at_first(1, closed)), kPass, "found"},
      {"AConnectionClosedInTheMiddleOnce", over_tcp(at_first(1, halved)), kPass, "found"},
      {"SixtyKilobytesOfStrings", over_tcp(sixty_kilobytes_of_strings), kPass, "found"},
      {"ThousandsOfOtherRecords", over_tcp(thousands_of_other_records), kPass, "found"},
      {"ForgedIdsBefore", then_honest(forged_ids), kPass, "found"},
      {"AnotherQuestionBefore", then_honest(other_question), kPass, "found"},
      {"GarbageBefore", then_honest(says_octets(std::string(600, '\xFF'))), kPass, "found"},
      {"FormErrForEdns", form_error_for_edns, kPass, "found"},
      {"AnEmptyPacketOnce", at_first(1, says_octets("")), kPass, "found"},
      {"FiveAliases", aliases(5), kPass, "found"},
      {"StrangeRecordsBeside", strange_records_beside, kPass, "found"},
      {"EveryReplyThreeTimes", three_times, kPass, "found"},
  };
}

std::vector<DnsTroubleCase> troubles_of_the_way() {
  return {
      {"Silence", silence, kOpen, "timeout"},
      {"ADelayBeyondPatience", too_late, kOpen, "timeout"},
      {"SilenceOverTcp", over_tcp(silence), kOpen, "timeout"},
      {"AConnectionClosedAtOnce", over_tcp(closed), kOpen, "timeout"},
      {"AConnectionClosedInTheMiddle", over_tcp(halved), kOpen, "timeout"},
      {"TruncatedOverTcpToo", truncated, kOpen, "malformed"},
      {"ForgedIdsOnly", forged_ids, kOpen, "timeout"},
      {"AnotherQuestionOnly", other_question, kOpen, "timeout"},
      {"NoQuestion", no_question, kOpen, "timeout"},
      {"TwoQuestions", two_questions, kOpen, "timeout"},
      {"EmptyPackets", says_octets(""), kOpen, "timeout"},
      {"OneOctet", says_octets("x"), kOpen, "timeout"},
      {"Garbage", says_octets(std::string(600, '\xFF')), kOpen, "timeout"},
  };
}

std::vector<DnsTroubleCase> troubles_of_the_server() {
  return {
      {"ServFail", says_rcode(2), kOpen, "servfail"},
      {"Bogus", bogus, kOpen, "servfail"},
      {"Refused", says_rcode(5), kOpen, "refused"},
      {"NotImp", says_rcode(4), kOpen, "refused"},
      {"NotAuth", says_rcode(9), kOpen, "refused"},
      {"FormErr", says_rcode(1), kOpen, "refused"},
      {"FormErrWithoutEdnsToo", form_error_without_edns, kOpen, "refused"},
      {"AReferral", referral, kOpen, "refused"},
      {"AliasesInACircle", alias_loop, kOpen, "servfail"},
      {"AnAliasOfItself", alias_of_itself, kOpen, "servfail"},
      {"TwentyAliases", aliases(20), kOpen, "servfail"},
  };
}

std::vector<DnsTroubleCase> troubles_of_the_octets() {
  const auto other_owner = [](unsigned type) {
    return wire_name("other.example") + wire_u16(type) + wire_u16(1);
  };
  const auto other_type = [](unsigned) { return wire_u16(0xC00C) + wire_u16(kA) + wire_u16(1); };
  const auto other_class = [](unsigned type) {
    return wire_u16(0xC00C) + wire_u16(type) + wire_u16(3);
  };
  return {
      {"NotAReply", not_a_reply, kOpen, "malformed"},
      {"RecordsOfAnotherName", misplaces(other_owner), kOpen, "malformed"},
      {"RecordsOfAnotherType", misplaces(other_type), kOpen, "malformed"},
      {"RecordsOfAnotherClass", misplaces(other_class), kOpen, "malformed"},
      {"APointerLoop", pointer_loop, kOpen, "malformed"},
      {"ATextWithoutStrings", says_rdata(""), kOpen, "malformed"},
      {"AStringLongerThanItsRecord", says_rdata("\x20v=spf1"), kOpen, "malformed"},
      {"MoreRecordsCountedThanThere", counts(6, 9), kOpen, "malformed"},
      {"NoRecordsCounted", counts(6, 0), kOpen, "malformed"},
      {"AdditionalsCountedAndNotThere", counts(10, 65'535), kOpen, "malformed"},
  };
}

std::vector<DnsTroubleCase> strange_answers() {
  return {
      {"NoSuchDomain", says_rcode(3), "none permerror none accept", "nxdomain"},
      {"NoData", says_rcode(0), "none permerror none accept", "nodata"},
      {"AnEmptyText", says_rdata(wire_string("")), "none permerror none accept", "found"},
      {"EveryRecord500Times", over_tcp(every_record_500_times), "permerror pass none accept",
       "found"},
      {"OctetsThatAreNoText", says_rdata(wire_string(std::string(255, '\xFF'))),
       "none permerror none accept", "found"},
  };
}

}  // namespace waarmerk::support
