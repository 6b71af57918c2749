#include "milter/process.h"

#include <grp.h>
#include <pwd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "base/text.h"

namespace waarmerk::milter {

namespace {

/// Room for the strings of one user or group entry.
constexpr std::size_t kEntryBytes = std::size_t{64} * 1024;
constexpr std::size_t kMaxHostName = 256;

std::unexpected<Error> system_failure(const std::string& what) {
  const std::string reason = system_error_text(errno);
  return fail(what + ": " + reason);
}

std::unexpected<Error> no_such_user(const std::string& name) {
  return fail("there is no user '" + name + "'");
}

/// The rights of now, which come back with its end.
class EffectiveRights {
 public:
  EffectiveRights() : user_(::geteuid()), group_(::getegid()) {
    const int count = std::max(0, ::getgroups(0, nullptr));
    groups_.resize(static_cast<std::size_t>(count));
    // Groups that cannot be read come back as none: fewer rights, never more.
    if (::getgroups(count, groups_.data()) != count) groups_.clear();
  }
  ~EffectiveRights() {
    const bool is_back = ::seteuid(user_) == 0 && ::setegid(group_) == 0 &&
                         (user_ != 0 || ::setgroups(groups_.size(), groups_.data()) == 0);
    // Half a user is nobody to go on as.
    if (!is_back) std::terminate();
  }
  EffectiveRights(const EffectiveRights&) = delete;
  EffectiveRights& operator=(const EffectiveRights&) = delete;
  EffectiveRights(EffectiveRights&&) = delete;
  EffectiveRights& operator=(EffectiveRights&&) = delete;

 private:
  uid_t user_;
  gid_t group_;
  std::vector<gid_t> groups_;
};

}  // namespace

std::optional<User> find_user(const std::string& name) {
  std::vector<char> buffer(kEntryBytes);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? std::nullopt : std::optional(User{found->pw_uid, found->pw_gid});
}

std::optional<gid_t> find_group(const std::string& name) {
  std::vector<char> buffer(kEntryBytes);
  group entry{};
  group* found = nullptr;
  ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? std::nullopt : std::optional(found->gr_gid);
}

Result<void> prepare_directory(const std::string& path, const std::string& user) {
  namespace fs = std::filesystem;
  std::error_code error;
  const bool is_new = fs::create_directories(path, error);
  if (error) return fail("cannot make directory " + path + ": " + error.message());
  if (!is_new) return {};
  fs::permissions(path, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec,
                  error);
  if (error) return fail("cannot set the mode of " + path + ": " + error.message());
  if (user.empty() || ::geteuid() != 0) return {};
  const auto owner = find_user(user);
  if (!owner) return no_such_user(user);
  if (::chown(path.c_str(), owner->user, owner->group) != 0) {
    return system_failure("cannot give " + path + " to " + user);
  }
  return {};
}

Result<void> become(const std::string& user) {
  if (user.empty()) return {};
  const auto wanted = find_user(user);
  if (!wanted) return no_such_user(user);
  if (::getuid() == wanted->user && ::geteuid() == wanted->user) return {};
  if (::initgroups(user.c_str(), wanted->group) != 0 || ::setgid(wanted->group) != 0 ||
      ::setuid(wanted->user) != 0) {
    return system_failure("cannot become user " + user);
  }
  if (wanted->user != 0 && ::setuid(0) == 0) return fail("rights of root are not gone");
  return {};
}

Result<void> do_as(const std::string& user, const std::function<void()>& work) {
  if (user.empty()) {
    work();
    return {};
  }
  const auto wanted = find_user(user);
  if (!wanted) return no_such_user(user);
  if (::geteuid() == wanted->user) {
    work();
    return {};
  }
  const EffectiveRights come_back;
  if (::initgroups(user.c_str(), wanted->group) != 0 || ::setegid(wanted->group) != 0 ||
      ::seteuid(wanted->user) != 0) {
    return system_failure("cannot become user " + user);
  }
  work();
  return {};
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
}

std::string host_name() {
  std::array<char, kMaxHostName> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name.front() == '\0') return "localhost";
  return name.data();
}

std::string run_name(WallTime start) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(start).time_since_epoch().count();
  return std::to_string(seconds) + "-" + std::to_string(::getpid());
}

}  // namespace waarmerk::milter
