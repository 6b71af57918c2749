# Foreign libraries, each under the name that CMakeLists.txt uses. All are Debian 12 packages.
include_guard()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# library(NAME pkg-config-module): headers count as system headers, so that their warnings are theirs.
function(library name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  add_library(ext_${name} INTERFACE)
  target_link_libraries(ext_${name} INTERFACE PkgConfig::${name})
endfunction()

library(libidn2 libidn2)
library(libpsl libpsl)
library(libcrypto libcrypto)
# Of the tests alone.
library(libssl libssl)
library(libopendkim opendkim)
library(libcares libcares)
library(libfmt fmt)
library(libspdlog spdlog)
library(tomlplusplus tomlplusplus)
library(libsimdjson simdjson)
library(zlib zlib)
library(libcli11 CLI11)
library(libcurl libcurl)

# SOCI's package has no .pc file. Its two backends are linked, not loaded by it when a store is opened:
# it would look for them in folders that the environment names. Their headers include those of SQLite
# and libpq.
find_library(LIBSOCI soci_core REQUIRED)
find_library(LIBSOCI_SQLITE3 soci_sqlite3 REQUIRED)
find_library(LIBSOCI_POSTGRESQL soci_postgresql REQUIRED)
find_path(LIBPQ_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
add_library(ext_libsoci INTERFACE)
target_link_libraries(ext_libsoci INTERFACE ${LIBSOCI} ${LIBSOCI_SQLITE3} ${LIBSOCI_POSTGRESQL})
target_include_directories(ext_libsoci SYSTEM INTERFACE ${LIBPQ_INCLUDE})

# Nor has libspf2's, and its headers, which include each other by angle brackets, have
# no idea of C++: the one file that includes them says so.
find_library(LIBSPF2 spf2 REQUIRED)
add_library(ext_libspf2 INTERFACE)
target_link_libraries(ext_libspf2 INTERFACE ${LIBSPF2})

# libmilter's package has no version that pkg-config could compare; it needs threads as well.
find_library(LIBMILTER milter REQUIRED)
add_library(ext_libmilter INTERFACE)
target_link_libraries(ext_libmilter INTERFACE ${LIBMILTER} Threads::Threads)
