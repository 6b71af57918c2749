// The only door to libmilter: opens its socket, runs it, and turns its callbacks into calls.
#pragma once

#include "base/result.h"
#include "milter/service.h"
#include "milter/socket_spec.h"
#include "policy/settings.h"

namespace waarmerk::milter {

/// Registers with libmilter and opens the listening socket. Once per process, before the first
/// thread and before rights are dropped. From here on connections queue up. M-08, M-39..M-41, M-44
[[nodiscard]] Result<void> open_milter(const policy::Settings::Milter& settings);

/// Serves until SignalThread stops it, which it sees when somebody connects, or within five
/// seconds; sessions may still be at work then. After open_milter(), once. `service` must live
/// until the process ends. M-38
[[nodiscard]] Result<void> run_milter(Service& service);

}  // namespace waarmerk::milter
