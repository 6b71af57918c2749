// Keeps answers in order of their use.
#include "dns/answer_store.h"

#include <algorithm>
#include <utility>

namespace waarmerk::dns {
namespace {

using std::chrono::seconds;

constexpr seconds kMaxPositive{86'400};
constexpr seconds kMaxNegative{3'600};
constexpr seconds kFailure{2};
/// The least that RFC 9520 3.2 allows: a resolver that starts anew refuses packets for a moment,
/// which ends every open question as a Timeout, and is back soon.
constexpr seconds kTimeout{1};

/// Nodes of the map and the list, the control block of the answer, and malloc's own.
constexpr std::size_t kOverhead = 200;

std::size_t bytes_of(const Question& question, const Answer& answer) {
  std::size_t bytes = kOverhead + sizeof(QuestionKey) + sizeof(Answer);
  bytes += question.name.text().capacity() + answer.detail.capacity();
  bytes += answer.addresses.capacity() * sizeof(IpAddress);
  for (const auto& text : answer.texts) bytes += sizeof text + text.capacity();
  for (const auto& rdata : answer.rdata) bytes += sizeof rdata + rdata.capacity();
  for (const auto& name : answer.names) bytes += sizeof name + name.text().capacity();
  for (const auto& mx : answer.exchanges) {
    bytes += sizeof mx + (mx.exchange ? mx.exchange->text().capacity() : 0);
  }
  return bytes;
}

}  // namespace

seconds lifetime_of(const Answer& answer) {
  switch (answer.status) {
    case Status::Found:
      return std::clamp(answer.ttl, seconds{0}, kMaxPositive);
    case Status::NoData:
    case Status::NxDomain:
      return std::clamp(answer.ttl, seconds{0}, kMaxNegative);
    case Status::ServFail:
    case Status::Refused:
    case Status::Malformed:
      return kFailure;
    case Status::Timeout:
      return kTimeout;
    case Status::Exhausted:
      break;
  }
  return seconds{0};
}

AnswerPtr AnswerStore::find(const QuestionKey& key, Instant now) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  if (found->second.expires <= now) {
    erase(found);
    return nullptr;
  }
  recent_.splice(recent_.begin(), recent_, found->second.place);
  return found->second.answer;
}

void AnswerStore::put(const QuestionKey& key, AnswerPtr answer, Instant now) {
  if (const auto older = entries_.find(key); older != entries_.end()) erase(older);
  const seconds lifetime = lifetime_of(*answer);
  const std::size_t bytes = bytes_of(key.question, *answer);
  if (lifetime == seconds{0} || bytes > max_bytes_) return;
  while (bytes_ + bytes > max_bytes_) erase(entries_.find(*recent_.back()));
  // A list of its own until nothing can fail any more: both containers get it, or neither.
  Recent newest{nullptr};
  Entry entry{std::move(answer), now + lifetime, bytes, newest.begin()};
  newest.front() = &entries_.emplace(key, std::move(entry)).first->first;
  recent_.splice(recent_.begin(), newest);
  bytes_ += bytes;
}

void AnswerStore::erase(Entries::iterator entry) {
  bytes_ -= entry->second.bytes;
  recent_.erase(entry->second.place);
  entries_.erase(entry);
}

}  // namespace waarmerk::dns
