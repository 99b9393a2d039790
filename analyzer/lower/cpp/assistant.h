// What redtag-clang adds to the front end: the ways through functions that a change touches.
#pragma once

#include "clang/client.h"
#include "lower/assist.h"
#include "lower/cpp/lowering.h"
#include "lower/cpp/moves.h"
#include "lower/cpp/surroundings.h"

namespace redtag::cpp {

/// `directory` has redtag-clang, or has not. It is started at the first file that is lowered, in the process that lowers it.
class ClangAssistant final : public Assistant {
 public:
  explicit ClangAssistant(const std::string& directory) : program_(directory + "redtag-clang"), client_(program_) {}

  void gather(const ChangeSet& changes, SourceTree& before, SourceTree& after) override;
  [[nodiscard]] Assisted lower(std::span<const SourceFileView> views, const LoweringView& view) override;
  [[nodiscard]] std::vector<std::string> remarks() const override;
  [[nodiscard]] std::string absent() const override;

 private:
  void ask_about_pair(std::span<const SourceFileView> views, std::span<const Expected<Unit>> units,
                      std::span<LoweredUnit> lowered, const LoweringView& view, Assisted& result);
  void look_at_includers(std::span<const SourceFileView> views, std::span<LoweredUnit> lowered,
                         const LoweringView& view, Assisted& result);

  void look_at_moves(std::span<const SourceFileView> views, std::span<const Expected<Unit>> units,
                     std::span<LoweredUnit> lowered, const LoweringView& view, Assisted& result);
  void compare_moved(const SourceFileView& mine, const Unit& my_unit, LoweredUnit& my_side, const Move& move,
                     const LoweringView& view, Assisted& result);
  void add_distant_bodies(flow::Unit& told, const Unit& unit, const std::map<std::string, std::string>& paths,
                          const std::map<std::string, std::string>& texts) const;

  std::string program_;
  flow::Client client_;
  Surroundings surroundings_;
  Moves moves_;
};

}  // namespace redtag::cpp
