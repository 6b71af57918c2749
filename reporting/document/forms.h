// The two forms of an aggregate report: RFC 9990 3.1, and RFC 7489 Appendix C.
#pragma once

#include "base/xml.h"
#include "policy/settings.h"
#include "reporting/document/document.h"

namespace waarmerk::reporting {

/// A form of reports: how a document begins and how each record in it is written. Pure functions.
struct DocumentForm {
  /// All that stands before the records.
  XmlWriter (*begin)(const Reporter& reporter, const DocumentKey& key);
  /// One `record` element.
  void (*record)(XmlWriter& xml, const CountedRow& row);
};

/// The namespace urn:ietf:params:xml:ns:dmarc-2.0. A-01
extern const DocumentForm kRfc9990Form;

/// Without a namespace, and with what that schema demands: `pct` 100, `sp`, `fo`, an `spf` result
/// in each record, IPv6 addresses in all eight groups (its pattern knows no "::"; what reads
/// addresses takes both). What it does not know is put into what it has: disposition `pass` becomes
/// `none`, the reason `policy_test_mode` becomes `other` with that word in its comment. A-23
extern const DocumentForm kRfc7489Form;

[[nodiscard]] const DocumentForm& form_of(policy::ReportFormat format);

}  // namespace waarmerk::reporting
