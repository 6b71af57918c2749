// Answers kept for as long as their TTL says and memory allows.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <map>

#include "base/clock.h"
#include "dns/types.h"

namespace waarmerk::dns {

/// How long an answer may be used again: its TTL, at most a day, a negative one at most an hour.
/// A failure (SERVFAIL, REFUSED, malformed) is kept for two seconds and a timeout for one, so that
/// a burst of mail from a broken domain asks once, and a retry of the mail asks anew; what was not
/// asked at all is not kept. RFC 2308 5 and 7, RFC 9520 3.2
[[nodiscard]] std::chrono::seconds lifetime_of(const Answer& answer);

/// A question with its hash, which is compared first. The stores are ordered maps and no hash
/// tables: strangers choose the names, and could choose them to have one hash.
struct QuestionKey {
  std::size_t hash;
  Question question;

  explicit QuestionKey(const Question& asked)
      : hash(std::hash<Question>{}(asked)), question(asked) {}

  friend bool operator<(const QuestionKey& a, const QuestionKey& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    if (a.question.type != b.question.type) return a.question.type < b.question.type;
    return a.question.name < b.question.name;
  }
};

/// A store of at most so many octets, counted with what the containers need. When it is full, the
/// answer that was not used for the longest time goes. Not thread-safe; not copied.
class AnswerStore {
 public:
  explicit AnswerStore(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  AnswerStore(const AnswerStore&) = delete;
  AnswerStore& operator=(const AnswerStore&) = delete;

  /// The answer, if it is here and its time is not over; otherwise nullptr.
  [[nodiscard]] AnswerPtr find(const QuestionKey& key, Instant now);
  /// Keeps `answer` in place of an older one. One with a lifetime of 0, or larger than the whole
  /// store, only removes the older one. Without memory it throws std::bad_alloc, and nothing of
  /// `answer` is kept.
  void put(const QuestionKey& key, AnswerPtr answer, Instant now);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  using Recent = std::list<const QuestionKey*>;
  struct Entry {
    AnswerPtr answer;
    Instant expires;
    std::size_t bytes = 0;
    Recent::iterator place;
  };
  using Entries = std::map<QuestionKey, Entry>;

  void erase(Entries::iterator entry);

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  Entries entries_;
  /// The keys of `entries_`, the one used last in front.
  Recent recent_;
};

}  // namespace waarmerk::dns
