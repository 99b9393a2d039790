// CODEOWNERS: paths that lose the people who must review them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "gate/finding.h"
#include "gate/pattern.h"
#include "gate/readers.h"

namespace redtag {
namespace {

struct OwnerLine {
  std::string pattern;
  std::set<std::string> owners;
  std::uint32_t line = 1;
};

/// Where the hosts look, in their order: the first that is there counts.
constexpr auto github_places = std::to_array<std::string_view>({".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"});
constexpr auto gitlab_places = std::to_array<std::string_view>({"CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"});
constexpr std::size_t most_asked = 100;          ///< paths of which the trees are asked whether they go too
constexpr std::size_t most_alone = 50;           ///< paths without owners that have a finding of their own
constexpr std::size_t loaded_bytes = 3'000'000;  ///< a larger file is not loaded by the host

/// Files that the gate stands on. A folder is asked for by a file in it.
constexpr auto guarded = std::to_array<std::string_view>(
    {".redtag.yaml", ".redtag/people.yaml", ".redtag/allowed_signers", ".redtag/revoked", ".github/workflows/gate.yml",
     ".github/CODEOWNERS", "CODEOWNERS", ".gitlab-ci.yml"});

/// Lines in order; sections of one host (`[Database]`) are passed over, their entries are not.
std::vector<OwnerLine> entries_of(std::string_view text) {
  std::vector<OwnerLine> entries;
  std::uint32_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    std::string line(trim(raw.substr(0, raw.find(" #"))));
    std::replace(line.begin(), line.end(), '\t', ' ');
    if (line.empty() || line.front() == '#' || line.front() == '[' || line.front() == '^') continue;
    OwnerLine entry;
    entry.line = number;
    for (const std::string_view word : split(line, ' ')) {
      if (word.empty()) continue;
      if (entry.pattern.empty()) {
        entry.pattern = word;
      } else {
        entry.owners.emplace(word);
      }
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string plain(std::string_view pattern) {
  while (pattern.starts_with('/')) pattern.remove_prefix(1);
  while (pattern.ends_with('*') || pattern.ends_with('/')) pattern.remove_suffix(1);
  return std::string(pattern);
}

/// Who owns what a pattern names: the last entry whose pattern is the same, or a prefix of it, as the hosts say. Finding one costs a
/// look-up for each folder of the pattern.
class Ownership {
 public:
  explicit Ownership(std::string_view text) : entries_(entries_of(text)) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      last_[entries_[i].pattern] = i;
      // `*.sql` is a prefix of nothing and covers everything of that name only.
      if (entries_[i].pattern.find("*.") == std::string::npos) covering_[plain(entries_[i].pattern)] = i;
    }
  }

  [[nodiscard]] const std::vector<OwnerLine>& entries() const { return entries_; }

  [[nodiscard]] const OwnerLine* owner_of(const std::string& pattern) const {
    std::optional<std::size_t> last;
    const auto consider = [&](const auto& map, const std::string& key) {
      const auto found = map.find(key);
      if (found != map.end() && (!last || *last < found->second)) last = found->second;
    };
    consider(last_, pattern);
    std::string folder = plain(pattern);
    consider(covering_, "");
    for (std::size_t end = folder.size(); !folder.empty(); folder.resize(end)) {
      consider(covering_, folder);
      const std::size_t slash = folder.rfind('/');
      end = slash == std::string::npos ? 0 : slash;
    }
    return last ? &entries_[*last] : nullptr;
  }

 private:
  std::vector<OwnerLine> entries_;
  std::map<std::string, std::size_t> last_;      // by pattern
  std::map<std::string, std::size_t> covering_;  // by what the pattern covers all of
};

/// Does the pattern name what the gate stands on, and not merely cover it as `*` does?
bool names_gate(std::string_view pattern) {
  const std::string own = plain(pattern);
  return own.starts_with(".redtag") || own.starts_with(".github") || own.starts_with(".gitlab") ||
         own.ends_with("CODEOWNERS");
}

/// Does the pattern cover the gate itself?
bool covers_gate(std::string_view pattern) {
  return names_gate(pattern) || std::any_of(guarded.begin(), guarded.end(), [&](std::string_view path) {
           return owners_pattern_covers(pattern, path);
         });
}

/// Names and addresses of people stay where they are: a report holds a digest of them.
std::string digest(const std::set<std::string>& names) {
  if (names.empty()) return {};
  std::string all;
  for (const std::string& name : names) all += name + "\n";
  return sha256_hex(all);
}

/// What one path loses.
struct Loss {
  std::string pattern;
  std::string before, after;  ///< digests of the owners
  bool nobody = false;        ///< none is left
  bool others = false;        ///< whoever is left was none of them before
  Region region;
};

/// The file that a host reads on a side.
struct Place {
  std::string path;  ///< empty for none
  std::string text;
  const FileChange* file = nullptr;  ///< in the change; nullptr where only the base has it
};

struct Places {
  Place before, after;
  const FileChange* changed = nullptr;  ///< one of them that the change touches
  bool overridden = false;              ///< the one before still stands, and is not looked at any more

