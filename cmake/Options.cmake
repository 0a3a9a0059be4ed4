# Compiler settings that hold for every target of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# Checks of our own stay active in every build (src/base/check.hpp); assertions of the standard library too.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

find_program(RATBENCH_CCACHE ccache)
if(RATBENCH_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${RATBENCH_CCACHE})
  set(RATBENCH_NO_CCACHE OFF)
else()
  set(RATBENCH_NO_CCACHE ON)
endif()
# Most of a clean build is the parsing of the same headers, so a folder is compiled as few units. With a compiler cache
# single files are better; such a build also finds a missing include.
option(RATBENCH_UNITY "Compile each folder as few units: shorter clean builds, longer rebuilds" ${RATBENCH_NO_CCACHE})

# A compiler that was never checked may warn about something new; that must not stop a user's build.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  set(RATBENCH_CHECKED_COMPILER ON)
else()
  set(RATBENCH_CHECKED_COMPILER OFF)
endif()
option(RATBENCH_WARNINGS_AS_ERRORS "Warnings in our own code are errors" ${RATBENCH_CHECKED_COMPILER})

# Warnings, sanitizers and include root of our own code; third-party headers are SYSTEM.
add_library(ratbench_options INTERFACE)
target_include_directories(ratbench_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(ratbench_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                                                  -Woverloaded-virtual)
if(RATBENCH_WARNINGS_AS_ERRORS)
  target_compile_options(ratbench_options INTERFACE -Werror)
endif()
# GCC looks for memory that it can reuse whenever a compilation has grown by a little: a tenth of its time. Each of our
# units fits into a gigabyte.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(ratbench_options INTERFACE "SHELL:--param ggc-min-heapsize=1048576")
endif()
# 128-bit integers are an extension of both supported compilers.
target_compile_options(ratbench_options INTERFACE -Wno-pedantic)
if(RATBENCH_SANITIZE)
  target_compile_options(ratbench_options INTERFACE -fsanitize=${RATBENCH_SANITIZE} -fno-omit-frame-pointer -g1)
  target_link_options(ratbench_options INTERFACE -fsanitize=${RATBENCH_SANITIZE})
  # GCC says itself that sanitizers give false positives of this warning; here std::regex and std::optional do.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(ratbench_options INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
