#include "tests/support/json_schema.h"

#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <set>

namespace waarmerk::support {
namespace {

using nlohmann::json;

bool has_type(const json& value, const json& type) {
  if (type.is_array()) {
    return std::ranges::any_of(type, [&](const json& one) { return has_type(value, one); });
  }
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == value.type_name();
}

class Checker {
 public:
  explicit Checker(const json& root) : root_(root) {}

  void check(const json& schema, const json& value, const std::string& place) {
    // Draft-07: what stands beside a $ref does not count.
    if (schema.contains("$ref")) {
      const auto target = schema["$ref"].get<std::string>().substr(1);
      check(root_.at(json::json_pointer(target)), value, place);
      return;
    }
    for (const auto& [keyword, rule] : schema.items()) apply(keyword, rule, schema, value, place);
  }

  std::vector<std::string> breaches;

 private:
  void demand(bool kept, const std::string& place, const std::string& why) {
    if (!kept) breaches.push_back((place.empty() ? "/" : place) + ": " + why);
  }

  void apply(const std::string& keyword, const json& rule, const json& schema, const json& value,
             const std::string& place) {
    static const std::set<std::string> kRemarks = {"$schema", "title", "description",
                                                   "definitions"};
    const std::string shown = value.dump().substr(0, 60);
    if (kRemarks.contains(keyword)) return;
    if (keyword == "type") {
      demand(has_type(value, rule), place, shown + " is not of type " + rule.dump());
    } else if (keyword == "enum") {
      demand(std::ranges::find(rule, value) != rule.end(), place, shown + " is none of the words");
    } else if (keyword == "const") {
      demand(value == rule, place, shown + " is not " + rule.dump());
    } else if (keyword == "oneOf") {
      one_of(rule, value, place);
    } else if (value.is_object()) {
      apply_to_object(keyword, rule, schema, value, place);
    } else if (value.is_array()) {
      apply_to_list(keyword, rule, value, place);
    } else {
      apply_to_scalar(keyword, rule, value, place);
    }
  }

  void one_of(const json& schemas, const json& value, const std::string& place) {
    std::vector<std::string> all;
    std::size_t kept = 0;
    for (const json& schema : schemas) {
      Checker branch(root_);
      branch.check(schema, value, place);
      if (branch.breaches.empty()) ++kept;
      all.insert(all.end(), branch.breaches.begin(), branch.breaches.end());
    }
    if (kept == 0) breaches.insert(breaches.end(), all.begin(), all.end());
    demand(kept <= 1, place, "several schemas of oneOf are kept");
  }

  void apply_to_object(const std::string& keyword, const json& rule, const json& schema,
                       const json& value, const std::string& place) {
    if (keyword == "required") {
      for (const auto& name : rule) demand(value.contains(name), place, "misses " + name.dump());
    } else if (keyword == "properties") {
      for (const auto& [name, property] : rule.items()) {
        if (value.contains(name)) check(property, value[name], place + "/" + name);
      }
    } else if (keyword == "additionalProperties") {
      for (const auto& [name, ignored] : value.items()) {
        demand(rule == true || schema["properties"].contains(name), place,
               "has an unknown " + name);
      }
    } else {
      demand(false, place, "the checker does not know " + keyword);
    }
  }

  void apply_to_list(const std::string& keyword, const json& rule, const json& value,
                     const std::string& place) {
    if (keyword == "items") {
      for (std::size_t i = 0; i < value.size(); ++i) {
        check(rule, value[i], place + "/" + std::to_string(i));
      }
    } else if (keyword == "maxItems") {
      demand(value.size() <= rule.get<std::size_t>(), place, "has too many entries");
    } else {
      demand(false, place, "the checker does not know " + keyword);
    }
  }

  void apply_to_scalar(const std::string& keyword, const json& rule, const json& value,
                       const std::string& place) {
    // These say nothing about values of other types, null among them.
    if (keyword == "maxLength") {
      const auto length = value.is_string() ? value.get<std::string>().size() : 0;
      demand(length <= rule.get<std::size_t>(), place, "is too long");
    } else if (keyword == "pattern") {
      demand(!value.is_string() ||
                 std::regex_search(value.get<std::string>(), std::regex(rule.get<std::string>())),
             place, value.dump() + " has another form than " + rule.dump());
    } else if (keyword == "minimum") {
      demand(!value.is_number() || value >= rule, place, value.dump() + " is too small");
    } else {
      // A rule for objects or lists; "type" has said what is wrong.
      static const std::set<std::string> kOthers = {"required", "properties",
                                                    "additionalProperties", "items", "maxItems"};
      demand(kOthers.contains(keyword), place, "the checker does not know " + keyword);
    }
  }

  const json& root_;
};

}  // namespace

std::vector<std::string> schema_breaches(const json& schema, const json& value) {
  Checker checker(schema);
  checker.check(schema, value, "");
  return checker.breaches;
}

}  // namespace waarmerk::support
