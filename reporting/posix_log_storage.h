// The log's files in the file system of the machine.
#pragma once

#include "reporting/log_storage.h"

namespace waarmerk::reporting {

/// Files of the operating system. Mode 0640 less the process's umask; not inherited by programs
/// that the process starts. Error texts are those of the system. SIGXFSZ must be blocked or
/// ignored.
class PosixLogStorage final : public LogStorage {
 public:
  [[nodiscard]] Result<OpenedLog> open(const std::string& path) override;
};

}  // namespace waarmerk::reporting
