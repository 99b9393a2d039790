// Blocks and attributes of HCL, before they are declared as anything.
#pragma once

#include <string>
#include <vector>

#include "lower/terraform/expression.h"

namespace redtag::terraform {

/// A string in which another language stands, read but not yet lowered.
struct Script {
  std::string attribute;
  FlatText text;
  ByteRange bytes;      ///< in the image
  bool marked = false;  ///< it opens with `#!` and a shell
  bool configuration = false;  ///< it is no script: blocks that the tool writes beside the configuration
};

/// A script with what is known of the place it stands in.
struct PlacedScript {
  Script script;
  std::string place;  ///< `local-exec`, or the attribute
  bool on_destroy = false;
  std::vector<std::pair<std::string, std::string>>
      around;  ///< what the provisioner says beside it; variables begin with `$`
};

/// One block as written.
struct Block {
  std::string keyword;
  std::vector<Value> labels;
  std::vector<Entry> entries;
  std::vector<PlacedScript> scripts;  ///< of all blocks inside, too
  Region region;
  Region header;  ///< keyword to last label
};

/// Reads the statements of one text. Borrows the source.
class BlockReader {
 public:
  BlockReader(const SourceView& source, std::vector<Gap>& gaps)
      : source_(source), gaps_(gaps), expressions_(source_, gaps) {}

  /// The block under the cursor.
  [[nodiscard]] Block read_block(syntax::Cursor& at, unsigned depth);
  /// The attribute under the cursor; a script in it is added to `scripts`.
  [[nodiscard]] Entry read_attribute(syntax::Cursor& at, unsigned depth, std::vector<PlacedScript>& scripts);
  /// The value of any expression or object under the cursor.
  [[nodiscard]] Value read_value(syntax::Cursor& at) { return expressions_.read(at, 0, StringUse::Plain); }

 private:
  void read_body(syntax::Cursor& at, unsigned depth, Block& block);
  [[nodiscard]] unsigned enter_encoding(syntax::Cursor& at) const;
  void read_script(syntax::Cursor& at, unsigned depth, const std::string& attribute,
                   std::vector<PlacedScript>& scripts);

  SourceView source_;
  std::vector<Gap>& gaps_;
  ExpressionReader expressions_;
};

/// A nested block as an entry of the block around it: labels come first, as entries called `label`.
[[nodiscard]] Entry as_entry(Block block);
/// Decides what the scripts of a finished block are: those of a provisioner are kept if a shell runs them.
void place_scripts(Block& block);
/// Moves the scripts of a nested block to the one around it.
void hand_up_scripts(Block& from, Block& to);

}  // namespace redtag::terraform
