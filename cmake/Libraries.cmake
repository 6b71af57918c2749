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

# Nor has SOCI's package one. Its backends are loaded when a store is opened.
find_library(LIBSOCI soci_core REQUIRED)
add_library(ext_libsoci INTERFACE)
target_link_libraries(ext_libsoci INTERFACE ${LIBSOCI})

# libspf2's package has no .pc file, and its headers, which include each other by angle brackets, have
# no idea of C++: the one file that includes them says so.
find_library(LIBSPF2 spf2 REQUIRED)
add_library(ext_libspf2 INTERFACE)
target_link_libraries(ext_libspf2 INTERFACE ${LIBSPF2})

# libmilter's package has no version that pkg-config could compare; it needs threads as well.
find_library(LIBMILTER milter REQUIRED)
add_library(ext_libmilter INTERFACE)
target_link_libraries(ext_libmilter INTERFACE ${LIBMILTER} Threads::Threads)
