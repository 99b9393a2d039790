// Whether a change's own words name what it does.
//
// Words are the author's, so they never lower anything: an announced deletion is a deletion. They tell the reviewer whether to ask,
// and what a change hides behind a small claim. Words are rows of checks/provenance/intent.tsv.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "change/change.h"

namespace redtag {

/// What a text would have to name. `action` is a row's kind in the table (`destroy`, `replace` …).
struct IntentQuestion {
  std::string entity;        ///< canonical address, or what runs
  std::string entity_class;  ///< `database`; may be empty
  std::string_view action;
  std::vector<Path> paths;  ///< of the file, on every side that it has
};

enum class Announcement : std::uint8_t {
  NoText,        ///< nobody said anything
  Announced,     ///< a text names the entity, or its type and the action
  Unannounced,   ///< no text does
  Contradicted,  ///< every text claims something small, and none names entity, type or action
};

/// The words of a change, read once for all its findings: of the texts given with it if there are any, else of its commits' messages.
/// Of each the first 64 KiB count, and of the commits the first thousand.
class ChangeWords {
 public:
  explicit ChangeWords(const ChangeSet& changes);
  /// What the texts say that concern the paths: commits that touch one of them (all commits, where it is not known what they touch).
  [[nodiscard]] Announcement announcement(const IntentQuestion& question) const;

 private:
  struct Text {
    std::vector<std::string> words;
    std::vector<Path> paths;  // sorted; empty: concerns everything
    bool small = false;       // it claims to be something small
  };
  void add(std::string_view message, std::vector<Path> paths);

  std::vector<Text> texts_;
};

/// What that means, for the reviewer; empty where there is nothing to say.
[[nodiscard]] std::string_view announcement_sentence(Announcement announcement);

}  // namespace redtag
