// Tuples are made of the first message of each kind, and counted for the others.
#include "reporting/collect/aggregator.h"

#include <functional>
#include <utility>

namespace waarmerk::reporting {

std::size_t Aggregator::add(const Record& record) {
  const MessageCount one{.all = 1, .ordinary = is_ordinary(record.facts.envelope) ? 1U : 0U};
  std::size_t tuples = 0;
  for (std::size_t i = 0; i < record.verdict.dmarc.size(); ++i) {
    if (!has_tuple(record, i)) continue;
    ++tuples;
    evidence_.clear();
    append_evidence(record, i, evidence_);
    auto known = counts_.find(evidence_);
    if (known == counts_.end()) {
      known = counts_.emplace(evidence_, Counted{tuple_of(record, i, published_), {}}).first;
    }
    known->second.messages.all += one.all;
    known->second.messages.ordinary += one.ordinary;
  }
  return tuples;
}

std::size_t Aggregator::KeyHash::operator()(const ReportKey& key) const {
  const std::hash<std::string> hash;
  const auto day = static_cast<std::size_t>(key.day.time_since_epoch().count());
  return hash(key.policy.domain.text()) ^ (hash(key.policy.record.text) << 1U) ^ (day << 2U);
}

std::vector<BatchReport> Aggregator::take() {
  std::unordered_map<ReportKey, std::size_t, KeyHash> places;
  std::vector<BatchReport> batch;
  for (auto& [evidence, counted] : counts_) {
    const auto [place, is_new] = places.try_emplace(counted.tuple.key, batch.size());
    if (is_new) batch.push_back({std::move(counted.tuple.key), {}});
    batch[place->second].rows.push_back({std::move(counted.tuple.row), counted.messages});
  }
  counts_.clear();
  return batch;
}

}  // namespace waarmerk::reporting
