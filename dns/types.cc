// The names of types and outcomes, as logs and zone files write them.
#include "dns/types.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace waarmerk::dns {
namespace {

template <typename Value, std::size_t size>
using Names = std::array<std::pair<Value, std::string_view>, size>;

constexpr Names<Type, 9> kTypes{{
    {Type::A, "A"},
    {Type::Ns, "NS"},
    {Type::Cname, "CNAME"},
    {Type::Soa, "SOA"},
    {Type::Ptr, "PTR"},
    {Type::Mx, "MX"},
    {Type::Txt, "TXT"},
    {Type::Aaaa, "AAAA"},
    {Type::Tlsa, "TLSA"},
}};

constexpr Names<Status, 8> kStatuses{{
    {Status::Found, "found"},
    {Status::NoData, "nodata"},
    {Status::NxDomain, "nxdomain"},
    {Status::ServFail, "servfail"},
    {Status::Refused, "refused"},
    {Status::Malformed, "malformed"},
    {Status::Timeout, "timeout"},
    {Status::Exhausted, "exhausted"},
}};

constexpr Names<Security, 4> kSecurities{{
    {Security::Secure, "secure"},
    {Security::Insecure, "insecure"},
    {Security::Bogus, "bogus"},
    {Security::Unknown, "unknown"},
}};

template <typename Value, std::size_t size>
std::string_view name_of(const Names<Value, size>& table, Value value) {
  for (const auto& [entry, name] : table) {
    if (entry == value) return name;
  }
  return "unknown";
}

template <typename Value, std::size_t size>
std::optional<Value> value_of(const Names<Value, size>& table, std::string_view wanted) {
  for (const auto& [entry, name] : table) {
    if (iequals(name, wanted)) return entry;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Type type) { return name_of(kTypes, type); }
std::optional<Type> type_from(std::string_view name) { return value_of(kTypes, name); }

std::string_view to_string(Status status) { return name_of(kStatuses, status); }
std::optional<Status> status_from(std::string_view name) { return value_of(kStatuses, name); }

std::string_view to_string(Security security) { return name_of(kSecurities, security); }
std::optional<Security> security_from(std::string_view name) { return value_of(kSecurities, name); }

Answer empty_answer(Status status, std::string detail) {
  Answer answer;
  answer.status = status;
  answer.detail = std::move(detail);
  return answer;
}

}  // namespace waarmerk::dns
