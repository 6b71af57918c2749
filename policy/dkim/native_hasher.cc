// The hashes by our own canonicalization.
#include <algorithm>
#include <utility>

#include "policy/dkim/hasher.h"
#include "policy/dkim/header_hash.h"

namespace waarmerk::policy::dkim {
namespace {

/// One pass over the header to index it, one over the fields that a task signs; one running hash of
/// the body for each distinct (canonicalization, l=).
class NativeHasher final : public Hasher {
 public:
  void begin(HeaderFields fields, std::vector<HashTask> tasks) override {
    tasks_ = std::move(tasks);
    bodies_.clear();
    body_of_.clear();
    for (const HashTask& task : tasks_) body_of_.push_back(body_for(*task.signature));
    index_ = tasks_.empty() ? HeaderIndex() : HeaderIndex(fields);
  }

  void feed(std::string_view chunk) override {
    for (Body& body : bodies_) body.hasher.feed(chunk);
  }

  void end_of_body() override {
    for (Body& body : bodies_) body.digest = body.hasher.finish();
  }

  [[nodiscard]] std::expected<Hashes, std::string> hashes(std::size_t task) const override {
    const auto& [position, signature] = tasks_[task];
    return Hashes{index_.hash(*signature, position), bodies_[body_of_[task]].digest};
  }

 private:
  /// One hash over the body, shared by the signatures that want the same.
  struct Body {
    Canonicalization canonicalization = Canonicalization::Simple;
    std::optional<std::uint64_t> limit;
    BodyHasher hasher;
    BodyDigest digest;
  };

  std::size_t body_for(const Signature& signature) {
    const auto same = std::ranges::find_if(bodies_, [&](const Body& body) {
      return body.canonicalization == signature.body && body.limit == signature.body_length;
    });
    const auto place = static_cast<std::size_t>(same - bodies_.begin());
    if (same == bodies_.end()) {
      bodies_.push_back({signature.body,
                         signature.body_length,
                         BodyHasher(signature.body, signature.body_length),
                         {}});
    }
    return place;
  }

  std::vector<HashTask> tasks_;
  HeaderIndex index_;
  std::vector<Body> bodies_;
  /// Which of bodies_ each task needs.
  std::vector<std::size_t> body_of_;
};

}  // namespace

std::unique_ptr<Hasher> make_native_hasher() { return std::make_unique<NativeHasher>(); }

}  // namespace waarmerk::policy::dkim