  /// The line after the change, else the one before, else the file that the change touches.
  [[nodiscard]] Region region(const OwnerLine* old_entry, const OwnerLine* new_entry) const {
    if (new_entry != nullptr && after.file != nullptr) return line_region(*after.file, Side::After, new_entry->line);
    if (old_entry != nullptr && before.file != nullptr && before.file->before_path == before.path)
      return line_region(*before.file, Side::Before, old_entry->line);
    return line_region(*changed, changed->after_path ? Side::After : Side::Before, 1);
  }
};

/// The last line that covers a path decides, as on the hosts.
const OwnerLine* deciding(const std::vector<OwnerLine>& entries, std::string_view path) {
  const OwnerLine* last = nullptr;
  for (const OwnerLine& entry : entries) {
    if (owners_pattern_covers(entry.pattern, path)) last = &entry;
  }
  return last;
}

/// What the gate stands on and nobody owns any more, whatever the pattern that does it.
void guarded_losses(const Places& places, const std::vector<OwnerLine>& before, const std::vector<OwnerLine>& after,
                    std::vector<Loss>& losses) {
  for (const std::string_view path : guarded) {
    const OwnerLine* old_entry = deciding(before, path);
    const OwnerLine* new_entry = deciding(after, path);
    if (old_entry == nullptr || old_entry->owners.empty() || (new_entry != nullptr && !new_entry->owners.empty()))
      continue;
    const bool told = std::any_of(losses.begin(), losses.end(), [&](const Loss& loss) {
      return loss.nobody && owners_pattern_covers(loss.pattern, path);
    });
    if (!told)
      losses.push_back(
          {std::string(path), digest(old_entry->owners), {}, true, true, places.region(old_entry, new_entry)});
  }
}

/// The trees of a change; nullptr where nobody knows them.
struct TreesView {
  SourceTree* before = nullptr;
  SourceTree* after = nullptr;
};

/// Whether a pattern names a file or folder that goes with the change: nobody has to look at what is gone.
bool goes_too(std::string_view pattern, const TreesView& trees) {
  while (pattern.starts_with('/')) pattern.remove_prefix(1);
  while (pattern.ends_with('*') || pattern.ends_with('/')) pattern.remove_suffix(1);
  const bool one_place =
      pattern.find('/') != std::string_view::npos && pattern.find_first_of("*?[") == std::string_view::npos;
  if (!one_place || trees.before == nullptr || trees.after == nullptr) return false;
  const auto stands = [&](SourceTree& tree) { return !tree.list(pattern).empty() || tree.read(pattern).has_value(); };
  return stands(*trees.before) && !stands(*trees.after);
}

std::vector<Loss> losses_of(const Places& places, const Ownership& before, const Ownership& after,
                            const TreesView& trees) {
  std::vector<Loss> losses;
  std::set<std::string> asked;
  std::vector<std::string> patterns;
  for (const Ownership* side : {&before, &after}) {
    for (const OwnerLine& entry : side->entries()) {
      if (asked.insert(entry.pattern).second) patterns.push_back(entry.pattern);
    }
  }
  std::size_t asked_trees = 0, nobody = 0, others_told = 0;
  for (const std::string& pattern : patterns) {
    const OwnerLine* old_entry = before.owner_of(pattern);
    const OwnerLine* new_entry = after.owner_of(pattern);
    if (old_entry == nullptr) continue;
    const std::set<std::string> now = new_entry == nullptr ? std::set<std::string>() : new_entry->owners;
    const std::set<std::string>& was = old_entry->owners;
    if (std::includes(now.begin(), now.end(), was.begin(), was.end())) continue;
    const bool others =
        std::none_of(was.begin(), was.end(), [&](const std::string& one) { return now.count(one) > 0; });
    // People come and go, and one of theirs, or whoever took over from them, still has to look. Who looks at the gate itself is told, and
    // so is a line that takes a path from the line that was meant for it.
    const bool handed_on = !others || (new_entry != nullptr && new_entry->pattern == old_entry->pattern);
    if (!now.empty() && handed_on && !places.overridden && !names_gate(pattern)) continue;
    // Beyond that a path counts as one that stays, and is told.
    if (asked_trees++ < most_asked && goes_too(pattern, trees)) continue;
    // Finding a line's place costs a walk through the file, and only those that are told one by one need theirs.
    const bool first = now.empty() ? nobody++ <= 4 * most_alone : others_told++ == 0;
    const Region region =
        first || covers_gate(pattern) || places.overridden ? places.region(old_entry, new_entry) : Region{};
    losses.push_back({pattern, digest(was), digest(now), now.empty(), others, region});
  }
  guarded_losses(places, before.entries(), after.entries(), losses);
  return losses;
}

GateFinding finding_about(const Loss& loss) {
  GateFinding made;
  made.rule = "redtag/weaken-owners";
  // What nobody owns any more nobody is asked about.
  made.severity = loss.nobody ? covers_gate(loss.pattern) ? Severity::High : Severity::Medium
                  : loss.others && names_gate(loss.pattern) ? Severity::Medium
                                                            : Severity::Low;
  made.entity = fmt::format("CODEOWNERS:{}", loss.pattern);
  made.change = loss.nobody ? "no owners" : "fewer owners";
  made.says = fmt::format("{} {}", loss.pattern,
                          loss.nobody   ? "has no owner any more"
                          : loss.others ? "is taken from those who owned it"
                                        : "loses owners; others remain");
  made.because = "the last entry that covers a path decides, also if it names nobody";
  made.instead = "name who reviews these paths now";
  made.before_text = loss.before;
  made.after_text = loss.after;
  made.region = loss.region;
  return made;
}

/// The file that counts on a side.
template <std::size_t N>
Place place_on(const std::array<std::string_view, N>& order, const ChangeSet& changes, SourceTree* base, Side side) {
  for (const std::string_view path : order) {
    Place place{std::string(path), {}, nullptr};
    bool touched = false, there = false;
    for (const FileChange& file : changes.files) {
      if (file.is_context()) continue;
      const bool moved_away = is_at(file, Side::Before, path) && file.status != ChangeStatus::Copied;
      touched = touched || moved_away || is_at(file, Side::After, path);
      if (!is_at(file, side, path)) continue;
      there = true;
      place.file = &file;
      place.text = text_on(file, side);
    }
    if (!touched && base != nullptr) {
      if (auto text = base->read(path)) {
        there = true;
        place.text = std::move(*text);
      }
    }
    if (!there) continue;
    if (place.text.size() > loaded_bytes) place.text.clear();
    return place;
  }
  return {};
}

/// Losses that make one finding.
class Together {
 public:
  void add(const Loss& loss, GateFinding made) {
    if (!first_) {
      first_ = std::move(made);
      return;
    }
    ++further_;
    first_->before_text += loss.pattern + loss.before;
    first_->after_text += loss.after;
  }
  void tell(std::vector<Finding>& findings) {
    if (!first_) return;
    if (further_ > 0) first_->says += fmt::format(" (and {} path{} more)", further_, further_ == 1 ? "" : "s");
    findings.push_back(finding_of(std::move(*first_)));
  }

