// `waarmerk config`: what a configuration file says, and whether the daemon could run with it.
#pragma once

#include <string>

#include "cli/output.h"

namespace waarmerk::cli {

/// `config check`: prints everything there is to say about the file on `streams.err`, as
/// `waarmerk-milter --check` does, and "FILE: ok" on `streams.out` if the daemon would start with
/// it. Changes nothing. Returns 0, EX_CONFIG after an error, or EX_NOINPUT for a file that cannot
/// be read, as the others do. Before the first thread.
[[nodiscard]] int config_check(const std::string& file, const Streams& streams);

/// `config show`: every option with its value and where that came from, as TOML or as one line of
/// JSON. Errors and warnings go to `streams.err`. Returns 0, or EX_CONFIG when the file has an
/// error: then there are no values in force.
[[nodiscard]] int config_show(const std::string& file, Output output, const Streams& streams);

/// `config test`: runs the tests in the file and prints each with "ok" or "FAILED", what came and
/// the story of it, or all as one line of JSON. Errors of the file go to `streams.err`. Returns 0,
/// EX_DATAERR if a test fails, or EX_CONFIG when the file has another error.
[[nodiscard]] int config_test(const std::string& file, Output output, const Streams& streams);

/// `config template`: the documented file, as it is shipped in etc/.
[[nodiscard]] int config_template(const Streams& streams);

}  // namespace waarmerk::cli
