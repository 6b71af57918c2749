#include "cli/story.h"

#include <ostream>

namespace waarmerk::cli {

void write_story(const std::vector<policy::Paragraph>& story, std::ostream& out) {
  for (const policy::Paragraph& paragraph : story) {
    out << paragraph.heading << "\n";
    for (const std::string& sentence : paragraph.sentences) out << "  " << sentence << "\n";
  }
}

void write_story(const std::vector<policy::Paragraph>& story, JsonWriter& json) {
  json.key("story").array_begin();
  for (const policy::Paragraph& paragraph : story) {
    json.object_begin().field("heading", paragraph.heading).key("sentences").array_begin();
    for (const std::string& sentence : paragraph.sentences) json.string(sentence);
    json.array_end().object_end();
  }
  json.array_end();
}

}  // namespace waarmerk::cli
