// The addresses that domain owners write into rua=. RFC 6068, RFC 9989 4.7
#pragma once

#include <string_view>

#include "base/mail_address.h"
#include "base/result.h"

namespace waarmerk::reporting {

/// The address of a mailto URI: percent-encoding is decoded, header fields of the URI ("?...") are
/// ignored, since they are the wishes of a stranger about our mail. Error for another scheme, for
/// several addresses, and for what is no MailAddress once it is decoded. Linear; pure.
/// RFC 6068 2, A-43, D-35
[[nodiscard]] Result<MailAddress> address_of(std::string_view uri);

}  // namespace waarmerk::reporting
