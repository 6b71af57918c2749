// Header values between the milter protocol and the message.
#pragma once

#include <string>
#include <string_view>

#include "milter/mta_handle.h"

namespace waarmerk::milter {

/// The value as it stood in the message: the one space after the colon that an older mail server
/// ate is put back, and folds are CRLF again. M-10, M-11
[[nodiscard]] std::string received_value(std::string_view value, const Rights& rights);

/// A value of ours as the mail server wants it: with its own leading space where it adds none. M-11
[[nodiscard]] std::string sent_value(std::string_view value, const Rights& rights);

/// The text of a reply with every '%' doubled: the mail server reads it as a format. X-01
[[nodiscard]] std::string sent_reply_text(std::string_view text);

}  // namespace waarmerk::milter
