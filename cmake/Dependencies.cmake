# Libraries from Debian packages, see docs/dependencies.md. Static archives, so that the program needs no shared library.
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(tl-expected REQUIRED)

function(redtag_library NAME HEADER)
  string(MAKE_C_IDENTIFIER ${NAME} id)
  if(REDTAG_STATIC)
    find_library(REDTAG_LIB_${id} NAMES lib${NAME}.a REQUIRED)
  else()
    find_library(REDTAG_LIB_${id} NAMES ${NAME} REQUIRED)
  endif()
  find_path(REDTAG_INCLUDE_${id} NAMES ${HEADER} REQUIRED)
  add_library(${NAME} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(${NAME} PROPERTIES IMPORTED_LOCATION ${REDTAG_LIB_${id}}
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${REDTAG_INCLUDE_${id}})
endfunction()

find_package(Threads REQUIRED)
redtag_library(sodium sodium.h)
redtag_library(crypto openssl/sha.h)
redtag_library(re2 re2/re2.h)
redtag_library(pg_query pg_query.h)
redtag_library(protobuf-c protobuf-c/protobuf-c.h)
set_property(TARGET pg_query APPEND PROPERTY INTERFACE_LINK_LIBRARIES protobuf-c Threads::Threads)
set_property(TARGET re2 APPEND PROPERTY INTERFACE_LINK_LIBRARIES Threads::Threads)

add_library(redtag_fmt INTERFACE)
target_compile_definitions(redtag_fmt INTERFACE FMT_HEADER_ONLY)
