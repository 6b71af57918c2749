// The log's files in the file system of the machine.
#pragma once

#include "reporting/log_storage.h"

namespace waarmerk::reporting {

/// Files of the operating system. A file that it makes has mode 0640, whatever the umask is; not
/// inherited by programs that the process starts. Error texts are those of the system. SIGXFSZ must
/// be blocked or ignored.
class PosixLogStorage final : public LogStorage {
 public:
  [[nodiscard]] Result<OpenedLog> open(const std::string& path) override;
};

}  // namespace waarmerk::reporting
