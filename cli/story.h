// The story of a message on paper.
#pragma once

#include <iosfwd>
#include <vector>

#include "base/json.h"
#include "policy/explain.h"

namespace waarmerk::cli {

/// Headings, and sentences set in by two spaces.
void write_story(const std::vector<policy::Paragraph>& story, std::ostream& out);

/// Adds "story":[{"heading":...,"sentences":[...]}] to the object that is open in `json`.
void write_story(const std::vector<policy::Paragraph>& story, JsonWriter& json);

}  // namespace waarmerk::cli
