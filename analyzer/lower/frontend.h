// The seam between a stack and everything else: one row of function pointers for each front end.
//
//   parent                      child (forked, limited)          parent
//   wants(): context files ──>  lower(): one text → Model   ──>  link(): evaluate across files, fill addresses
//
// `lower` runs grammars' C code and may crash or be cut off; it sees one file. `link` is ours alone and sees all lowered
// files of one side of its stack.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "change/source_tree.h"
#include "facts/facts.h"
#include "model/model.h"

namespace redtag {

namespace syntax {
class Twin;
}

/// One text to lower. Views the image's text, which outlives the call.
struct SourceFileView {
  FileId file;
  Side side = Side::After;
  std::string_view path;
  std::string_view text;
  std::uint32_t offset =
      0;                 ///< where `text` starts in the image; regions are offset by it (windows of a partial image)
  bool partial = false;  ///< a window of a partial image: the text may start and end in the middle of anything
  syntax::Twin* twin =
      nullptr;  ///< hand it to Tree::parse with the text as it stands: unchanged parts of two images are parsed once
};

/// One lowered file, as link sees it.
struct LoweredFile {
  FileId file;
  Side side = Side::After;
  std::string path;
  bool context = false;
  bool partial = false;
  Model model;
};

/// What a front end may look at besides the text. Borrows everything.
struct LoweringView {
  const FactTables& facts;
  unsigned depth = 0;  ///< how many languages this text is nested in; embed() refuses over 8
};

struct Frontend {
  Stack stack;
  /// Lowers one text. Never fails: what cannot be read is a Gap in the model.
  Model (*lower)(const SourceFileView& file, const LoweringView& view);
  /// Paths of unchanged files on one side that would be evidence, given the files lowered so far. Called again with what
  /// it asked for until it asks for nothing new. May be nullptr. Deterministic; `tree` is that side.
  std::vector<Path> (*wants)(std::span<const LoweredFile> files, SourceTree& tree);
  /// Makes one side's models of this stack whole: evaluates, resolves addresses. May be nullptr.
  void (*link)(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);
};

/// The front end of a stack, or nullptr. frontends.cpp is the one table of them.
[[nodiscard]] const Frontend* find_frontend(Stack stack);

/// Lowers a text of another language that stands inside `host` at `bytes` (offsets in host's image). `text` is what the inner
/// language sees; `map` gives for each byte of `text` its offset in the image, and has text.size() + 1 elements (empty: text is
/// verbatim at `bytes.begin`). Results are as certain as `certainty` at most.
[[nodiscard]] Model embed(Stack inner, const SourceFileView& host, std::string_view text, ByteRange bytes,
                          std::span<const std::uint32_t> map, Certainty certainty, const LoweringView& view);

}  // namespace redtag
