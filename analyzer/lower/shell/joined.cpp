// Spellings that the shell takes away before it looks at words and the grammar does not.
#include "lower/shell/script.h"

namespace redtag::shell {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// A line that goes on in the middle of a word: `r\` and `m` on the next one. Behind a `#` that may start a comment nothing goes on.
bool joins_word(std::string_view text, std::size_t at, bool comment) {
  return !comment && text[at] == '\\' && at > 0 && at + 2 < text.size() && text[at + 1] == '\n' &&
         !is_blank(text[at - 1]) && text[at - 1] != '\\' && !is_blank(text[at + 2]);
}

/// `rm$IFS-rf`: the grammar wants `${IFS}` to see where the name ends.
bool separates(std::string_view text, std::size_t at) {
  return at > 0 && !is_blank(text[at - 1]) && text[at - 1] != '\\' && text.substr(at).starts_with("$IFS") &&
         (at + 4 >= text.size() || !is_name_byte(text[at + 4]));
}

/// A here-document with no command, which is a way to write a comment: the grammar wants somebody who reads it.
bool is_bare_document(std::string_view text, std::size_t at) {
  if (at == 0 || text[at - 1] != '\n' || !text.substr(at).starts_with("<<") || at + 3 >= text.size()) return false;
  std::size_t name = at + 2 + (text[at + 2] == '-' ? 1 : 0);
  if (name < text.size() && (text[name] == '\'' || text[name] == '"')) ++name;
  return name < text.size() && is_name_byte(text[name]);
}

}  // namespace

std::optional<JoinedText> joined_words(std::string_view text) {
  const bool breaks = text.find("\\\n") != std::string_view::npos;
  const bool bare = text.find("\n<<") != std::string_view::npos;
  if (!breaks && !bare && text.find("$IFS") == std::string_view::npos) return std::nullopt;
  JoinedText joined;
  bool changed = false, comment = false;
  const auto add = [&](std::string_view piece, std::size_t at) {
    joined.text += piece;
    joined.places.insert(joined.places.end(), piece.size(), static_cast<std::uint32_t>(at));
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    comment = text[at] == '#' || (comment && text[at] != '\n');
    if (is_bare_document(text, at)) {
      add(": ", at);
      changed = true;
    }
    if (joins_word(text, at, comment)) {
      ++at;
      changed = true;
    } else if (separates(text, at)) {
      add("${IFS}", at);
      at += 3;
      // `$IFS$9-rf`: an argument that is never given ends the name.
      const bool stopper = at + 2 < text.size() && text[at + 1] == '$' && text[at + 2] >= '1' && text[at + 2] <= '9';
      if (stopper) at += 2;
      changed = true;
    } else {
      add(text.substr(at, 1), at);
    }
  }
  joined.places.push_back(static_cast<std::uint32_t>(text.size()));
  return changed ? std::optional(std::move(joined)) : std::nullopt;
}

}  // namespace redtag::shell
