# The imported target `libtorch`: headers and shared libraries of LibTorch's CPU part.
# The wheel's own CMake package is not used because it insists on a CUDA toolkit.
set(RATBENCH_LIBTORCH "" CACHE PATH "Folder with LibTorch's include/ and lib/ (run.sh sets it)")
if(NOT RATBENCH_LIBTORCH)
  find_path(RATBENCH_LIBTORCH_INCLUDE ATen/ATen.h PATH_SUFFIXES include)
  if(RATBENCH_LIBTORCH_INCLUDE)
    get_filename_component(RATBENCH_LIBTORCH ${RATBENCH_LIBTORCH_INCLUDE} DIRECTORY)
  endif()
endif()
if(NOT EXISTS ${RATBENCH_LIBTORCH}/include/ATen/ATen.h)
  message(FATAL_ERROR "LibTorch not found: set RATBENCH_LIBTORCH or CMAKE_PREFIX_PATH to a folder with include/ATen "
                      "and lib/libtorch_cpu.so, or let run.sh fetch it.")
endif()
message(STATUS "LibTorch: ${RATBENCH_LIBTORCH}")

add_library(libtorch INTERFACE IMPORTED)
target_include_directories(libtorch SYSTEM INTERFACE ${RATBENCH_LIBTORCH}/include
                                                     ${RATBENCH_LIBTORCH}/include/torch/csrc/api/include)
# Operators are included one by one; the header of all of them is a mistake.
target_compile_definitions(libtorch INTERFACE AT_PER_OPERATOR_HEADERS)
target_link_libraries(libtorch INTERFACE ${RATBENCH_LIBTORCH}/lib/libtorch_cpu.so ${RATBENCH_LIBTORCH}/lib/libc10.so)
# RPATH, not RUNPATH: the CUDA runtime that libtorch_cpu needs is found through it as well.
target_link_options(libtorch INTERFACE -Wl,--disable-new-dtags -Wl,-rpath,${RATBENCH_LIBTORCH}/lib
                                       -Wl,--allow-shlib-undefined)

# The CUDA part registers itself when it is loaded; nothing refers to it by name, so the linker would drop it.
option(RATBENCH_CUDA "Link LibTorch's CUDA part into ratbench-worker (builds without a GPU)" OFF)
if(RATBENCH_CUDA)
  if(NOT EXISTS ${RATBENCH_LIBTORCH}/lib/libtorch_cuda.so)
    message(FATAL_ERROR "RATBENCH_CUDA is on, but ${RATBENCH_LIBTORCH}/lib has no libtorch_cuda.so")
  endif()
  target_link_libraries(libtorch INTERFACE -Wl,--no-as-needed ${RATBENCH_LIBTORCH}/lib/libtorch_cuda.so
                                           ${RATBENCH_LIBTORCH}/lib/libc10_cuda.so -Wl,--as-needed)
endif()
