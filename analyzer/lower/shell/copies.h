// Copies that a script makes and the commands that they stand in front of: one counts where what it copies, or a dump of anything, is
// there before something goes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "lower/shell/operation.h"

namespace redtag::shell {

class Copies {
 public:
  /// A copy that a line makes, with what it is made of where that is known.
  void add(const LineView& line, const Operation& backup);
  /// A mirror to another place, whatever that is called; it counts only for what it copies.
  void add_mirror(const LineView& line);
  /// Something that goes, in the order of commands.
  void lose(std::size_t command, const Operation& operation);
  /// One safeguard for each copy that counts.
  [[nodiscard]] std::vector<Safeguard> safeguards(const std::string& address) const;

 private:
  struct Copy {
    std::size_t command;
    std::vector<std::string> sources;  ///< empty for a dump: of what is for the program to know
    std::string text;
    Region region;
  };
  struct Loss {
    std::size_t command;
    std::string target;
  };
  [[nodiscard]] bool counts(const Copy& copy) const;

  std::vector<Copy> copies_;
  std::vector<Loss> losses_;
};

}  // namespace redtag::shell
