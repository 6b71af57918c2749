// Which From fields a message has, and what they add up to.
#include "policy/author_domain.h"

#include <algorithm>
#include <utility>

#include "policy/mailbox_list.h"

namespace waarmerk::policy {
namespace {

void add_distinct(Author& author, std::vector<DomainName> domains) {
  for (DomainName& domain : domains) {
    if (std::ranges::find(author.domains, domain) != author.domains.end()) continue;
    if (author.domains.size() == kMaxAuthorDomains) {
      author.truncated = true;
      return;
    }
    author.domains.push_back(std::move(domain));
  }
}

/// Adds what one field holds.
void add_field(Author& author, std::string_view value, ReadingBudget& budget) {
  auto read = mailbox_domains(value, kMaxAuthorDomains, budget);
  if (!read) {
    if (author.problem.empty()) author.problem = std::move(read.error().text);
    return;
  }
  author.truncated = author.truncated || read->truncated;
  add_distinct(author, std::move(read->domains));
}

FromKind kind_of(const Author& author, std::size_t fields) {
  if (fields > 1) return FromKind::SeveralFields;
  if (!author.problem.empty()) return FromKind::Unusable;
  if (author.domains.empty()) return FromKind::None;
  return author.domains.size() == 1 ? FromKind::One : FromKind::SeveralDomains;
}

}  // namespace

Author author_domains(HeaderFields fields) {
  Author author;
  ReadingBudget budget;
  std::size_t count = 0;
  for (const HeaderField& field : fields) {
    if (!field.is("From")) continue;
    ++count;
    add_field(author, field.value, budget);
  }
  author.kind = kind_of(author, count);
  // What an unreadable field claims beside the others is not evaluated. D-06
  if (count > 1 && !author.problem.empty()) author.truncated = true;
  return author;
}

}  // namespace waarmerk::policy
