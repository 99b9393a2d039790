// What a manifest, a directory of manifests or a kustomization brings in, read from the tree of its side.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "change/source_tree.h"
#include "facts/facts.h"

namespace redtag::kustomize {

struct Included {
  std::string type;  ///< of the weightiest object; empty where nothing could be read
  int weight = -1;
  bool found = false;             ///< there is something at that place
  bool workload = false;          ///< one of the objects has a selector that cannot change
  bool data = false;              ///< one of the objects holds data or an identity
  std::set<std::string> objects;  ///< `apps/StatefulSet/orders`, the first few dozen
  std::set<std::string> weighty;  ///< those whose loss is high, or that hold data
  std::set<std::string> spaces;   ///< namespaces that the objects name; an empty one for an object that names none
};

/// What stands for a directory that has no kustomization.
enum class Plain : std::uint8_t {
  Nothing,  ///< nothing, as kustomize has it
  Files,    ///< its manifests
  Tree,     ///< those below it as well
};

/// How a directory is read that has no kustomization.
struct Reading {
  Plain plain = Plain::Nothing;
  std::string include;  ///< files that this covers alone, below the directory: `{a.yaml,b/*}`; empty for all
  std::string exclude;  ///< and none that this covers
  auto operator<=>(const Reading&) const = default;
};

/// Borrows everything; remembers what it has read, and reads at most a few hundred files.
class Contents {
 public:
  Contents(SourceTree& tree, const FactTables& facts) : tree_(tree), facts_(facts) {}

  const Included& at(const std::string& path, const Reading& how = {});

 private:
  [[nodiscard]] std::optional<std::string> read(const std::string& path);
  static void join(const Included& from, Included& into);
  void collect(const std::string& path, Included& into, std::size_t level);
  void collect_files(const std::string& directory, const Reading& how, Included& into);
  void follow(const std::string& directory, const std::string& text, Included& into, std::size_t level);
  void add_objects(const std::string& text, Included& into);

  SourceTree& tree_;
  const FactTables& facts_;
  std::map<std::pair<std::string, Reading>, Included> known_;
  std::map<std::string, Included> read_;
  std::size_t files_ = 0;
};

}  // namespace redtag::kustomize
