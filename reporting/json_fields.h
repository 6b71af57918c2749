// The members of a line's objects, read with one place for what goes wrong. Knows simdjson; only
// the reader of the log includes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// Without exceptions, every access must look at its error code to compile.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include "base/domain_name.h"
#include "base/result.h"
#include "reporting/record_text.h"

namespace waarmerk::reporting {

namespace dom = simdjson::dom;

/// The first thing that was wrong with a line; what is read after it does not count.
using Problem = std::optional<Error>;

/// The members of one object of a line. Reading never fails at once: the first problem is kept, and
/// what was missing reads as some value. The caller looks at the problem once, at the end.
class Fields {
 public:
  Fields(std::optional<dom::object> object, std::string path, Problem& problem)
      : object_(object), path_(std::move(path)), problem_(problem) {}

  std::string text(std::string_view name) {
    return std::string(value<std::string_view>(name, "a text").value_or(""));
  }
  bool flag(std::string_view name) { return value<bool>(name, "true or false").value_or(false); }
  template <typename Number>
  Number number(std::string_view name) {
    using Wide = std::conditional_t<std::is_signed_v<Number>, std::int64_t, std::uint64_t>;
    const Wide wide = value<Wide>(name, "a whole number").value_or(0);
    if (!std::in_range<Number>(wide)) complain(name, "a smaller number");
    return static_cast<Number>(wide);
  }

  /// What `find` makes of a text, as optional; nullopt stands for null.
  template <typename Find>
  auto choice(std::string_view name, const Find& find) {
    using Choice = decltype(find(std::string_view{}));
    if (is_null(name)) return Choice{};
    const auto word = value<std::string_view>(name, "a text");
    const Choice found = word ? find(*word) : Choice{};
    if (!found) complain(name, "a known value");
    return found;
  }
  /// The same where null is not allowed.
  template <typename Find>
  auto word(std::string_view name, const Find& find) {
    const auto found = choice(name, find);
    if (!found) complain(name, "a value");
    return found.value_or(typename decltype(choice(name, find))::value_type{});
  }
  std::optional<DomainName> domain_or_null(std::string_view name) {
    return choice(name, name_from);
  }
  DomainName domain(std::string_view name) {
    auto found = domain_or_null(name);
    if (found) return std::move(*found);
    complain(name, "a domain name");
    return DomainName::from_octets("invalid").value();
  }

  /// An index into a list of `size` entries.
  std::size_t index(std::string_view name, std::size_t size) {
    const auto found = number<std::size_t>(name);
    if (found >= size) complain(name, "an index into its list");
    return found;
  }

  Fields object(std::string_view name) {
    return {value<dom::object>(name, "an object"), path_ + std::string(name) + ".", problem_};
  }
  /// What `make` returns for the fields of each object of a list.
  template <typename Make>
  auto objects(std::string_view name, const Make& make) {
    return list<dom::object>(name, [&](const dom::object& element) {
      Fields fields(element, path_ + std::string(name) + "[].", problem_);
      return make(fields);
    });
  }
  /// The same for a list that is left out when it is empty.
  template <typename Make>
  auto objects_if_any(std::string_view name, const Make& make) {
    return has(name) ? objects(name, make) : decltype(objects(name, make)){};
  }
  std::vector<std::string> texts(std::string_view name) {
    return list<std::string_view>(name, [](std::string_view text) { return std::string(text); });
  }
  std::vector<DomainName> domains(std::string_view name) {
    const auto names = list<std::string_view>(name, name_from);
    std::vector<DomainName> domains;
    for (const auto& found : names) {
      if (found) {
        domains.push_back(*found);
      } else {
        complain(name, "domain names");
      }
    }
    return domains;
  }

  [[nodiscard]] bool has(std::string_view name) const {
    return object_ && object_->at_key(name).error() == simdjson::SUCCESS;
  }
  [[nodiscard]] bool is_null(std::string_view name) const {
    dom::element element;
    return object_ && object_->at_key(name).get(element) == simdjson::SUCCESS && element.is_null();
  }

 private:
  template <typename T>
  std::optional<T> value(std::string_view name, std::string_view expected) {
    T found{};
    if (object_ && object_->at_key(name).get(found) == simdjson::SUCCESS) return found;
    complain(name, expected);
    return std::nullopt;
  }

  template <typename T, typename Make>
  auto list(std::string_view name, const Make& make)
      -> std::vector<decltype(make(std::declval<T>()))> {
    std::vector<decltype(make(std::declval<T>()))> made;
    const auto array = value<dom::array>(name, "a list");
    if (!array) return made;
    for (const dom::element element : *array) {
      T found{};
      if (element.get(found) == simdjson::SUCCESS) {
        made.push_back(make(found));
      } else {
        complain(name, "another type of its elements");
      }
    }
    return made;
  }

  void complain(std::string_view name, std::string_view expected) {
    if (problem_) return;
    std::string text = has(name) ? "wrong value, expected " : "missing, expected ";
    text += expected;
    problem_ = Error{std::move(text), path_ + std::string(name)};
  }

  std::optional<dom::object> object_;
  std::string path_;
  Problem& problem_;
};

}  // namespace waarmerk::reporting
