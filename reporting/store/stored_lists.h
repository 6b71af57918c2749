// Lists as the store keeps them: JSON, one text for each.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/verdict.h"
#include "reporting/collect/seen_numbers.h"
#include "reporting/report.h"

namespace waarmerk::reporting {

/// [{"domain":...,"selector":...,"result":...,"human_result":...}]; the texts inside as
/// stored_text.
[[nodiscard]] std::string stored_list(const std::vector<ReportedDkim>& signatures);
/// [{"type":...,"comment":...}], with the types of RFC 9990.
[[nodiscard]] std::string stored_list(const std::vector<policy::Override>& reasons);
/// ["mailto:...", ...]
[[nodiscard]] std::string stored_list(const std::vector<std::string>& texts);
/// [[first,last],...]
[[nodiscard]] std::string stored_list(const SeenNumbers& seen);

/// Reads what stored_list wrote; nullopt for anything else. Keeps its memory for the next list. One
/// thread.
class ListReader {
 public:
  ListReader();
  ~ListReader();
  ListReader(ListReader&&) noexcept;
  ListReader& operator=(ListReader&&) noexcept;

  [[nodiscard]] std::optional<std::vector<ReportedDkim>> signatures(const std::string& stored);
  [[nodiscard]] std::optional<std::vector<policy::Override>> reasons(const std::string& stored);
  [[nodiscard]] std::optional<std::vector<std::string>> texts(const std::string& stored);
  [[nodiscard]] std::optional<SeenNumbers> seen(const std::string& stored);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace waarmerk::reporting
