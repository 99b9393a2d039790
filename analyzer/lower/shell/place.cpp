#include "lower/shell/place.h"

#include <algorithm>

#include "base/text.h"
#include "lower/shell/vocabulary.h"

namespace redtag::shell {

namespace {

/// Stands for a piece that is not known; no path holds it.
constexpr char hole_mark = '\x03';

bool below(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

bool below_any(std::string_view path, List list) {
  const auto all = listed(list);
  return std::any_of(all.begin(), all.end(), [&](std::string_view directory) { return below(path, directory); });
}

/// A component without its glob characters: `build*` is `build`.
std::string bare(std::string_view component) {
  std::string name = lower_ascii(component);
  std::erase_if(name, [](char c) { return c == '*' || c == '?' || c == hole_mark; });
  return name;
}

bool names_product(std::string_view path) {
  for (const std::string_view component : split(path, '/')) {
    const std::string name = bare(component);
    if (name.empty()) continue;
    if (is_listed(List::Product, name)) return true;
  }
  const std::string last = bare(path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1));
  return ends_as_listed(List::ProductEnding, last);
}

bool names_data(std::string_view path) {
  const std::string last = bare(path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1));
  if (is_listed(List::DataName, last)) return true;
  return ends_as_listed(List::DataEnding, last);
}

/// `/var/old-backups/2023`: a folder that says it keeps copies, with all that is below it.
bool names_backup(std::string_view path) {
  if (below(path, "/usr") || below(path, "/etc")) return false;  // there it is a program or its settings
  const std::vector<std::string_view> components = split(path, '/');
  for (std::size_t i = 0; i < components.size(); ++i) {
    const std::string name = lower_ascii(components[i]);
    const bool folder = i + 1 < components.size() || name.find('.') == std::string::npos;
    if (folder && name.find("backup") != std::string::npos) return true;
  }
  return false;
}

/// The path with holes as marks, `~` and `$HOME` as `~`.
std::string pattern_of(const Reading& reading) {
  std::string pattern;
  for (const Piece& piece : reading) {
    if (piece.hole == Hole::None) {
      pattern += piece.text;
    } else if (piece.text == "$HOME" && pattern.empty()) {
      pattern += '~';
    } else if (piece.text == "$PWD" && pattern.empty()) {
      pattern += '.';
    } else {
      pattern += hole_mark;
    }
  }
  return pattern;
}

bool is_system_file(std::string_view path) {
  const bool drive = path.size() > 3 && path[1] == ':' && path[2] == '/';
  return is_listed(List::SystemFile, drive ? lower_ascii(path.substr(2)) : std::string(path));
}

Place place_of_path(const std::string& path) {
  if (path == "/" || path.empty()) return Place::Root;
  if (path.size() <= 3 && path.size() > 1 && path[1] == ':') return Place::Root;
  if (path.size() > 3 && path[1] == ':' && path[2] == '/' &&
      is_listed(List::DriveSystemDirectory, lower_ascii(path.substr(3))))
    return Place::System;
  if (path == "~") return Place::Home;
  if (is_system_file(path)) return Place::SystemFile;
  if (path == ".") return Place::Here;
  if (path == ".." || path.ends_with("/..")) return Place::Above;
  if (is_listed(List::SystemDirectory, path)) return Place::System;
  if (below(path, "/home") && std::count(path.begin(), path.end(), '/') == 2) return Place::Home;
  if (path.starts_with("/dev/") && !below(path, "/dev/shm"))
    return below_any(path, List::CharacterDevice) ? Place::Temporary : Place::Device;
  if (below_any(path, List::TemporaryDirectory)) return Place::Temporary;
  if (below_any(path, List::CacheDirectory)) return Place::Product;
  if (below_any(path, List::DataDirectory)) return Place::Data;
  const bool drive = path.size() > 3 && path[1] == ':' && path[2] == '/';
  const bool absolute = path[0] == '/' || drive;
  // A relative `data` is as often a folder of fixtures; one in a system is what its name says.
  if (absolute && names_backup(path)) return Place::Data;
  if (names_data(path) || (absolute && (lower_ascii(path).ends_with("/data") || path.ends_with(".db"))))
    return Place::Data;
  // `$DESTDIR/usr/bin`: the system, if nothing stands in front of it.
  if (path[0] == hole_mark && is_listed(List::SystemDirectory, path.substr(1))) return Place::Unknown;
  // `bin` and `out` name products in a project; in a system they are where it lives.
  if ((!absolute || !path.starts_with("/usr")) && names_product(path)) return Place::Product;
  if (path[0] == hole_mark) return Place::Unknown;
  // `~/bwdata`
  const std::string_view last = std::string_view(path).substr(path.rfind('/') + 1);
  const bool own = path.starts_with("~/") && last.ends_with("data") && last[0] != '.';
  return own || below_any(path, List::KeptDirectory) ? Place::Kept : Place::Ordinary;
}

bool is_made(const std::string& path, const Script& script, const Creations& created, std::size_t command) {
  for (std::string above = path; !above.empty() && above != "/" && above != ".";) {
    if (created.made_before(script, above, command)) return true;
    const std::size_t slash = above.rfind('/');
    if (slash == std::string::npos) break;
    above.resize(slash);
  }
  return false;
}

}  // namespace

