// Strings: quoted and here-documents, with escapes, stripped indentation and interpolated parts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lower/terraform/source.h"

namespace redtag::terraform {

enum class Quoting : std::uint8_t { Quoted, Heredoc };

/// One part of a string: text as written, or the value of an interpolation.
struct TemplatePart {
  ByteRange bytes;            ///< in SourceView::text
  std::optional<Value> hole;  ///< the interpolated value; none for literal text
};

/// A string before anything is made of it.
struct TemplateText {
  Quoting quoting = Quoting::Quoted;
  std::uint32_t indentation = 0;  ///< blanks that `<<-` takes from the start of each line
  ByteRange bytes;                ///< the whole, with quotes or markers
  std::vector<TemplatePart> parts;
};

/// A string as another language sees it, with the way back to the file.
struct FlatText {
  std::string text;
  std::vector<std::uint32_t> map;  ///< text.size() + 1 offsets in SourceView::text
};

/// What a literal part says: escapes resolved, indentation taken away.
[[nodiscard]] std::string literal_text(const SourceView& source, const TemplateText& string, ByteRange part);

/// The Value of a string: known where it has no interpolation, the bare inner value where it is nothing else
/// (`"${x}"` is `x`), else a Template of its parts.
[[nodiscard]] Value template_value(const SourceView& source, TemplateText string);

/// The text with `hole` (a function of the part's index) in place of each interpolation.
[[nodiscard]] FlatText flatten(const SourceView& source, const TemplateText& string,
                               std::string (*hole)(const TemplatePart& part));

/// The indentation that `<<-` takes away: the least of all lines that hold more than blanks.
[[nodiscard]] std::uint32_t common_indentation(std::string_view text, const std::vector<TemplatePart>& parts);

}  // namespace redtag::terraform
