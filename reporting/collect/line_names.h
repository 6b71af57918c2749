// The names of the members that a collector reads, in the order of the writer.
#pragma once

#include <array>
#include <cstdint>

#include "reporting/collect/json_members.h"

namespace waarmerk::reporting::line_names {

enum class Top : std::uint8_t {
  Version,
  Seq,
  Amends,
  Time,
  Node,
  Run,
  Decision,
  Exempt,
  OversizedHeader,
  Client,
  Envelope,
  Spf,
  Dkim,
  Dmarc,
  DmarcDeciding,
  DmarcAll,
  InternalError,
};
constexpr std::array<Member<Top>, 17> kTop{
    {{Top::Version, "v"},
     {Top::Seq, "seq"},
     {Top::Amends, "amends", Presence::Optional},
     {Top::Time, "time"},
     {Top::Node, "node"},
     {Top::Run, "run"},
     {Top::Decision, "decision"},
     {Top::Exempt, "exempt"},
     {Top::OversizedHeader, "oversized_header", Presence::Optional},
     {Top::Client, "client"},
     {Top::Envelope, "envelope"},
     {Top::Spf, "spf"},
     {Top::Dkim, "dkim"},
     {Top::Dmarc, "dmarc", Presence::Optional},
     {Top::DmarcDeciding, "dmarc_deciding", Presence::Optional},
     {Top::DmarcAll, "dmarc_all", Presence::Optional},
     {Top::InternalError, "internal_error"}}};

enum class InDecision : std::uint8_t { Action, Applied, Overrides };
constexpr std::array<Member<InDecision>, 3> kDecision{{{InDecision::Action, "action"},
                                                       {InDecision::Applied, "applied"},
                                                       {InDecision::Overrides, "overrides"}}};

enum class InOverride : std::uint8_t { Type, Comment };
constexpr std::array<Member<InOverride>, 2> kOverride{
    {{InOverride::Type, "type"}, {InOverride::Comment, "comment"}}};

enum class InClient : std::uint8_t { Ip };
constexpr std::array<Member<InClient>, 1> kClient{{{InClient::Ip, "ip"}}};

enum class InEnvelope : std::uint8_t { Domain, NullSender, Address, ToReportMailbox };
constexpr std::array<Member<InEnvelope>, 4> kEnvelope{
    {{InEnvelope::Domain, "mail_from_domain"},
     {InEnvelope::NullSender, "null_sender"},
     {InEnvelope::Address, "mail_from_address"},
     {InEnvelope::ToReportMailbox, "to_report_mailbox", Presence::Optional}}};

enum class InSpf : std::uint8_t { MailFrom };
constexpr std::array<Member<InSpf>, 1> kSpf{{{InSpf::MailFrom, "mailfrom"}}};

enum class InIdentity : std::uint8_t { Result, Domain, Reason };
constexpr std::array<Member<InIdentity>, 3> kIdentity{{{InIdentity::Result, "result"},
                                                       {InIdentity::Domain, "domain"},
                                                       {InIdentity::Reason, "reason"}}};

enum class InSignature : std::uint8_t { Result, Domain, Selector, Cause };
constexpr std::array<Member<InSignature>, 4> kSignature{{{InSignature::Result, "result"},
                                                         {InSignature::Domain, "domain"},
                                                         {InSignature::Selector, "selector"},
                                                         {InSignature::Cause, "cause"}}};

enum class InEvaluation : std::uint8_t {
  Result,
  AuthorDomain,
  PolicyDomain,
  Policy,
  PolicyTag,
  Discovery,
  Aligned,
  Record,
};
constexpr std::array<Member<InEvaluation>, 8> kEvaluation{
    {{InEvaluation::Result, "result"},
     {InEvaluation::AuthorDomain, "author_domain"},
     {InEvaluation::PolicyDomain, "policy_domain"},
     {InEvaluation::Policy, "policy"},
     {InEvaluation::PolicyTag, "policy_tag"},
     {InEvaluation::Discovery, "discovery"},
     {InEvaluation::Aligned, "aligned"},
     {InEvaluation::Record, "record"}}};

enum class InAligned : std::uint8_t { Mechanism, Domain };
constexpr std::array<Member<InAligned>, 2> kAligned{
    {{InAligned::Mechanism, "mechanism"}, {InAligned::Domain, "domain"}}};

}  // namespace waarmerk::reporting::line_names
