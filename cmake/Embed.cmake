# redtag_embed(TARGET SYMBOL FILE): puts the file's bytes into TARGET as they are.
#
# The assembler's .incbin copies them into read-only data: nothing is compiled, parsed or relocated at start, and only the
# pages that are read are ever loaded. C++ sees `extern "C" const char redtag_embedded_SYMBOL_begin[], …_end[]`.
enable_language(ASM)

function(redtag_embed TARGET SYMBOL FILE)
  get_target_property(kind ${TARGET} TYPE)
  if(kind STREQUAL "INTERFACE_LIBRARY")  # until its first source lands
    return()
  endif()
  cmake_path(ABSOLUTE_PATH FILE BASE_DIRECTORY ${CMAKE_SOURCE_DIR} NORMALIZE)
  set(source ${CMAKE_BINARY_DIR}/embedded/${SYMBOL}.s)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
  .section .rodata
  .global redtag_embedded_@SYMBOL@_begin
  .global redtag_embedded_@SYMBOL@_end
  .balign 16
redtag_embedded_@SYMBOL@_begin:
  .incbin "@FILE@"
redtag_embedded_@SYMBOL@_end:
  .byte 0
  .section .note.GNU-stack,"",%progbits
]])
  # The assembler reads the file behind the back of the build's dependency scan. Options for compiling mean nothing to it, and Clang would
  # say so of each.
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${FILE} COMPILE_OPTIONS -Wno-unused-command-line-argument)
  # A library of its own, because the warnings that TARGET asks for mean nothing to an assembler.
  add_library(embedded_${SYMBOL} OBJECT ${source})
  target_sources(${TARGET} PRIVATE $<TARGET_OBJECTS:embedded_${SYMBOL}>)
endfunction()
