// The hashes by our own canonicalization.
#include <algorithm>
#include <utility>

#include "policy/dkim/hasher.h"
#include "policy/dkim/header_hash.h"

namespace waarmerk::policy::dkim {
namespace {

/// One pass over the header to index it, one hash over the fields that each task signs; one running
/// hash over the body for each canonicalization, so at most two, whatever l= says.
class NativeHasher final : public Hasher {
 public:
  void begin(HeaderFields fields, std::vector<HashTask> tasks) override {
    tasks_ = std::move(tasks);
    bodies_.clear();
    places_.clear();
    for (const HashTask& task : tasks_) places_.push_back(place_for(*task.signature));
    for (Body& body : bodies_) body.hasher = BodyHasher(body.canonicalization, body.limits);
    index_ = tasks_.empty() ? HeaderIndex() : HeaderIndex(fields);
  }

  void feed(std::string_view chunk) override {
    for (Body& body : bodies_) body.hasher.feed(chunk);
  }

  void end_of_body() override {
    for (Body& body : bodies_) body.digests = body.hasher.finish();
  }

  [[nodiscard]] std::expected<Hashes, std::string> hashes(std::size_t task) override {
    const auto& [position, signature] = tasks_[task];
    const Place& place = places_[task];
    return Hashes{index_.hash(*signature, position), bodies_[place.body].digests[place.limit]};
  }

 private:
  /// The body in one canonical form, and the hashes of it that signatures want.
  struct Body {
    Canonicalization canonicalization = Canonicalization::Simple;
    std::vector<BodyLimit> limits;
    BodyHasher hasher;
    std::vector<BodyDigest> digests;
  };
  /// A digest: the number of its body, and of its limit there.
  struct Place {
    std::size_t body = 0;
    std::size_t limit = 0;
  };

  Place place_for(const Signature& signature) {
    const auto same = std::ranges::find(bodies_, signature.body, &Body::canonicalization);
    const auto number = static_cast<std::size_t>(same - bodies_.begin());
    if (same == bodies_.end()) {
      bodies_.push_back({signature.body, {}, BodyHasher(signature.body), {}});
    }
    std::vector<BodyLimit>& limits = bodies_[number].limits;
    limits.push_back(signature.body_length);
    return {number, limits.size() - 1};
  }

  std::vector<HashTask> tasks_;
  HeaderIndex index_;
  std::vector<Body> bodies_;
  /// Where the digest of each task is.
  std::vector<Place> places_;
};

}  // namespace

std::unique_ptr<Hasher> make_native_hasher() { return std::make_unique<NativeHasher>(); }

}  // namespace waarmerk::policy::dkim
