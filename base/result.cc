#include "base/result.h"

#include "base/text.h"

namespace waarmerk {

std::string to_string(const Error& error) {
  const std::string line = error.where.empty() ? error.text : error.where + ": " + error.text;
  return printable(line, line.size());
}

}  // namespace waarmerk
