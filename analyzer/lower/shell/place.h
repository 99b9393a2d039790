// What kind of place a path names, and what it names when a part of it is empty.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lower/shell/scope.h"

namespace redtag::shell {

enum class Place : std::uint8_t {
  Root,        ///< `/`, `/*`, a drive
  System,      ///< `/usr`, `/var/lib`, `/home` … as a whole
  Home,        ///< the user's home as a whole
  Data,        ///< where programs keep what cannot be made again
  Kept,        ///< below a directory for what is to stay there, with a name that says nothing
  Device,      ///< a disk or partition
  SystemFile,  ///< a file without which the machine does not start or lets nobody in
  Here,        ///< the working directory as a whole
  Above,       ///< `..` and up
  Temporary,
  Product,  ///< build output, caches, package lists: made again by running something
  Created,  ///< made earlier by the same script
  Ordinary,
  Unknown,  ///< begins with something that is not known
};

/// True where nothing is lost.
[[nodiscard]] bool is_harmless(Place place);
/// True where everything of a kind is lost.
[[nodiscard]] bool is_everything(Place place);

/// Paths and things that the script itself makes.
struct Creations {
  struct Maker {
    std::size_t command;
    BlockId procedure;  ///< what another function makes may never have been made
  };
  std::map<std::string, std::vector<Maker>> made;  ///< path or variable as written → the commands that make it
  struct Link {
    std::size_t command;
    Reading target;
    bool whole = false;   ///< mounted: what stands at the path itself is the other place too
    bool inside = false;  ///< for what the command itself runs: a container that it starts
  };
  std::map<std::string, std::vector<Link>> links;  ///< path → where `ln -s` or `mount --bind` lets it lead

  void add(const Script& script, std::string name, std::size_t command);
  /// True if it is made before that command in the same procedure, or by the script before it calls anything.
  [[nodiscard]] bool made_before(const Script& script, const std::string& name, std::size_t command) const;
  /// The path that is meant where a part of it leads elsewhere; nullopt where nothing does.
  [[nodiscard]] std::optional<Reading> behind_link(const Reading& reading, const Script& script,
                                                   std::size_t command) const;
};

[[nodiscard]] Place place_of(const Reading& reading, const Script& script, const Creations& created,
                             std::size_t command);

/// What goes when a hole turns out to be empty.
enum class IfEmpty : std::uint8_t {
  Nothing,    ///< no hole can be empty, or then nothing is named
  Checked,    ///< the operand as a whole can be empty: nobody checked it
  Parent,     ///< the directory above what is meant
  Everything  ///< a root
};
[[nodiscard]] IfEmpty if_empty(const Reading& reading);

/// The path without doubled slashes, `.` components and a trailing `/` or `/*`.
[[nodiscard]] std::string tidy_path(std::string_view path);

}  // namespace redtag::shell
