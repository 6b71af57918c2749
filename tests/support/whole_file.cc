#include "tests/support/whole_file.h"

#include <fstream>
#include <sstream>

namespace waarmerk::support {

std::string read_whole(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream octets;
  octets << in.rdbuf();
  return octets.str();
}

}  // namespace waarmerk::support
