// Octets packed with gzip, piece by piece.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace waarmerk::reporting {

/// One member of gzip without name, time or system: the same octets give the same octets, whoever
/// packs them when (with one version of zlib). One thread. RFC 1952
class Gzip {
 public:
  Gzip();
  ~Gzip();
  Gzip(Gzip&&) noexcept;
  Gzip& operator=(Gzip&&) noexcept;

  /// Error: no memory; then the stream is of no more use.
  [[nodiscard]] Result<void> add(std::string_view octets);
  /// The member as a whole; nothing can be added any more. Errors as add().
  [[nodiscard]] Result<std::string> finish();

  /// finish() gives no more octets than this if at most `more` are added before.
  [[nodiscard]] std::size_t size_at_most(std::size_t more) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace waarmerk::reporting
