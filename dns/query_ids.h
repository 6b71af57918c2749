// The ids of queries.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace waarmerk::dns {

/// Numbers that nobody can guess, from the kernel. A forged reply has to know the id of the query;
/// those that c-ares 1.18 makes come from a weak generator. Not thread-safe. RFC 5452 9.2
class QueryIds {
 public:
  [[nodiscard]] std::uint16_t next();

 private:
  std::array<std::uint16_t, 128> ids_{};
  std::size_t used_ = ids_.size();
};

}  // namespace waarmerk::dns
