// The vectors for RFC 9989, read from their file.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "base/domain_name.h"
#include "dns/lookup.h"
#include "policy/dmarc/public_suffix.h"
#include "policy/facts.h"

namespace waarmerk::policy::dmarc {

/// So many vectors were published.
inline constexpr std::size_t kPublishedVectors = 53;

/// One vector, in the form of its file.
struct Vector {
  std::string id;
  YAML::Node node;

  [[nodiscard]] DomainName author() const;
};
std::ostream& operator<<(std::ostream& out, const Vector& vector);

/// Every vector; none where the suite is absent.
[[nodiscard]] const std::vector<Vector>& dmarc_suite();

/// The zone of a vector. It remembers the names whose record was asked, without their first label.
class VectorZone final : public dns::Lookup {
 public:
  explicit VectorZone(const Vector& vector);

  void prefetch(const dns::Question&) override {}

  dns::AnswerPtr get(const dns::Question& question, Instant deadline) override;

  std::vector<std::string> asked;

 private:
  void add_existing(const DomainName& name);

  std::map<std::string, std::vector<std::string>> records_;
  std::set<std::string> existing_;
};

/// What authenticated in a vector: SPF or nothing, and signatures.
struct Authenticated {
  std::optional<DomainName> spf;
  std::vector<DomainName> dkim;
};
[[nodiscard]] Authenticated authenticated(const Vector& vector);

/// What a message of `author` proved, and the walks that its identifiers need; by `list` in place
/// of the tree walk unless it is nullptr.
[[nodiscard]] Facts gather_facts(const DomainName& author, const Authenticated& proven,
                                 VectorZone& zone, const PublicSuffixList* list = nullptr);

}  // namespace waarmerk::policy::dmarc
