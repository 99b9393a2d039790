// Shell: scripts, and command lines that other languages hold, as operations in procedures behind safeguards.
//
//   text ──read──> Script: commands in order, each in a block (function, branch, loop)
//        ──Scope──> what each variable can hold where it is used, and whether someone checked it
//        ──strip──> the command that really runs (behind sudo, ssh, xargs, sh -c …)
//        ──judge──> Operation: verb from the fact tables or from what the core tools are known to do
//
// What is only text (an echoed word, a comment, a here-document that is printed) never becomes an operation: words and
// quotes are lexed here, statements come from the grammar, and only command positions are looked at. Nothing is ever run.
//
// Another front end that holds command lines (a workflow's `run:`, a recipe, `user_data`) hands them in through embed(),
// which calls `shell_frontend.lower` with the text that a shell would see and a map back to the file.
#pragma once

#include "lower/frontend.h"

namespace redtag {

extern const Frontend shell_frontend;

}  // namespace redtag