 private:
  std::optional<GateFinding> first_;
  std::size_t further_ = 0;
};

void read_places(const Places& places, const TreesView& trees, std::vector<Finding>& findings) {
  Together fewer;   // somebody leaves, and a dozen lines change
  Together nobody;  // more paths without owners than anybody reads one by one
  std::size_t alone = 0;
  for (const Loss& loss : losses_of(places, Ownership(places.before.text), Ownership(places.after.text), trees)) {
    GateFinding made = finding_about(loss);
    // A file that a host looks at first makes the one that is still there say nothing.
    if (places.overridden && alone < most_alone) {
      ++alone;
      made.severity = Severity::High;
      made.says += fmt::format("; {} takes the place of {}, which stays", places.after.path, places.before.path);
      findings.push_back(finding_of(std::move(made)));
      continue;
    }
    if (!loss.nobody)
      fewer.add(loss, std::move(made));
    else if (made.severity < Severity::High && alone++ >= most_alone)
      nobody.add(loss, std::move(made));
    else
      findings.push_back(finding_of(std::move(made)));
  }
  fewer.tell(findings);
  nobody.tell(findings);
}

}  // namespace

void read_owners(const ChangeSet& changes, SourceTree* base, std::vector<Finding>& findings) {
  const FileChange* changed = nullptr;
  for (const FileChange& file : changes.files) {
    const auto owns = [&](const std::optional<Path>& path) {
      return path && path->ends_with("CODEOWNERS") &&
             (std::find(github_places.begin(), github_places.end(), *path) != github_places.end() ||
              std::find(gitlab_places.begin(), gitlab_places.end(), *path) != gitlab_places.end());
    };
    if (file.is_context() || (!owns(file.before_path) && !owns(file.after_path))) continue;
    // Parts of a file say nothing about which of its lines decides.
    if (file.before.kind == ImageKind::Partial || file.after.kind == ImageKind::Partial) return;
    changed = &file;
  }
  if (changed == nullptr) return;
  const auto places_of = [&](const auto& order) {
    Places places{place_on(order, changes, base, Side::Before), place_on(order, changes, base, Side::After), changed,
                  false};
    const bool left = std::any_of(changes.files.begin(), changes.files.end(), [&](const FileChange& file) {
      return is_at(file, Side::Before, places.before.path) && !is_at(file, Side::After, places.before.path) &&
             file.status != ChangeStatus::Copied;
    });
    places.overridden = !places.after.path.empty() && places.after.path != places.before.path && !left;
    return places;
  };
  std::optional<ChangedTree> changed_tree;
  if (base != nullptr) changed_tree.emplace(*base, changes, Side::After);
  const TreesView trees{base, changed_tree ? &*changed_tree : nullptr};
  const Places github = places_of(github_places), gitlab = places_of(gitlab_places);
  if (!github.before.path.empty()) read_places(github, trees, findings);
  const bool same = github.before.path == gitlab.before.path && github.after.path == gitlab.after.path;
  // One host's order only matters where the repository has a file at its own place.
  const bool own = gitlab.before.path.starts_with(".gitlab/") || gitlab.after.path.starts_with(".gitlab/");
  if (!same && own && !gitlab.before.path.empty()) read_places(gitlab, trees, findings);
}

}  // namespace redtag