void Creations::add(const Script& script, std::string name, std::size_t command) {
  std::vector<Maker>& makers = made[std::move(name)];
  const BlockId procedure = procedure_of(script, script.commands[command].block);
  const bool known =
      std::any_of(makers.begin(), makers.end(), [&](const Maker& maker) { return maker.procedure == procedure; });
  if (!known) makers.push_back({command, procedure});
}

bool Creations::made_before(const Script& script, const std::string& name, std::size_t command) const {
  const auto found = made.find(name);
  if (found == made.end()) return false;
  const BlockId procedure = procedure_of(script, script.commands[command].block);
  return std::any_of(found->second.begin(), found->second.end(), [&](const Maker& maker) {
    // A trap is written before what it cleans up is made.
    const bool trap = script.blocks[procedure.value].name == "trap";
    return (maker.command < command || trap) && (maker.procedure == procedure || maker.procedure.value == 0 || trap);
  });
}

std::optional<Reading> Creations::behind_link(const Reading& reading, const Script& script, std::size_t command) const {
  if (links.empty()) return std::nullopt;
  std::string text = text_of(reading);
  while (text.starts_with("./")) text.erase(0, 2);
  for (const auto& [path, all] : links) {
    if (!text.starts_with(path)) continue;
    const std::string_view behind = std::string_view(text).substr(path.size());
    const auto link = std::find_if(all.rbegin(), all.rend(), [&](const Link& each) {
      if (!each.inside) return each.command < command;
      const ByteRange outer = script.commands[each.command].region.bytes, inner = script.commands[command].region.bytes;
      return each.command <= command && outer.begin <= inner.begin && inner.end <= outer.end;
    });
    // The link itself goes, and nothing else, where no slash follows.
    if (link == all.rend() || (behind.empty() ? !link->whole : behind[0] != '/')) continue;
    Reading meant = link->target;
    Piece rest;
    rest.text = std::string(behind);
    rest.glob = behind.find('*') != std::string_view::npos;
    if (!behind.empty()) meant.push_back(std::move(rest));
    return meant;
  }
  return std::nullopt;
}

bool is_harmless(Place place) {
  return place == Place::Temporary || place == Place::Product || place == Place::Created;
}

bool is_everything(Place place) {
  return place == Place::Root || place == Place::System || place == Place::Home || place == Place::Above ||
         place == Place::Device;
}

/// Takes away the last component, where it is a name that is known. A link could lead elsewhere; nobody writes `..` for that.
static bool step_back(std::string& tidy, bool absolute) {
  if (tidy.empty() || tidy == "/") return absolute;
  const std::size_t slash = tidy.rfind('/');
  const std::string_view last = std::string_view(tidy).substr(slash == std::string::npos ? 0 : slash + 1);
  if (last == ".." || last == "~" || last.find_first_of("*?$~\x01\x03") != std::string_view::npos) return false;
  tidy.resize(slash == std::string::npos ? 0 : slash);
  return true;
}

std::string tidy_path(std::string_view path) {
  std::string tidy;
  const bool absolute = path.starts_with('/');
  for (const std::string_view component : split(path, '/')) {
    if (component.empty() || component == ".") continue;
    if (component == ".." && step_back(tidy, absolute)) continue;
    if (!tidy.empty() || absolute) tidy += '/';
    tidy += component;
  }
  for (const std::string_view tail : {"/*", "/.*", "/**", "/.[!.]*", "/{,.}*"}) {
    if (tidy.ends_with(tail)) tidy.resize(tidy.size() - tail.size());
  }
  if (tidy.empty()) return absolute ? "/" : path.empty() ? "" : ".";
  if (tidy == "*" || tidy == ".*" || tidy == "**") return ".";
  return tidy;
}

Place place_of(const Reading& reading, const Script& script, const Creations& created, std::size_t command) {
  if (reading.empty()) return Place::Unknown;
  if (reading.front().hole == Hole::Temporary) return Place::Temporary;
  if (is_made(tidy_path(text_of(reading)), script, created, command)) return Place::Created;
  const std::string pattern = tidy_path(pattern_of(reading));
  if (pattern.empty()) return Place::Unknown;
  const Place place = place_of_path(pattern);
  if (place == Place::Unknown && reading.size() == 1 && is_listed(List::DataVariable, reading.front().text))
    return Place::Data;
  return place;
}

IfEmpty if_empty(const Reading& reading) {
  std::size_t holes = 0;
  Reading left;
  for (const Piece& piece : reading) {
    if (piece.hole != Hole::None && piece.maybe_empty) {
      ++holes;
    } else {
      left.push_back(piece);
    }
  }
  if (holes == 0) return IfEmpty::Nothing;
  const std::string rest = pattern_of(left);
  if (rest.empty()) {
    // Two values side by side: one of them alone can be the directory above.
    return holes > 1 && reading.size() == holes ? IfEmpty::Parent : IfEmpty::Checked;
  }
  const Place place = place_of_path(tidy_path(rest));
  if (place == Place::Root || place == Place::System || place == Place::Home) return IfEmpty::Everything;
  if (place == Place::Temporary || place == Place::Product) return IfEmpty::Nothing;
  if (place == Place::Ordinary && rest.starts_with("/") && !rest.ends_with("/")) return IfEmpty::Nothing;
  const bool last = reading.back().hole != Hole::None && reading.back().maybe_empty;
  return last || rest.ends_with("/") || rest.ends_with("/*") ? IfEmpty::Parent : IfEmpty::Checked;
}

}  // namespace redtag::shell
