#include "reporting/document/privacy.h"

namespace waarmerk::reporting {
namespace {

/// What may stand between a word and an address.
constexpr std::string_view kBefore = " \t\r\n<>()[],;:";

/// The part of `text` that is left when it stands before an '@'.
std::string_view without_last_word(std::string_view text) {
  if (text.ends_with('"')) {
    // A quoted local part may hold anything; one that begins nowhere takes all before it.
    const auto quote = text.substr(0, text.size() - 1).rfind('"');
    return text.substr(0, quote == std::string_view::npos ? 0 : quote);
  }
  const auto before = text.find_last_of(kBefore);
  return text.substr(0, before == std::string_view::npos ? 0 : before + 1);
}

}  // namespace

std::string without_local_parts(std::string_view text) {
  std::string kept;
  for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@')) {
    kept += without_last_word(text.substr(0, at));
    kept += '@';
    text.remove_prefix(at + 1);
  }
  return kept.append(text);
}

}  // namespace waarmerk::reporting
