// Node kinds of the HCL grammar, as numbers. No other file of this front end knows their names.
#pragma once

#include <cstdint>

namespace redtag::terraform {

#define REDTAG_HCL_KINDS(X)                                                                                           \
  X(attribute)                                                                                                        \
  X(block) X(block_start) X(block_end) X(body) X(bool_lit) X(collection_value) X(comment) X(conditional) X(ellipsis)  \
      X(expression) X(for_cond) X(for_expr) X(for_intro) X(for_object_expr) X(for_tuple_expr) X(function_arguments)   \
          X(function_call) X(get_attr) X(heredoc_identifier) X(heredoc_start) X(heredoc_template) X(identifier)       \
              X(index) X(literal_value) X(new_index) X(null_lit) X(numeric_lit) X(object) X(object_elem) X(operation) \
                  X(binary_operation) X(quoted_template) X(quoted_template_end) X(quoted_template_start) X(splat)     \
                      X(full_splat) X(attr_splat) X(string_lit) X(strip_marker) X(template_directive)                 \
                          X(template_else_intro) X(template_expr) X(template_if) X(template_if_end)                   \
                              X(template_if_intro) X(template_interpolation) X(template_literal) X(tuple)             \
                                  X(unary_operation) X(variable_expr)

struct Kinds {
#define REDTAG_HCL_KIND(name) std::uint16_t name = 0;
  REDTAG_HCL_KINDS(REDTAG_HCL_KIND)
#undef REDTAG_HCL_KIND
  std::uint16_t body_file = 0;  ///< the root of a text
};

/// Resolved once. The table is never changed afterwards.
[[nodiscard]] const Kinds& kinds();

}  // namespace redtag::terraform
