// Files instead of mail: for another program to send, and for whoever wants to look first.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/output_folder.h"
#include "base/result.h"
#include "reporting/delivery/mailer.h"

namespace waarmerk::reporting {

/// Writes the attachment under its disk_name() and beside it, for each address, a file that ends in
/// ".json" and says who is to get it. A file is there as a whole and on the disk, or not at all;
/// the ".json" comes last. What is written again is the same file.
class SpoolMailer final : public Mailer {
 public:
  /// Error: `folder` is no folder.
  [[nodiscard]] static Result<std::unique_ptr<SpoolMailer>> open(const std::string& folder);

  [[nodiscard]] Handover hand_over(const ReportMail& mail) override;

 private:
  explicit SpoolMailer(OutputFolder folder) : folder_(std::move(folder)) {}

  OutputFolder folder_;
};

}  // namespace waarmerk::reporting
