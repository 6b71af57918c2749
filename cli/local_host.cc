#include "cli/local_host.h"

#include <unistd.h>

#include <array>

namespace waarmerk::cli {

std::string local_host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name.front() == '\0') return "localhost";
  return name.data();
}

}  // namespace waarmerk::cli
