#include "base/tag_list.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>

#include "base/text.h"

namespace waarmerk {
namespace {

bool is_name_char(char c) { return is_alnum(c) || c == '_'; }

/// VALCHAR of RFC 6376 3.2 (printable but ';'), octets of UTF-8 (RFC 8616 5), and white space
/// between.
bool is_value_char(char c) { return is_fws(c) || (!is_control(c) && c != ';'); }

std::string at(std::string_view whole, const char* place) {
  return "offset " + std::to_string(place - whole.data());
}

/// Folding must be real: CR LF followed by white space; a bare CR or LF is no white space.
bool has_sound_folding(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') return false;
    if (text[i] != '\r') continue;
    if (i + 2 >= text.size() || text[i + 1] != '\n' || !is_wsp(text[i + 2])) return false;
    i += 2;
  }
  return true;
}

Result<Tag> parse_tag(std::string_view whole, std::string_view spec) {
  const auto equals = spec.find('=');
  if (equals == std::string_view::npos) {
    return fail("a tag without '=': \"" + printable(trim(spec), 40) + "\"", at(whole, spec.data()));
  }
  const std::string_view name = trim(spec.substr(0, equals));
  if (name.empty() || !is_alpha(name.front()) || !std::ranges::all_of(name, is_name_char)) {
    return fail("not a tag name: \"" + printable(name, 40) + "\"", at(whole, spec.data()));
  }
  const std::string_view value = trim(spec.substr(equals + 1));
  const auto bad = std::ranges::find_if_not(value, is_value_char);
  if (bad != value.end()) {
    return fail("a character that no tag value may hold, in tag " + printable(name, 40),
                at(whole, &*bad));
  }
  return Tag{name, value};
}

}  // namespace

Result<TagList> TagList::parse(std::string_view text) {
  std::string_view rest = text;
  // One ';' may end the list; what follows it may only be white space.
  if (const auto end = trim_right(rest); end.ends_with(';')) rest = end.substr(0, end.size() - 1);
  if (!has_sound_folding(trim_right(rest))) return fail("a line break that is no folding");
  if (std::ranges::count(rest, ';') >= static_cast<std::ptrdiff_t>(kMaxTags)) {
    return fail("more than " + std::to_string(kMaxTags) + " tags");
  }
  TagList list;
  std::set<std::string_view> seen;
  for (const std::string_view spec : split(rest, ';')) {
    const auto tag = parse_tag(text, spec);
    if (!tag) return std::unexpected(tag.error());
    if (!seen.insert(tag->name).second) {
      return fail("tag " + printable(tag->name, 40) + " is given twice", at(text, spec.data()));
    }
    list.tags_.push_back(*tag);
  }
  return list;
}

std::optional<std::string_view> TagList::find(std::string_view name) const {
  const auto tag = std::ranges::find(tags_, name, &Tag::name);
  if (tag == tags_.end()) return std::nullopt;
  return tag->value;
}

}  // namespace waarmerk
