// XML as libxml2 reads it, and whether it keeps to a schema.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace waarmerk::support {

/// An element of a document, with everything in it.
struct XmlElement {
  std::string name;
  /// Empty: none.
  std::string name_space;
  /// What stands directly in it, without the white space around it.
  std::string text;
  std::vector<XmlElement> children;

  /// The first child of that name, or one without name and content.
  [[nodiscard]] const XmlElement& operator[](std::string_view child) const;
  /// All children of that name.
  [[nodiscard]] std::vector<XmlElement> all(std::string_view child) const;
  /// The names of the children, in order, each with a space behind it.
  [[nodiscard]] std::string order() const;
};

/// The root of a document. Error: it is not well-formed.
[[nodiscard]] Result<XmlElement> read_xml(std::string_view document);

/// A schema of W3C XML Schema.
class XmlSchema {
 public:
  /// Error: the file is not there or is no schema.
  [[nodiscard]] static Result<XmlSchema> load(const std::filesystem::path& file);
  /// What is wrong with a document, line by line; empty if nothing is.
  [[nodiscard]] std::vector<std::string> breaches(std::string_view document) const;

 private:
  struct State;
  explicit XmlSchema(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace waarmerk::support
