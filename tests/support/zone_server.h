// A DNS server that answers from a zone, and troubles the names that a test chooses.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dns/zone.h"
#include "tests/support/dns_message.h"
#include "tests/support/dns_server.h"

namespace waarmerk::test {

/// A query and what an honest server says to it.
struct Honest {
  using Record = std::pair<unsigned, std::string>;

  const DnsQuery& query;
  dns::AnswerPtr answer;

  /// The records of the answer: type and RDATA. TXT, A and MX only.
  [[nodiscard]] std::vector<Record> records() const;
  /// A reply without a record.
  [[nodiscard]] ReplyWriter empty_reply() const;
  /// The whole reply.
  [[nodiscard]] std::string octets() const;
  [[nodiscard]] bool is_over_tcp() const { return query.transport == Transport::Tcp; }
};

/// What a server does instead. Called from the server's thread.
using Trouble = std::function<DnsReplies(const Honest&)>;

/// Answers from `zone`, which must parse; names at or below `scope` have the trouble.
[[nodiscard]] DnsServer::Script zone_script(std::string_view zone, std::string_view scope,
                                            Trouble trouble);
/// Answers from `zone`.
[[nodiscard]] DnsServer::Script zone_script(std::string_view zone);

}  // namespace waarmerk::test
