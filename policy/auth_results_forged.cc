// Which fields of a message could be read as ours, and must go. RFC 8601 5
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

#include "base/domain_name.h"
#include "base/text.h"
#include "policy/auth_results.h"
#include "policy/auth_results_grammar.h"

namespace waarmerk::policy {
namespace {

constexpr std::string_view kOwnPrefix = "X-Waarmerk-";

enum class Comments : std::uint8_t { Drop, Keep };

/// `text` without anything that only changes its spelling: lower case, no white space, no control
/// octets, quotes or backslashes. Parentheses go too; with Comments::Drop, what stands between a
/// pair of them goes along, while the text behind one that is never closed stays.
std::string squeezed(std::string_view text, Comments comments) {
  std::string out;
  std::vector<std::size_t> open;
  for (const char c : text) {
    if (c == '(') {
      open.push_back(out.size());
    } else if (c == ')') {
      if (comments == Comments::Drop && !open.empty()) out.resize(open.back());
      if (!open.empty()) open.pop_back();
    } else if (!is_control(c) && c != ' ' && c != '"' && c != '\\') {
      out += to_lower(c);
    }
  }
  return out;
}

/// At most so many octets of U-labels are mapped in all the fields of a message: it costs a
/// microsecond for three of them.
constexpr std::size_t kMaxMapped = std::size_t{32} << 10U;

/// `text` with each U-label domain in it replaced by its A-label form; the octets of these are
/// taken off `budget`, and those that exceed it stay. I-09
std::string with_a_labels(std::string_view text, std::size_t& budget) {
  const auto in_domain = [](char c) {
    return is_alnum(c) || c == '-' || c == '_' || c == '.' || !is_ascii(c);
  };
  std::string out;
  while (!text.empty()) {
    const auto end = std::ranges::find_if_not(text, in_domain);
    const std::string_view run = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    const bool has_u_label = !is_all_ascii(run);
    const bool is_mapped = has_u_label && run.size() <= budget;
    if (has_u_label) budget -= std::min(budget, run.size());
    const auto domain = is_mapped ? DomainName::parse(run) : fail("");
    out += domain ? std::string_view(domain->text()) : run;
    text.remove_prefix(run.size());
    if (text.empty()) break;
    out += text.front();
    text.remove_prefix(1);
  }
  return out;
}

/// One authserv-id in the form in which ids are compared.
std::string canonical(std::string_view id) {
  std::string plain = squeezed(id, Comments::Keep);
  if (const auto domain = DomainName::parse(plain)) return domain->text();
  return plain;
}

/// Our ids, made ready once for all fields of a message.
class OwnIds {
 public:
  explicit OwnIds(const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      if (std::string own = canonical(id); !own.empty()) ids_.push_back(std::move(own));
    }
  }

  /// True if `id` is one of ours, or may be: see kMaxMapped. Some filters write and read "id/job",
  /// so a slash ends it as well.
  [[nodiscard]] bool contain(std::string_view id) {
    if (!is_all_ascii(id)) {
      budget_ -= std::min(budget_, id.size());
      if (budget_ == 0) return true;
    }
    return is_own(canonical(id)) || is_own(canonical(id.substr(0, id.find('/'))));
  }

  /// True if one of ours occurs in `text`, in whatever spelling, or may: more than kMaxMapped
  /// octets of U-labels are in no field that means well.
  [[nodiscard]] bool occur_in(std::string_view text) {
    if (occur_squeezed(text)) return true;
    if (is_all_ascii(text)) return false;
    // Squeezing joins words: a U-label may have to be known before.
    return occur_squeezed(with_a_labels(text, budget_)) || budget_ == 0;
  }

 private:
  [[nodiscard]] bool is_own(std::string_view id) const {
    return std::ranges::find(ids_, id) != ids_.end();
  }

