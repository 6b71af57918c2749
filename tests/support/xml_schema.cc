// libxml2, seen by no other file.
#include "tests/support/xml_schema.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlschemas.h>

#include <memory>
#include <utility>

#include "base/text.h"

namespace waarmerk::support {
namespace {

/// A function of C that frees something, for std::unique_ptr.
template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Doc = std::unique_ptr<xmlDoc, Freed<xmlFreeDoc>>;

std::string text_of(const xmlChar* text) {
  return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

/// Collects what the library has to say, instead of printing it.
void collect(void* errors, xmlErrorPtr error) {
  static_cast<std::vector<std::string>*>(errors)->push_back(
      "line " + std::to_string(error->line) + ": " + std::string(trim(error->message)));
}
void ignore(void*, xmlErrorPtr) {}

/// Nothing is fetched: no DTD, no entity of another file.
Doc parse(std::string_view document) {
  xmlSetStructuredErrorFunc(nullptr, ignore);
  return Doc(xmlReadMemory(document.data(), static_cast<int>(document.size()), "report.xml",
                           nullptr, XML_PARSE_NONET | XML_PARSE_HUGE));
}

/// Without recursion: a document under test may be of any depth.
void fill(XmlElement& root, xmlNode* top) {
  std::vector<std::pair<xmlNode*, XmlElement*>> open{{top, &root}};
  while (!open.empty()) {
    const auto [node, element] = open.back();
    open.pop_back();
    element->name = text_of(node->name);
    element->name_space = node->ns == nullptr ? std::string() : text_of(node->ns->href);
    std::vector<xmlNode*> children;
    for (xmlNode* child = node->children; child != nullptr; child = child->next) {
      if (child->type == XML_ELEMENT_NODE) children.push_back(child);
      if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
        element->text += text_of(child->content);
      }
    }
    element->text = std::string(trim(element->text));
    element->children.resize(children.size());
    for (std::size_t i = 0; i < children.size(); ++i) {
      open.emplace_back(children[i], &element->children[i]);
    }
  }
}

}  // namespace

const XmlElement& XmlElement::operator[](std::string_view child) const {
  static const XmlElement kNone;
  for (const XmlElement& element : children) {
    if (element.name == child) return element;
  }
  return kNone;
}

std::vector<XmlElement> XmlElement::all(std::string_view child) const {
  std::vector<XmlElement> found;
  for (const XmlElement& element : children) {
    if (element.name == child) found.push_back(element);
  }
  return found;
}

std::string XmlElement::order() const {
  std::string names;
  for (const XmlElement& element : children) names += element.name + " ";
  return names;
}

Result<XmlElement> read_xml(std::string_view document) {
  const Doc doc = parse(document);
  xmlNode* root = doc ? xmlDocGetRootElement(doc.get()) : nullptr;
  if (root == nullptr) return fail("not well-formed XML");
  XmlElement element;
  fill(element, root);
  return element;
}

struct XmlSchema::State {
  std::unique_ptr<xmlSchema, Freed<xmlSchemaFree>> schema;
};

Result<XmlSchema> XmlSchema::load(const std::filesystem::path& file) {
  using Context = std::unique_ptr<xmlSchemaParserCtxt, Freed<xmlSchemaFreeParserCtxt>>;
  xmlSetStructuredErrorFunc(nullptr, ignore);
  const Context context(xmlSchemaNewParserCtxt(file.c_str()));
  if (!context) return fail("no memory");
  auto state = std::make_shared<State>();
  state->schema.reset(xmlSchemaParse(context.get()));
  if (!state->schema) return fail("is not there or is no XML schema", file.string());
  return XmlSchema(std::move(state));
}

std::vector<std::string> XmlSchema::breaches(std::string_view document) const {
  const Doc doc = parse(document);
  if (!doc) return {"not well-formed XML"};
  using Context = std::unique_ptr<xmlSchemaValidCtxt, Freed<xmlSchemaFreeValidCtxt>>;
  const Context context(xmlSchemaNewValidCtxt(state_->schema.get()));
  std::vector<std::string> errors;
  xmlSchemaSetValidStructuredErrors(context.get(), collect, &errors);
  const int status = xmlSchemaValidateDoc(context.get(), doc.get());
  if (status != 0 && errors.empty()) errors.emplace_back("not valid");
  return errors;
}

}  // namespace waarmerk::support
