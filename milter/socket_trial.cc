#include "milter/socket_trial.h"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <string>

#include "base/descriptor.h"
#include "base/text.h"

namespace waarmerk::milter {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// What getaddrinfo() says of its result.
std::string resolver_text(int code) {
  return code == EAI_SYSTEM ? system_error_text(errno) : std::string(::gai_strerror(code));
}

/// 0, or the errno that keeps this host from having that address.
int try_to_bind(const addrinfo& address) {
  const Descriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return errno;
  return ::bind(socket.get(), address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
}

}  // namespace

Result<void> try_address(const SocketSpec& spec) {
  if (spec.family() == SocketSpec::Family::Unix) return {};
  const std::string failure = "cannot listen on " + spec.libmilter_form() + ": ";
  addrinfo wanted{};
  wanted.ai_family = spec.family() == SocketSpec::Family::Inet ? AF_INET : AF_INET6;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE;
  addrinfo* list = nullptr;
  const char* host = spec.host().empty() ? nullptr : spec.host().c_str();
  const int code = ::getaddrinfo(host, "0", &wanted, &list);
  if (code != 0) return fail(failure + resolver_text(code));
  const Addresses addresses(list);
  // libmilter takes the first one too.
  if (const int error = try_to_bind(*addresses); error != 0) {
    return fail(failure + system_error_text(error));
  }
  return {};
}

}  // namespace waarmerk::milter
