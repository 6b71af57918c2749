// What both forms of a report have in common, element by element.
#pragma once

#include <string_view>

#include "base/xml.h"
#include "reporting/document/document.h"

namespace waarmerk::reporting {

/// An element that holds something of a message: without local parts of addresses. A-20
void message_leaf(XmlWriter& xml, XmlName name, std::string_view text);
/// The same, left out when it would be empty.
void message_note(XmlWriter& xml, XmlName name, std::string_view text);

/// Begins `report_metadata` and writes it up to `error`, the order of RFC 7489; the caller may add
/// to it, and ends it.
void begin_metadata(XmlWriter& xml, const Reporter& reporter, const DocumentKey& key);

/// Begins `policy_evaluated` with the disposition and what was aligned, whatever was done in spite
/// of it; the caller adds the reasons, and ends it. A-07
void begin_evaluated(XmlWriter& xml, ReportDisposition disposition, const ReportRow& row);
/// A `reason` in it.
void write_reason(XmlWriter& xml, const policy::Override& reason);

/// Each signature as it was found, whatever DMARC made of it.
void write_dkim(XmlWriter& xml, const ReportRow& row);
/// Begins `spf`, for MAIL FROM; the caller ends it.
void begin_spf(XmlWriter& xml, const ReportedSpf& spf);

}  // namespace waarmerk::reporting
