#include "lower/shell/dialects.h"

#include <algorithm>

#include "lower/shell/fish.h"

namespace redtag::shell {

Script read_text(const SourceFileView& file, Dialect dialect, unsigned depth) {
  const Origin origin{file.file, file.side, file.offset, {}};
  if (dialect == Dialect::Shell && depth == 0 && is_fish(file.path, file.text)) {
    const CarriedText text = from_fish(file.text);
    Origin placed{file.file, file.side, file.offset, text.whole_map()};
    const auto end = static_cast<std::uint32_t>(file.text.size());
    for (std::uint32_t& place : placed.map) place = file.offset + std::min(place, end);
    return read_script(text.text, placed);
  }
  switch (dialect) {
    case Dialect::PowerShell: return read_powershell(file.text, origin);
    case Dialect::Batch: return read_batch(file.text, origin);
    case Dialect::Shell: break;
  }
  if (const auto joined = joined_words(file.text)) {
    Origin placed{file.file, file.side, file.offset, joined->places};
    for (std::uint32_t& place : placed.map) place += file.offset;
    return read_script(joined->text, placed);
  }
  Script script = read_script(file.text, origin, file.twin);
  const bool templated =
      file.text.find("{{") != std::string_view::npos || file.text.find("{%") != std::string_view::npos;
  if (script.unread.empty() || !templated) return script;
  Script filled = read_script(without_templates(file.text), origin);
  return filled.unread.size() < script.unread.size() ? filled : script;
}

}  // namespace redtag::shell
