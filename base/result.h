// How a function says that it could not do its work: as a value.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace waarmerk {

/// Why something failed, as one sentence for a postmaster: what is wrong, and what was expected.
/// `where` names the place when there is one ("waarmerk.toml:12", "offset 17"), else it is empty.
struct Error {
  std::string text;
  std::string where;

  bool operator==(const Error&) const = default;
};

/// As it is said everywhere: "where: text", or the text alone when there is no place. Printable: it
/// may hold what somebody named a file or typed.
[[nodiscard]] std::string to_string(const Error& error);

/// A value, or the reason why there is none. Exceptions are never used for this.
template <typename T>
using Result = std::expected<T, Error>;

/// The failure branch of a Result: `return fail("empty label")`.
[[nodiscard]] inline std::unexpected<Error> fail(std::string text, std::string where = {}) {
  return std::unexpected(Error{std::move(text), std::move(where)});
}

/// Builds one callable out of several lambdas, for std::visit over a variant.
template <typename... Lambdas>
struct Overloaded : Lambdas... {
  using Lambdas::operator()...;
};

}  // namespace waarmerk
