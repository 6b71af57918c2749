#include "reporting/store/stored_lists.h"

#include <cstdint>
#include <utility>

#include "base/json.h"
#include "reporting/json_fields.h"
#include "reporting/store/stored_text.h"

namespace waarmerk::reporting {
namespace {

/// A list of what `write` writes for each element.
template <typename Element, typename Write>
std::string written(const std::vector<Element>& elements, const Write& write) {
  if (elements.empty()) return "[]";
  JsonWriter json;
  json.array_begin();
  for (const Element& element : elements) write(json, element);
  json.array_end();
  return json.take();
}

/// A member as stored_text; a bad escape is a problem of the list.
std::string text_in(Fields& fields, std::string_view name, Problem& problem) {
  auto octets = octets_of(fields.text(name));
  if (!octets && !problem) problem = Error{"bad escape", std::string(name)};
  return std::move(octets).value_or("");
}

}  // namespace

std::string stored_list(const std::vector<ReportedDkim>& signatures) {
  return written(signatures, [](JsonWriter& json, const ReportedDkim& signature) {
    json.object_begin()
        .field("domain", stored_text(signature.domain))
        .field("selector", stored_text(signature.selector))
        .field("result", policy::to_string(signature.result))
        .field("human_result", stored_text(signature.human_result))
        .object_end();
  });
}

std::string stored_list(const std::vector<policy::Override>& reasons) {
  return written(reasons, [](JsonWriter& json, const policy::Override& reason) {
    json.object_begin()
        .field("type", policy::to_string(reason.type))
        .field("comment", stored_text(reason.comment))
        .object_end();
  });
}

std::string stored_list(const std::vector<std::string>& texts) {
  return written(texts,
                 [](JsonWriter& json, const std::string& text) { json.string(stored_text(text)); });
}

std::string stored_list(const SeenNumbers& seen) {
  return written(seen.ranges(), [](JsonWriter& json, const SeenNumbers::Range& range) {
    json.array_begin().number(range.first).number(range.last).array_end();
  });
}

struct ListReader::State {
  dom::parser parser;

  /// What `make` returns for each element; nullopt if this is no list, or if `make` gives nullopt.
  template <typename Element, typename Make>
  auto list(const std::string& stored, const Make& make)
      -> std::optional<std::vector<typename decltype(make(std::declval<Element>()))::value_type>> {
    std::vector<typename decltype(make(std::declval<Element>()))::value_type> made;
    // Most lists are empty, and simdjson takes its time to begin.
    if (stored == "[]") return made;
    dom::array array;
    if (parser.parse(stored).get(array) != simdjson::SUCCESS) return std::nullopt;
    for (const dom::element found : array) {
      Element element{};
      if (found.get(element) != simdjson::SUCCESS) return std::nullopt;
      auto value = make(element);
      if (!value) return std::nullopt;
      made.push_back(std::move(*value));
    }
    return made;
  }

  /// The same for objects, read through Fields.
  template <typename Make>
  auto objects(const std::string& stored, const Make& make) {
    using Value = decltype(make(std::declval<Fields&>(), std::declval<Problem&>()));
    return list<dom::object>(stored, [&make](const dom::object& object) -> std::optional<Value> {
      Problem problem;
      Fields fields(object, "", problem);
      Value value = make(fields, problem);
      if (problem) return std::nullopt;
      return value;
    });
  }
};

ListReader::ListReader() : state_(std::make_unique<State>()) {}
ListReader::~ListReader() = default;
ListReader::ListReader(ListReader&&) noexcept = default;
ListReader& ListReader::operator=(ListReader&&) noexcept = default;

std::optional<std::vector<ReportedDkim>> ListReader::signatures(const std::string& stored) {
  return state_->objects(stored, [](Fields& fields, Problem& problem) {
    return ReportedDkim{.domain = text_in(fields, "domain", problem),
                        .selector = text_in(fields, "selector", problem),
                        .result = fields.word("result", policy::dkim_result_from),
                        .human_result = text_in(fields, "human_result", problem)};
  });
}

std::optional<std::vector<policy::Override>> ListReader::reasons(const std::string& stored) {
  return state_->objects(stored, [](Fields& fields, Problem& problem) {
    return policy::Override{.type = fields.word("type", policy::override_type_from),
                            .comment = text_in(fields, "comment", problem)};
  });
}

std::optional<std::vector<std::string>> ListReader::texts(const std::string& stored) {
  return state_->list<std::string_view>(stored, octets_of);
}

std::optional<SeenNumbers> ListReader::seen(const std::string& stored) {
  using Range = SeenNumbers::Range;
  const auto ranges =
      state_->list<dom::array>(stored, [](const dom::array& pair) -> std::optional<Range> {
        Range range;
        if (pair.size() != 2 || pair.at(0).get(range.first) != simdjson::SUCCESS ||
            pair.at(1).get(range.last) != simdjson::SUCCESS) {
          return std::nullopt;
        }
        return range;
      });
  if (!ranges) return std::nullopt;
  return SeenNumbers(*ranges);
}

}  // namespace waarmerk::reporting
