// Two tables: reports, and the rows of all of them.
#include "reporting/collect/aggregator.h"

#include <functional>
#include <string_view>
#include <utility>

namespace waarmerk::reporting {
namespace {

/// Mixes hashes into one.
class Hash {
 public:
  Hash& add(std::string_view text) { return add(std::hash<std::string_view>{}(text)); }
  Hash& add(std::size_t hash) {
    // boost::hash_combine's constant: the golden ratio, whose bits follow no pattern.
    value_ ^= hash + 0x9e3779b97f4a7c15U + (value_ << 6U) + (value_ >> 2U);
    return *this;
  }
  [[nodiscard]] std::size_t value() const { return value_; }

 private:
  std::size_t value_ = 0;
};

std::string_view octets_of(const IpAddress& address) {
  const auto octets = address.octets();
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

}  // namespace

std::size_t Aggregator::KeyHash::operator()(const ReportKey& key) const {
  const auto day = static_cast<std::size_t>(key.day.time_since_epoch().count());
  return Hash().add(key.policy.domain.text()).add(key.policy.record.text).add(day).value();
}

std::size_t Aggregator::RowHash::operator()(const PlacedRow& placed) const {
  const ReportRow& row = placed.row;
  Hash hash;
  hash.add(placed.report).add(octets_of(row.source_ip)).add(row.header_from);
  hash.add(row.envelope_from).add(std::to_underlying(row.disposition));
  for (const ReportedDkim& dkim : row.dkim) hash.add(dkim.domain).add(dkim.selector);
  return hash.value();
}

void Aggregator::add(ReportTuple tuple, MessageCount messages) {
  const std::size_t next = reports_.size();
  const std::size_t report = reports_.try_emplace(std::move(tuple.key), next).first->second;
  MessageCount& count = counts_[{report, std::move(tuple.row)}];
  count.all += messages.all;
  count.ordinary += messages.ordinary;
}

std::vector<BatchReport> Aggregator::take() {
  std::vector<std::vector<CountedRow>> rows(reports_.size());
  while (!counts_.empty()) {
    auto taken = counts_.extract(counts_.begin());
    rows[taken.key().report].push_back({std::move(taken.key().row), taken.mapped()});
  }
  std::vector<BatchReport> batch;
  batch.reserve(reports_.size());
  while (!reports_.empty()) {
    auto taken = reports_.extract(reports_.begin());
    batch.push_back({std::move(taken.key()), std::move(rows[taken.mapped()])});
  }
  return batch;
}

}  // namespace waarmerk::reporting
