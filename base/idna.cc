#include "base/idna.h"

#include <idn2.h>

#include <memory>

#include "base/text.h"

namespace waarmerk {

Result<std::string> to_a_labels(std::string_view name) {
  // The library reads up to a NUL: a name with one inside must not become a shorter, valid name.
  if (name.find('\0') != std::string_view::npos) return fail("a NUL in a domain name");
  if (!is_valid_utf8(name)) return fail("a domain name that is not UTF-8");
  const std::string text(name);
  char* out = nullptr;
  const int code = idn2_to_ascii_8z(text.c_str(), &out, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const std::unique_ptr<char, void (*)(void*)> owner(out, idn2_free);
  if (code != IDN2_OK) {
    return fail("not a usable internationalized name (" + std::string(idn2_strerror(code)) + ")");
  }
  return std::string(out);
}

}  // namespace waarmerk
