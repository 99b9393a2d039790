// Node kinds and fields of the C and C++ grammars that we walk; both use the same names where they have the same thing.
#pragma once

#include <string_view>

#include "syntax/tree.h"

namespace redtag::cpp {

// REDTAG_KIND(member, node name)
#define REDTAG_CPP_KINDS(KIND)                       \
  KIND(argument_list, "argument_list")               \
  KIND(binary_expression, "binary_expression")       \
  KIND(block, "compound_statement")                  \
  KIND(break_statement, "break_statement")           \
  KIND(call, "call_expression")                      \
  KIND(catch_clause, "catch_clause")                 \
  KIND(class_specifier, "class_specifier")           \
  KIND(comment, "comment")                           \
  KIND(concatenated_string, "concatenated_string")   \
  KIND(conditional, "conditional_expression")        \
  KIND(continue_statement, "continue_statement")     \
  KIND(declaration, "declaration")                   \
  KIND(do_statement, "do_statement")                 \
  KIND(enumerator, "enumerator")                     \
  KIND(escape_sequence, "escape_sequence")           \
  KIND(expression_statement, "expression_statement") \
  KIND(field_declaration, "field_declaration")       \
  KIND(field_expression, "field_expression")         \
  KIND(field_identifier, "field_identifier")         \
  KIND(for_range, "for_range_loop")                  \
  KIND(for_statement, "for_statement")               \
  KIND(function_declarator, "function_declarator")   \
  KIND(function_definition, "function_definition")   \
  KIND(goto_statement, "goto_statement")             \
  KIND(identifier, "identifier")                     \
  KIND(if_statement, "if_statement")                 \
  KIND(init_declarator, "init_declarator")           \
  KIND(initializer_list, "initializer_list")         \
  KIND(namespace_definition, "namespace_definition") \
  KIND(preproc_define, "preproc_def")                \
  KIND(qualified_identifier, "qualified_identifier") \
  KIND(raw_string, "raw_string_literal")             \
  KIND(raw_string_content, "raw_string_content")     \
  KIND(return_statement, "return_statement")         \
  KIND(string_content, "string_content")             \
  KIND(string_literal, "string_literal")             \
  KIND(struct_specifier, "struct_specifier")         \
  KIND(throw_statement, "throw_statement")           \
  KIND(while_statement, "while_statement")

#define REDTAG_CPP_FIELDS(FIELD)          \
  FIELD(field_alternative, "alternative") \
  FIELD(field_argument, "argument")       \
  FIELD(field_arguments, "arguments")     \
  FIELD(field_body, "body")               \
  FIELD(field_condition, "condition")     \
  FIELD(field_consequence, "consequence") \
  FIELD(field_declarator, "declarator")   \
  FIELD(field_default, "default_value")   \
  FIELD(field_field, "field")             \
  FIELD(field_function, "function")       \
  FIELD(field_name, "name")               \
  FIELD(field_parameters, "parameters")   \
  FIELD(field_right, "right")             \
  FIELD(field_type, "type")               \
  FIELD(field_value, "value")

struct Kinds {
#define REDTAG_MEMBER(member, name) std::uint16_t member = 0;
  REDTAG_CPP_KINDS(REDTAG_MEMBER)
  REDTAG_CPP_FIELDS(REDTAG_MEMBER)
#undef REDTAG_MEMBER

  explicit Kinds(syntax::Grammar grammar) {
#define REDTAG_MEMBER(member, text) member = syntax::kind_of(grammar, text);
    REDTAG_CPP_KINDS(REDTAG_MEMBER)
#undef REDTAG_MEMBER
#define REDTAG_MEMBER(member, text) member = syntax::field_of(grammar, text);
    REDTAG_CPP_FIELDS(REDTAG_MEMBER)
#undef REDTAG_MEMBER
  }
};

[[nodiscard]] inline const Kinds& kinds_of(syntax::Grammar grammar) {
  static const Kinds c(syntax::Grammar::C), cpp(syntax::Grammar::Cpp);
  return grammar == syntax::Grammar::C ? c : cpp;
}

}  // namespace redtag::cpp
