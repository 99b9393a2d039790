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
// Another front end that holds command lines (a workflow's `run:`, a recipe, `user_data`) hands them in through embed(), or, when
// it knows how they come to run, through embed_commands() of lower/carrier.h.
#pragma once

#include "lower/carrier.h"

namespace redtag {

extern const Frontend shell_frontend;

namespace shell {

/// Lowers a text that another file carries, whatever that file is. embed_commands() is the way to call it.
[[nodiscard]] Model lower_carried(const SourceFileView& file, const LoweringView& view, const Carrier& carrier);

}  // namespace shell

}  // namespace redtag
