// Keeps what a message asked, and gives it back.
#include "dns/recording.h"

#include <utility>

namespace waarmerk::dns {

void MessageLookup::prefetch(const Question& question) {
  if (prefetches_ == limits_.prefetches) return;
  const auto [known, is_new] = known_.try_emplace(question);
  if (!is_new) return;
  ++prefetches_;
  known->second.pending = inner_.begin(question);
}

AnswerPtr MessageLookup::get(const Question& question, Instant deadline) {
  if (const auto known = known_.find(question); known != known_.end() && known->second.answer) {
    return known->second.answer;
  }
  if (trace_.size() == limits_.questions) {
    return std::make_shared<const Answer>(
        empty_answer(Status::Exhausted, "too many questions for one message"));
  }
  Known& known = known_[question];
  const auto pending = std::exchange(known.pending, nullptr);
  known.answer = pending ? pending->get(deadline) : inner_.get(question, deadline);
  trace_.push_back({question, known.answer});
  return known.answer;
}

ReplayLookup::ReplayLookup(const Trace& trace) {
  for (const auto& [question, answer] : trace) answers_.try_emplace(question, answer);
}

AnswerPtr ReplayLookup::get(const Question& question, Instant /*deadline*/) {
  const auto found = answers_.find(question);
  if (found != answers_.end()) return found->second;
  return std::make_shared<const Answer>(
      empty_answer(Status::Exhausted, "not among the recorded answers"));
}

}  // namespace waarmerk::dns
