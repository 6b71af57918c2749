// Whether this host can listen on an address: what libmilter does not say.
#pragma once

#include "base/result.h"
#include "milter/socket_spec.h"

namespace waarmerk::milter {

/// Looks up the host of `spec` as libmilter will, and binds a socket to its address, at a port that
/// the system chooses, for a moment. Whether the port itself is free, or takes rights, is not
/// tried: a daemon that runs has it. The error is of the resolver or the system. A name may be
/// asked of the DNS, which takes its time. Nothing to try for a Unix socket. Thread-safe.
[[nodiscard]] Result<void> try_address(const SocketSpec& spec);

}  // namespace waarmerk::milter
