// A pack with one check, for tests.
#pragma once

#include <map>
#include <string>

#include "change/source_tree.h"
#include "check/check.h"

namespace redtag {

/// check.yaml around a `match` and what else a test wants to say; two blanks in front of its lines are the caller's.
inline std::string check_text(const std::string& match, const std::string& at, const std::string& says = "it goes",
                              const std::string& more = "", const std::string& severity = "high") {
  return "title: A title\nstacks: [terraform]\nseverity: " + severity + "\naction: destroy\nsince: \"0.1\"\n" + more +
         "match:\n" + match + "report:\n  at: " + at + "\n  says: \"" + says + "\"\n  because: b\n  instead: i\n";
}

/// The pack `house` with the files given below `checks/`, on its own.
inline Expected<CheckSet> house(std::map<Path, std::string> files) {
  std::map<Path, std::string> below;
  for (auto& [path, text] : files) below["checks/" + path] = std::move(text);
  MemoryTree tree(std::move(below));
  CheckSet set;
  RT_TRY(set.add_pack("house", tree, "checks"));
  return set;
}

}  // namespace redtag
