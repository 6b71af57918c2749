// A real PostgreSQL of our own, for as long as a test program runs.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/scratch_folder.h"

namespace waarmerk::support {

/// One cluster in a scratch folder, reached by a socket in it and by no network. Its programs are
/// those in $WAARMERK_POSTGRES, of Debian's postgresql-15, or the ones that
/// tests/e2e/unpack-servers put into the build folder. Run by root it becomes another user, since
/// PostgreSQL wants that.
class Postgres {
 public:
  /// The cluster of this program: begun at the first call, ended with the program.
  static Postgres& shared();

  Postgres();
  ~Postgres();
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;
  Postgres(Postgres&&) = delete;
  Postgres& operator=(Postgres&&) = delete;

  /// Why there is none; empty if it runs.
  [[nodiscard]] const std::string& missing() const { return missing_; }
  /// The URL of a database of that name; "postgres" is there, others are made by CREATE DATABASE.
  [[nodiscard]] std::string url(const std::string& database) const;

 private:
  void make_cluster();
  void start();
  /// Runs a program of PostgreSQL as its user; returns the child.
  [[nodiscard]] pid_t run(const std::string& program, const std::vector<std::string>& arguments);
  [[nodiscard]] bool is_ready() const;
  [[nodiscard]] std::string log() const;

  ScratchFolder folder_;
  std::filesystem::path programs_;
  pid_t server_ = -1;
  std::string missing_;
};

}  // namespace waarmerk::support
