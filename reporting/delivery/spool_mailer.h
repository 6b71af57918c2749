// Files instead of mail: for another program to send, and for whoever wants to look first.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/descriptor.h"
#include "base/result.h"
#include "reporting/delivery/mailer.h"

namespace waarmerk::reporting {

/// Writes the attachment under its own name and beside it, for each address, a file that ends in
/// ".json" and says who is to get it. A file is there as a whole and on the disk, or not at all;
/// the ".json" comes last. What is written again is the same file.
class SpoolMailer final : public Mailer {
 public:
  /// Error: `folder` is no folder.
  [[nodiscard]] static Result<std::unique_ptr<SpoolMailer>> open(const std::string& folder);

  [[nodiscard]] Handover hand_over(const ReportMail& mail) override;

 private:
  explicit SpoolMailer(Descriptor folder) : folder_(std::move(folder)) {}
  /// Writes a file of that name in the folder.
  [[nodiscard]] Result<void> write(const std::string& name, std::string_view content) const;

  Descriptor folder_;
};

/// What a mail's attachment is called in a folder: its own name, or its end where that is too long
/// for one; never more than one name. Pure.
[[nodiscard]] std::string spool_name(const ReportMail& mail);

}  // namespace waarmerk::reporting
