# The built-in pack: redtag-checks compiles checks/ into constant tables that become a part of redtag_check. Folders are found, no
# list is kept; a check that does not parse stops the build with its file and line.
add_executable(redtag-checks ${CMAKE_SOURCE_DIR}/analyzer/check/embed/main.cpp)
target_link_libraries(redtag-checks PRIVATE redtag_check_compile)
target_compile_options(redtag-checks PRIVATE ${REDTAG_WARNINGS})

file(GLOB_RECURSE redtag_pack CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/checks/*/check.yaml ${CMAKE_SOURCE_DIR}/checks/*/README.md
  ${CMAKE_SOURCE_DIR}/checks/facts/*.tsv)
set(redtag_builtin ${CMAKE_BINARY_DIR}/embedded/builtin_checks.cpp)
add_custom_command(OUTPUT ${redtag_builtin}
  COMMAND redtag-checks ${CMAKE_SOURCE_DIR}/checks ${redtag_builtin}
  DEPENDS redtag-checks ${redtag_pack}
  COMMENT "Compiling the built-in checks" VERBATIM)
target_sources(redtag_check PRIVATE ${redtag_builtin})
# All texts of the checks are one literal. The standard asks compilers for 65,536 characters at least; ours take more.
set_source_files_properties(${redtag_builtin} TARGET_DIRECTORY redtag_check PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)

# One known-bad case of each check and stack goes into the program, so that `redtag selftest` needs nothing beside it.
file(GLOB redtag_fires CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/checks/*/*/fires_*.diff)
set(redtag_cases ${CMAKE_BINARY_DIR}/embedded/known_bad_cases)
add_custom_command(OUTPUT ${redtag_cases}
  COMMAND redtag-checks --cases ${CMAKE_SOURCE_DIR}/checks ${redtag_cases}
  DEPENDS redtag-checks ${redtag_fires}
  COMMENT "Packing the known-bad cases" VERBATIM)
