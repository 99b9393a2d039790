// Blocks as what they declare: resources, modules, settings, state, providers, moves.
#pragma once

#include "lower/terraform/block.h"

namespace redtag::terraform {

/// Declares blocks and attributes of the top of one file. Borrows everything.
class Declarer {
 public:
  Declarer(const SourceFileView& file, const LoweringView& view, Model& model)
      : file_(file), view_(view), model_(model) {}

  void declare(Block block);
  /// A line of a variable file, or of a file of another tool that is written in HCL.
  void declare(Entry attribute);
  /// False once the file has more entities than anybody declares; the rest is a gap that the caller notes.
  [[nodiscard]] bool has_room() const;

 private:
  Resource& add(Resource resource);
  void declare_named(Block block);
  void declare_locals(Block block);
  void declare_settings(Block block);
  void declare_provider(Block block);
  void declare_move(Block block);
  void embed_scripts(const std::vector<PlacedScript>& scripts, const std::string& owner);

  const SourceFileView& file_;
  const LoweringView& view_;
  Model& model_;
};

/// Adds the safeguard that a `lifecycle` block sets up, if it does; `attributes` may be evaluated or not.
void note_lifecycle(const Resource& resource, Model& model);

}  // namespace redtag::terraform
