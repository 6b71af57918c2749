// The members of a line's objects, each read where it stands. Knows simdjson; only the reader of
// lines includes it.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// Without exceptions, every access must look at its error code to compile.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include "base/result.h"

namespace waarmerk::reporting {

namespace ondemand = simdjson::ondemand;

enum class Presence : std::uint8_t { Required, Optional };

/// A name that is looked for, and what the program calls it: its place in the table.
template <typename Id>
struct Member {
  Id id;
  std::string_view name;
  Presence presence = Presence::Required;
};

/// When an object was read: at its end, or as soon as all members of a table are known. Then the
/// rest is stepped over, which is quicker than to look at each name.
enum class Until : std::uint8_t { End, AllAreThere };

/// Reads the members of objects in one pass. What is no JSON ends the reading; a value that is not
/// as expected only becomes a problem, since it may turn out that it does not count. The first of
/// each kind is kept.
class MemberReader {
 public:
  /// The text is no JSON.
  std::optional<Error> syntax;
  /// A value is missing or wrong.
  std::optional<Error> problem;

  /// Gives each member of an object whose name is in the table to `take(id, value)`: once, and the
  /// first if it is there several times, as RecordParser does. Returns which of the table were
  /// there. Names that follow one another as in the table are found at once.
  template <Until until = Until::End, typename Id, std::size_t N, typename Take>
  std::bitset<N> each_member(ondemand::object object, const std::array<Member<Id>, N>& table,
                             const Take& take) {
    std::bitset<N> there;
    std::size_t next = 0;
    for (auto item : object) {
      ondemand::field field;
      std::string_view name;
      auto code = std::move(item).get(field);
      if (code == simdjson::SUCCESS) code = name_of(field).get(name);
      if (!is_sound(code)) return there;
      for (std::size_t i = 0; i < N; ++i) {
        const std::size_t at = next + i < N ? next + i : next + i - N;
        if (table[at].name != name) continue;
        next = at + 1;
        if (there[at]) break;
        there.set(at);
        member_ = table[at].name;
        take(table[at].id, field.value());
        if (syntax) return there;
        break;
      }
      if (until == Until::AllAreThere && there.all()) break;
    }
    return there;
  }

  /// The same for the object that is a member here, whose required members must be there.
  template <typename Id, std::size_t N, typename Take>
  void object(ondemand::value& value, const std::array<Member<Id>, N>& table, const Take& take) {
    ondemand::object found;
    if (!get(value.get_object(), found, "an object")) return;
    const Path outer = enter(".");
    const auto there = each_member<Until::AllAreThere>(found, table, take);
    for (std::size_t i = 0; i < N; ++i) {
      member_ = table[i].name;
      if (!there[i] && table[i].presence == Presence::Required) complain("missing");
    }
    leave(outer);
  }

  /// Gives each element of the list that is a member here to `take(value)`, which reads an object.
  template <typename Take>
  void list(ondemand::value& value, const Take& take) {
    ondemand::array found;
    if (!get(value.get_array(), found, "a list")) return;
    const Path outer = enter("[]");
    for (auto item : found) {
      ondemand::value element;
      if (!is_sound(std::move(item).get(element))) return;
      member_ = {};
      take(element);
      if (syntax) return;
    }
    leave(outer);
  }

  void text(ondemand::value& value, std::string& to) {
    std::string_view found;
    if (get(value.get_string(), found, "a text")) to.assign(found);
  }
  void flag(ondemand::value& value, bool& to) { get(value.get_bool(), to, "true or false"); }
  void number(ondemand::value& value, std::uint64_t& to) {
    // -0 is a number, too.
    std::int64_t negative = -1;
    if (value.get_uint64().get(to) == simdjson::SUCCESS) return;
    if (value.get_int64().get(negative) == simdjson::SUCCESS && negative == 0) {
      to = 0;
    } else {
      complain("wrong value, expected a whole number");
    }
  }
  /// What `find` makes of a text, as optional.
  template <typename Find, typename Value>
  void word(ondemand::value& value, const Find& find, Value& to) {
    std::string_view found;
    if (!get(value.get_string(), found, "a text")) return;
    auto meant = find(found);
    if (meant) {
      to = std::move(*meant);
    } else {
      complain("wrong value, expected a known value");
    }
  }
  /// The same where nullopt stands for null.
  template <typename Find, typename Value>
  void word_or_null(ondemand::value& value, const Find& find, std::optional<Value>& to) {
    to.reset();
    if (is_null(value)) return;
    std::string_view found;
    if (!get(value.get_string(), found, "a text")) return;
    to = find(found);
    if (!to) complain("wrong value, expected a known value");
  }
  [[nodiscard]] bool is_null(ondemand::value& value) {
    bool null = false;
    const auto code = value.is_null().get(null);
    return code == simdjson::SUCCESS && null;
  }

  /// Notes that the member that is read is not as it should be.
  void complain(std::string_view text) {
    if (!problem) problem = Error{std::string(text), path_ + std::string(member_)};
  }

 private:
  /// Names of the log are shorter.
  static constexpr std::size_t kLongestName = 32;

  /// The name of a field as it was meant; empty for a long one.
  static simdjson::simdjson_result<std::string_view> name_of(ondemand::field& field) {
    // Hardly anybody escapes a name: its text stands there as it is.
    const char* const begin = field.key().raw();
    for (std::size_t length = 0; length <= kLongestName; ++length) {
      if (begin[length] == '"') return std::string_view(begin, length);
      if (begin[length] == '\\') return field.unescaped_key();
    }
    return std::string_view();
  }

  bool is_sound(simdjson::error_code code) {
    if (code == simdjson::SUCCESS) return true;
    if (!syntax) {
      syntax = Error{"no JSON object: " + std::string(simdjson::error_message(code)), {}};
    }
    return false;
  }

  template <typename T>
  bool get(simdjson::simdjson_result<T> result, T& to, std::string_view expected) {
    const auto code = std::move(result).get(to);
    if (code == simdjson::SUCCESS) return true;
    if (code == simdjson::INCORRECT_TYPE) {
      complain("wrong value, expected " + std::string(expected));
    } else {
      is_sound(code);
    }
    return false;
  }

  /// What leave() needs.
  using Path = std::size_t;
  Path enter(std::string_view separator) {
    const Path outer = path_.size();
    path_.append(member_).append(separator);
    return outer;
  }
  void leave(Path outer) { path_.resize(outer); }

  /// The objects that are open, "dkim[]."; and the member that is read.
  std::string path_;
  std::string_view member_;
};

}  // namespace waarmerk::reporting
