// A JSON writer that keeps texts and lists within limits and remembers where it cut.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/domain_name.h"
#include "base/json.h"

namespace waarmerk::reporting {

/// Writes the members of one JSON object; names are constants. What is cut is named by its path, as
/// a script would write it: "client.helo", "dkim[].reason", "dkim[]". Not thread-safe.
class CuttingWriter {
 public:
  /// `max_text`: so many octets has a text at most, unless a member says less. When the output is
  /// longer than `max_size`, lists end where they are: it will be thrown away, and must not cost
  /// more.
  CuttingWriter(std::size_t max_text, std::size_t max_size)
      : json_(kUsualSize), max_text_(max_text), max_size_(max_size) {
    json_.object_begin();
  }

  /// Foreign text: well-formed UTF-8 of at most `max` octets of it are written. Longer text ends at
  /// a whole character, an ill-formed octet becomes U+FFFD, and both count as cut.
  void text(std::string_view name, std::string_view value, std::size_t max);
  void text(std::string_view name, std::string_view value) { text(name, value, max_text_); }
  /// A word of our own vocabulary; null when it is empty.
  void word(std::string_view name, std::string_view value);
  template <JsonInteger Number>
  void number(std::string_view name, Number value) {
    json_.field(name, value);
  }
  void flag(std::string_view name, bool value) { json_.field(name, value); }
  void null(std::string_view name) { json_.key(name).null(); }
  /// A domain name is never cut: half a name is another name. Null when there is none.
  void domain(std::string_view name, const std::optional<DomainName>& value);
  void domain(std::string_view name, const DomainName& value);

  /// An object whose members `body()` writes.
  template <typename Body>
  void object(std::string_view name, const Body& body) {
    json_.key(name).object_begin();
    const std::size_t outer = enter(name, ".");
    body();
    path_.resize(outer);
    json_.object_end();
  }
  /// A list of objects, at most `max` of them: `body(item)` writes the members of one.
  template <typename Item, typename Body>
  void objects(std::string_view name, const std::vector<Item>& items, std::size_t max,
               const Body& body) {
    const std::size_t count = kept(name, items.size(), max);
    list(name, count, [&](std::size_t i) { body(items[i]); });
  }
  /// The same for the items at `positions`, each of them once.
  template <typename Item, typename Body>
  void objects_at(std::string_view name, const std::vector<Item>& items,
                  const std::vector<std::size_t>& positions, const Body& body) {
    const std::size_t count = kept(name, items.size(), positions.size());
    list(name, count, [&](std::size_t i) { body(items[positions[i]]); });
  }
  /// Lists of at most `max` texts or names.
  void texts(std::string_view name, const std::vector<std::string>& values, std::size_t max);
  void domains(std::string_view name, const std::vector<DomainName>& values, std::size_t max);

  /// Notes that the list `name` is left out altogether.
  void omit(std::string_view name) { note_cut(name, "[]"); }

  /// The member "cut": the paths in `earlier` (what had been cut before), then those cut here.
  /// Last.
  void cut(const std::vector<std::string>& earlier);
  /// Closes the object and returns the whole text; the last call.
  [[nodiscard]] std::string finish() {
    json_.object_end();
    return json_.take();
  }

 private:
  /// Typical lines are between 2 and 4 KB: one allocation.
  static constexpr std::size_t kUsualSize = 4096;

  [[nodiscard]] bool is_too_long() const { return json_.text().size() > max_size_; }
  /// A list of `count` objects: `body(i)` writes the members of one.
  template <typename Body>
  void list(std::string_view name, std::size_t count, const Body& body) {
    json_.key(name).array_begin();
    const std::size_t outer = enter(name, "[].");
    for (std::size_t i = 0; i < count && !is_too_long(); ++i) {
      json_.object_begin();
      body(i);
      json_.object_end();
    }
    path_.resize(outer);
    json_.array_end();
  }
  /// Extends the path; returns its length before.
  std::size_t enter(std::string_view name, std::string_view separator);
  /// How many of `size` entries are written; notes the cut when that is not all.
  std::size_t kept(std::string_view name, std::size_t size, std::size_t max);
  void note_cut(std::string_view name, std::string_view suffix);
  void put_text(std::string_view path_end, std::string_view suffix, std::string_view value,
                std::size_t max);
  void put_domain(const DomainName& value);

  JsonWriter json_;
  std::size_t max_text_;
  std::size_t max_size_;
  /// Where the writer is: the names of the open objects and lists, "walks[].steps[].".
  std::string path_;
  std::vector<std::string> cut_;
};

}  // namespace waarmerk::reporting
