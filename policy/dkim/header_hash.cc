// Bottom-up selection over fields that were sorted by name.
#include "policy/dkim/header_hash.h"

#include <algorithm>
#include <functional>

#include "base/text.h"

namespace waarmerk::policy::dkim {
namespace {

bool precedes(std::string_view a, std::string_view b) {
  constexpr auto kLower = [](char c) { return to_lower(c); };
  return std::ranges::lexicographical_compare(a, b, std::less{}, kLower, kLower);
}

}  // namespace

HeaderIndex::HeaderIndex(HeaderFields fields) : fields_(fields) {
  entries_.reserve(fields.size());
  for (std::size_t i = fields.size(); i-- > 0;) entries_.push_back({fields[i].bare_name(), i});
  std::ranges::stable_sort(entries_, precedes, &Entry::name);
}

std::vector<const HeaderField*> HeaderIndex::select(std::string_view names, std::size_t own) const {
  std::vector<const HeaderField*> selected;
  // How many fields of a name are used up, kept where the name's first entry is.
  std::vector<std::size_t> taken(entries_.size());
  for (std::string_view rest = names; !rest.empty();) {
    const std::string_view name = take_name(rest);
    const auto first = static_cast<std::size_t>(
        std::ranges::lower_bound(entries_, name, precedes, &Entry::name) - entries_.begin());
    if (first == entries_.size()) continue;
    std::size_t next = first + taken[first];
    if (next < entries_.size() && entries_[next].position == own) ++next;
    if (next >= entries_.size() || !iequals(entries_[next].name, name)) continue;
    selected.push_back(&fields_[entries_[next].position]);
    taken[first] = next + 1 - first;
  }
  return selected;
}

void HeaderIndex::append(HashStream& stream, Canonicalization form, const HeaderField& field) {
  switch (form) {
    case Canonicalization::Simple:
      return append_header(stream, form, field);
    case Canonicalization::Relaxed:
      relaxed_.resize(fields_.size());
      std::string& text = relaxed_[static_cast<std::size_t>(&field - fields_.data())];
      if (text.empty()) text = canonical_header(form, field);
      return stream.append(text);
  }
}

crypto::Digest HeaderIndex::hash(const Signature& signature, std::size_t own) {
  HashStream stream;
  for (const HeaderField* field : select(signature.signed_names, own)) {
    append(stream, signature.header, *field);
  }
  append_signature(stream, signature.header, fields_[own].name, signature.before_b,
                   signature.after_b);
  return stream.finish();
}

}  // namespace waarmerk::policy::dkim
