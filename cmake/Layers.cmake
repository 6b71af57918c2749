# The words with which CMakeLists.txt tells the architecture.
include_guard()

add_library(waarmerk_flags INTERFACE)
target_include_directories(waarmerk_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(waarmerk_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wformat=2 -Wswitch-enum -Wundef -Wvla
  -Wextra-semi
  # Designated initializers leave the rest at its default on purpose.
  -Wno-missing-field-initializers
  # At -O2 g++ 12 finds null pointers inside its own std::string.
  $<$<CONFIG:Debug>:-Wnull-dereference>
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond;-Wduplicated-branches;-Wlogical-op;-Wuseless-cast;-Wsuggest-override>)

# The folders' own names, with the wildcards expanded; a new file is found at the next build.
function(expand_sources out)
  set(found)
  foreach(pattern IN LISTS ARGN)
    file(GLOB_RECURSE matches CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${pattern})
    list(APPEND found ${matches})
  endforeach()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# The target that a word after USES stands for: a layer of ours, or a library from Libraries.cmake.
function(link_words target scope)
  foreach(word IN LISTS ARGN)
    if(TARGET waarmerk_${word})
      target_link_libraries(${target} ${scope} waarmerk_${word})
    elseif(TARGET ext_${word})
      target_link_libraries(${target} ${scope} ext_${word})
    else()
      message(FATAL_ERROR "${target} uses '${word}', which is neither a layer nor a known library")
    endif()
  endforeach()
endfunction()

# layer(NAME [ONLY files] [EXCEPT files of the folder] USES layers and libraries)
function(layer name)
  cmake_parse_arguments(LAYER "" "" "ONLY;EXCEPT;USES" ${ARGN})
  if(LAYER_ONLY)
    expand_sources(sources ${LAYER_ONLY})
  else()
    expand_sources(sources ${name}/*.cc)
  endif()
  if(LAYER_EXCEPT)
    list(TRANSFORM LAYER_EXCEPT PREPEND ${name}/)
    expand_sources(excepted ${LAYER_EXCEPT})
    list(REMOVE_ITEM sources ${excepted})
  endif()
  add_library(waarmerk_${name} STATIC ${sources})
  target_link_libraries(waarmerk_${name} PUBLIC waarmerk_flags)
  link_words(waarmerk_${name} PUBLIC ${LAYER_USES})
endfunction()

# program(NAME IN folder SOURCES files USES layers and libraries)
function(program name)
  cmake_parse_arguments(PROGRAM "" "IN" "SOURCES;USES" ${ARGN})
  expand_sources(sources ${PROGRAM_SOURCES})
  add_executable(${name} ${sources})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${PROGRAM_IN})
  target_compile_definitions(${name} PRIVATE WAARMERK_VERSION="${PROJECT_VERSION}")
  link_words(${name} PRIVATE ${PROGRAM_USES})
endfunction()