  [[nodiscard]] bool occur_squeezed(std::string_view text) {
    return std::ranges::any_of(std::array{Comments::Drop, Comments::Keep}, [&](Comments comments) {
      std::string plain = squeezed(text, comments);
      if (!is_all_ascii(plain)) plain = with_a_labels(plain, budget_);
      return std::ranges::any_of(
          ids_, [&](const std::string& id) { return plain.find(id) != std::string::npos; });
    });
  }

  std::vector<std::string> ids_;
  std::size_t budget_ = kMaxMapped;
};

/// True if the writer's name stands in an encoded word, which some readers decode: it may be any.
bool hides_its_writer(std::string_view body) {
  return squeezed(body, Comments::Drop).starts_with("=?");
}

bool could_be(OwnIds& ours, std::string_view body) {
  if (hides_its_writer(body)) return true;
  AuthResultsLexer lexer(body);
  const auto first = lexer.next();
  const AuthservId id = first ? read_authserv_id(*first) : AuthservId{};
  if (ours.contain(id.text)) return true;
  // Readers differ on which octets beyond ASCII are white space around an id.
  if (!is_all_ascii(id.text) && ours.occur_in(id.text)) return true;
  // What cannot be read surely may be read otherwise by others: then the name alone is enough.
  if (id.text.empty() || !parse_auth_results(body)) return ours.occur_in(body);
  return !id.strict && ours.occur_in(lexer.consumed());
}

/// True if every reader finds one of `ids` in the field.
bool names_surely(const HeaderField& field, const std::vector<std::string>& ids) {
  AuthResultsLexer lexer(field.value);
  const auto first = lexer.next();
  const AuthservId id = first ? read_authserv_id(*first) : AuthservId{};
  return id.strict && parse_auth_results(field.value) &&
         std::ranges::any_of(ids, [&](const std::string& kept) { return iequals(kept, id.text); });
}

/// The claims of a message for which `is_out` holds, and every unread one, from the bottom up.
template <typename IsOut>
std::vector<FieldPosition> positions_of(HeaderFields fields, std::span<const std::string> unread,
                                        const IsOut& is_out) {
  std::vector<FieldPosition> positions;
  std::map<std::string, unsigned> counts;  // by received name in lower case
  for (const HeaderField& field : fields) {
    if (!is_claim(field)) continue;
    const unsigned index = ++counts[to_lower(field.name)];
    if (is_out(field)) positions.push_back({field.name, index});
  }
  for (const std::string& name : unread) positions.push_back({name, ++counts[to_lower(name)]});
  std::ranges::reverse(positions);
  return positions;
}

/// Of a field that is_claim().
bool is_forged(const HeaderField& field, OwnIds& ours) {
  return istarts_with(field.name, kOwnPrefix) || could_be(ours, field.value);
}

}  // namespace

bool could_be_ours(std::string_view body, const std::vector<std::string>& ours) {
  OwnIds own_ids(ours);
  return could_be(own_ids, body);
}

bool is_claim(const HeaderField& field) {
  return field.is(kAuthResultsName) || istarts_with(field.name, kOwnPrefix);
}

std::vector<FieldPosition> forged_fields(HeaderFields fields, const std::vector<std::string>& ours,
                                         std::span<const std::string> unread) {
  OwnIds own_ids(ours);
  return positions_of(fields, unread,
                      [&](const HeaderField& field) { return is_forged(field, own_ids); });
}

std::vector<FieldPosition> unwanted_fields(HeaderFields fields, const Settings::Milter& settings,
                                           const std::string& own_id,
                                           std::span<const std::string> unread) {
  std::vector<std::string> ours = settings.more_authserv_ids;
  ours.push_back(own_id);
  OwnIds own_ids(ours);
  return positions_of(fields, unread, [&](const HeaderField& field) {
    return is_forged(field, own_ids) ||
           (settings.remove_foreign_results && !names_surely(field, settings.kept_authserv_ids));
  });
}

}  // namespace waarmerk::policy
