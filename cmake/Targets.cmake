# One library per folder and one test program per tested folder, all declared the same way.

# With sanitizers only what the tests need is compiled.
function(ratbench_only_where_needed name)
  if(RATBENCH_SANITIZE)
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
endfunction()

# ratbench_precompiled(NAME HEADERS ... [LINKS targets...] [OPTIONS options...]): headers that libraries share when
# RATBENCH_PRECOMPILED names it, or tests when RATBENCH_TESTS_PRECOMPILED does. Only in builds by units: a compiler cache
# works better without, and then every file has to include what it uses.
function(ratbench_precompiled name)
  cmake_parse_arguments(ARG "" "" "HEADERS;LINKS;OPTIONS" ${ARGN})
  if(NOT RATBENCH_UNITY)
    return()
  endif()
  set(nothing ${PROJECT_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${nothing} CONTENT "// Compiled for its headers alone.\n")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${nothing})
  target_link_libraries(${name} PRIVATE ratbench_options ${ARG_LINKS})
  target_compile_options(${name} PRIVATE ${ARG_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()

# Makes a target use precompiled headers, if there are any.
function(ratbench_use_precompiled name headers)
  if(RATBENCH_UNITY AND headers)
    target_precompile_headers(${name} REUSE_FROM ${headers})
  endif()
endfunction()

# ratbench_library(NAME [BRISK] SOURCES ... [PUBLIC targets...] [PRIVATE targets...]). BRISK: its work is reading and
# writing of text, which is not worth the compiler's long thoughts.
function(ratbench_library name)
  cmake_parse_arguments(ARG "BRISK" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ratbench_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  ratbench_only_where_needed(${name})
  if(ARG_BRISK)
    # This warning follows values through code, for which a short look is not enough.
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1> -Wno-maybe-uninitialized)
  endif()
  # Two units a folder keep two cores busy when the folder is the only one that can be compiled.
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${RATBENCH_UNITY} UNITY_BUILD_BATCH_SIZE 20)
  # A source file that a unit includes is no header, whose types had to be the same everywhere.
  if(RATBENCH_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${name} PRIVATE -Wno-subobject-linkage)
  endif()
  ratbench_use_precompiled(${name} "${RATBENCH_PRECOMPILED}")
endfunction()

# Gives a program the heap that suits training. Nothing refers to it by name, so some linkers would drop it.
function(ratbench_use_jemalloc name)
  if(RATBENCH_JEMALLOC)
    target_link_libraries(${name} PRIVATE rb_jemalloc_options -Wl,--no-as-needed ${RATBENCH_JEMALLOC}
                                          -Wl,--as-needed)
  endif()
endfunction()

# ratbench_test(NAME LABEL label [THREADS] SOURCES ... LINKS ...): a GoogleTest program, one ctest entry. THREADS: what
# it tests runs in several threads or serves several processes at a time.
function(ratbench_test name)
  cmake_parse_arguments(ARG "THREADS" "LABEL" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ratbench_options ${ARG_LINKS} GTest::gtest GTest::gtest_main)
  # What is tested is optimised; the tests around it, half of all that is compiled, are there sooner without.
  target_compile_options(${name} PRIVATE -O0)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  ratbench_use_precompiled(${name} "${RATBENCH_TESTS_PRECOMPILED}")
  # Programs that only start others would test those without their sanitizer's words, slowly; and the thread sanitizer
  # has nothing to say of one thread.
  if(RATBENCH_SANITIZE AND (ARG_LABEL MATCHES "^(e2e|structure)$" OR (RATBENCH_SANITIZE STREQUAL "thread"
                                                                        AND NOT ARG_THREADS)))
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    return()
  endif()
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}"
                                          ENVIRONMENT "RATBENCH_BUILD=${PROJECT_BINARY_DIR}")
endfunction()
