// Turns the answers of a zone into octets.
#include "tests/support/zone_server.h"

#include <memory>
#include <stdexcept>

#include "tests/support/dns_values.h"

namespace waarmerk::test {
namespace {

constexpr unsigned kServFail = 2;
constexpr unsigned kNxDomain = 3;
constexpr unsigned kSoa = 6;
constexpr std::uint32_t kTtl = 300;

std::string wire_text(std::string_view text) {
  constexpr std::size_t kLongest = 255;
  std::string rdata = wire_string(text.substr(0, kLongest));
  for (std::size_t at = kLongest; at < text.size(); at += kLongest) {
    rdata += wire_string(text.substr(at, kLongest));
  }
  return rdata;
}

/// The four octets of an address.
std::string wire_address(const IpAddress& address) {
  const std::string text = address.text();
  std::string rdata;
  for (const std::string_view part : split(text, '.')) {
    rdata += static_cast<char>(std::stoi(std::string(part)));
  }
  return rdata;
}

dns::Zone parsed(std::string_view text) {
  auto zone = dns::Zone::parse(text);
  if (!zone) throw std::runtime_error(zone.error().where + ": " + zone.error().text);
  return std::move(*zone);
}

DnsReplies honest(const Honest& honest) {
  if (honest.answer->status == dns::Status::Timeout) return {};
  return {honest.octets()};
}

}  // namespace

std::vector<Honest::Record> Honest::records() const {
  const auto type = static_cast<unsigned>(query.question.type);
  std::vector<Record> records;
  for (const auto& text : answer->texts) records.emplace_back(type, wire_text(text));
  for (const auto& address : answer->addresses) records.emplace_back(type, wire_address(address));
  for (const auto& mx : answer->exchanges) {
    records.emplace_back(
        type, wire_u16(mx.preference) + wire_name(mx.exchange ? mx.exchange->text() : "."));
  }
  return records;
}

ReplyWriter Honest::empty_reply() const { return {query.id, query.question}; }

std::string Honest::octets() const {
  ReplyWriter reply = empty_reply();
  for (const auto& [type, rdata] : records()) reply.answer(type, kTtl, rdata);
  if (answer->status == dns::Status::NxDomain) reply.flags(kNxDomain);
  if (answer->status == dns::Status::ServFail) reply.flags(kServFail);
  if (answer->status == dns::Status::NxDomain || answer->status == dns::Status::NoData) {
    reply.authority(wire_name("."), kSoa, kTtl, wire_soa(kTtl));
  }
  if (query.has_edns) reply.opt();
  return reply.octets();
}

DnsServer::Script zone_script(std::string_view zone, std::string_view scope, Trouble trouble) {
  return [zone = std::make_shared<dns::Zone>(parsed(zone)), scope = name(scope),
          trouble = std::move(trouble)](const DnsQuery& query) {
    const Honest truth{query, zone->get(query.question, {})};
    return query.question.name.is_at_or_below(scope) ? trouble(truth) : honest(truth);
  };
}

DnsServer::Script zone_script(std::string_view zone) {
  return zone_script(zone, "no-trouble.invalid", honest);
}

}  // namespace waarmerk::test
