# redtag-clang: the one target that links LLVM, and no part of `redtag`. Built only where Clang's libraries are (llvm-19-dev,
# libclang-19-dev); `make build` and `make demo` need none of it.
#
# CMake's packages of Debian are not used: their static Clang targets still pull in the shared libLLVM, and loading that one costs
# more than parsing a small file. The archives are listed here and LLVM's are taken as a group.
find_path(REDTAG_LLVM_INCLUDE clang/Frontend/CompilerInstance.h PATHS /usr/lib/llvm-19/include NO_DEFAULT_PATH)
find_path(REDTAG_LLVM_ARCHIVES libclangAnalysis.a PATHS /usr/lib/llvm-19/lib NO_DEFAULT_PATH)
find_library(REDTAG_ZSTD libzstd.a)
find_library(REDTAG_ZLIB libz.a)
if(NOT REDTAG_LLVM_INCLUDE OR NOT REDTAG_LLVM_ARCHIVES)
  message(STATUS "redtag-clang is not built: llvm-19-dev and libclang-19-dev are not here")
  return()
endif()

set(clang_archives)
foreach(name Frontend Serialization Driver Parse Sema Edit APINotes Analysis ASTMatchers AST Support Lex Basic)
  list(APPEND clang_archives ${REDTAG_LLVM_ARCHIVES}/libclang${name}.a)
endforeach()
file(GLOB llvm_archives ${REDTAG_LLVM_ARCHIVES}/libLLVM*.a)
file(GLOB clang_program CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/clang/program/*.cpp)
add_executable(redtag-clang ${clang_program})
target_include_directories(redtag-clang PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_include_directories(redtag-clang SYSTEM PRIVATE ${REDTAG_LLVM_INCLUDE})
target_compile_options(redtag-clang PRIVATE ${REDTAG_WARNINGS})
if(REDTAG_SANITIZE)
  # LLVM's libraries are built for no sanitizer: they carry no type information, and clear no memory that their headers mark for one.
  target_compile_options(redtag-clang PRIVATE -fno-sanitize=all -U__SANITIZE_ADDRESS__)
  target_compile_definitions(redtag-clang PRIVATE REDTAG_SANITIZED)
endif()
target_compile_definitions(redtag-clang PRIVATE REDTAG_VERSION="${PROJECT_VERSION}" _GNU_SOURCE __STDC_CONSTANT_MACROS
  __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)
target_link_libraries(redtag-clang PRIVATE redtag_clang -Wl,--start-group ${clang_archives} ${llvm_archives} -Wl,--end-group
  ${REDTAG_ZSTD} ${REDTAG_ZLIB} dl pthread m)
if(REDTAG_STATIC AND REDTAG_ZSTD AND REDTAG_ZLIB)
  # It never asks for a user's home, which is what the linker warns of.
  target_link_options(redtag-clang PRIVATE -static -Wl,--no-warnings)
endif()
install(TARGETS redtag-clang RUNTIME DESTINATION bin OPTIONAL)
