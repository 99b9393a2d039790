// Template directives in YAML (`{{ … }}`): found, and covered so that a YAML parser can read what stands around them.
//
// A template is read without running it. What covers a directive has its length, so that every place stays true; what hides
// behind one is unknown, never absent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/region.h"

namespace redtag::kubernetes {

enum class DirectiveKind : std::uint8_t {
  Output,   ///< prints something: a value, an include, a rendered block
  Control,  ///< if, else, end, range, with, define: decides whether and how often what follows stands there
  Silent,   ///< a comment or an assignment
};

/// One directive of a template.
struct Directive {
  ByteRange bytes;  ///< in the text, braces included
  DirectiveKind kind = DirectiveKind::Output;
  bool alone = false;        ///< nothing but directives stands on its lines
  std::uint32_t column = 0;  ///< where its output stands: what `nindent` says, else its own column
  std::string text;          ///< `{{ expression }}` in one spelling: blanks folded, quoting and indenting left away
};

struct Masked {
  std::string text;                   ///< as long as the template; parses as YAML where the template was sound
  std::vector<Directive> directives;  ///< in order
};

/// Covers all directives. Linear.
[[nodiscard]] Masked mask(std::string_view text);

/// True if there is at least one directive in the text.
[[nodiscard]] bool has_directives(std::string_view text);

/// A condition of a template, as far as an object depends on it.
struct Condition {
  std::string text;  ///< `if .Values.a`, `with …`, `range …`; `if false` in a definition that the file does not print
  bool denied = false;  ///< the object stands in the other branch
  ByteRange bytes;      ///< of the directive, in the text
};

/// The conditions that are open where `at` (in the text) stands, outermost first.
[[nodiscard]] std::vector<Condition> conditions_at(const std::vector<Directive>& directives, std::uint32_t at);

/// The directives that touch `bytes`, as a half-open range of indexes.
struct DirectiveRange {
  std::size_t first = 0;
  std::size_t last = 0;
  [[nodiscard]] bool empty() const { return first == last; }
};
[[nodiscard]] DirectiveRange directives_in(const std::vector<Directive>& directives, ByteRange bytes);

}  // namespace redtag::kubernetes
