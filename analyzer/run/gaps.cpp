#include "run/gaps.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "base/text.h"
#include "stack/commands.h"

namespace redtag {

namespace {

constexpr std::string_view gap_rule_id = "redtag/not-analysed";

// Stems that stand in the vocabulary of every stack that can destroy. Declarative text destroys by leaving something out, so
// there the words that declare count as well.
constexpr std::array destructive_stems = std::to_array<std::string_view>(
    {"delete",    "destroy", "drop",  "truncate", "remove", "purge",  "wipe",    "erase", "rm ",  "terminate",
     "overwrite", "reset",   "force", "revoke",   "grant",  "detach", "disable", "shred", "mkfs", "dd "});
constexpr std::array declaring_stems =
    std::to_array<std::string_view>({"resource", "module", "count", "for_each", "protect", "lifecycle"});

// An object goes when its head goes; what stands below one is settings, whatever words they use.
constexpr std::array heading_stems = std::to_array<std::string_view>({"kind:", "apiversion:", "\"kind\"", "metadata:"});
// What else an object depends on: the line that parts it from its neighbour, and its name (a renamed object is another one).
constexpr std::array parting_stems = std::to_array<std::string_view>({"---", "name:", "namespace:"});
// What encloses an object in a template decides whether it is there at all.
constexpr std::array enclosing_directives =
    std::to_array<std::string_view>({"if", "else", "end", "range", "with", "define", "block"});

bool declares_objects(Stack stack) { return stack == Stack::Kubernetes || stack == Stack::Helm; }

/// Does a template directive of `text` start with one of the enclosing words?
bool encloses(std::string_view text) {
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 2)) {
    const std::size_t begin = text.find_first_not_of("{- \t", at);
    if (begin == std::string_view::npos) return false;
    const std::string_view word =
        text.substr(begin, text.find_first_not_of("abcdefghijklmnopqrstuvwxyz", begin) - begin);
    if (std::find(enclosing_directives.begin(), enclosing_directives.end(), word) != enclosing_directives.end())
      return true;
  }
  return false;
}

/// `lowered` in small letters.
bool heads_object(std::string_view lowered) {
  return std::any_of(heading_stems.begin(), heading_stems.end(),
                     [&](std::string_view stem) { return lowered.find(stem) != std::string_view::npos; });
}

bool may_destroy(std::string_view text, Stack stack) {
  const std::string lowered = lower_ascii(text);
  const auto occurs = [&](std::string_view stem) { return lowered.find(stem) != std::string::npos; };
  if (declares_objects(stack)) return heads_object(lowered);
  if (std::any_of(destructive_stems.begin(), destructive_stems.end(), occurs)) return true;
  return stack == Stack::Terraform && std::any_of(declaring_stems.begin(), declaring_stems.end(), occurs);
}

LineRange lines_of(const Region& region, const LineIndex& index) {
  const std::uint32_t last = region.bytes.end > region.bytes.begin ? region.bytes.end - 1 : region.bytes.begin;
  return {index.line_of(region.bytes.begin), index.line_of(last)};
}

/// A configuration, or a file of variables, that was no text before the change, or was not there, and is none after it: its own tool
/// refuses it as it stands, so somebody keeps it encrypted and reads it elsewhere (git-crypt). One that becomes unreadable, or goes, is
/// another matter.
bool is_sealed(const FileChange& file, Stack stack) {
  const bool values =
      stack == Stack::Shell && file.after_path && command_file(*file.after_path, {}) == CommandFile::Environment;
  const bool declares = values || stack == Stack::Terraform || declares_objects(stack) || stack == Stack::Kustomize;
  const bool stood = file.before_path && file.before.kind != ImageKind::None;
  return declares && file.after.kind == ImageKind::Binary && (!stood || file.before.kind == ImageKind::Binary);
}

/// The lines of one side that the change removed or added.
std::string changed_lines(const FileChange& file, Side side) {
  const std::string& text = file.image(side).text;
  const LineIndex index(text);
  const LineMap map(file);
  std::string changed;
  for (std::uint32_t line = 1; line <= index.count(); ++line)
    if (map.changed(side, line))
      changed.append(text, index.start_of(line), index.start_of(line + 1) - index.start_of(line));
  return changed;
}

/// Is a file that was unread before and is unread now left with all the objects it had? An object comes or goes with the lines that head,
/// part or name it or with the directive around it; where none of these changed, what stood in the file still stands there.
bool keeps_objects(const FileChange& file) {
  const std::string changed = changed_lines(file, Side::Before) + changed_lines(file, Side::After);
  const auto occurs = [&](std::string_view stem) { return changed.find(stem) != std::string::npos; };
  return !heads_object(lower_ascii(changed)) && !encloses(changed) &&
         std::none_of(parting_stems.begin(), parting_stems.end(), occurs);
}

/// The files of which something went unread on either side of the change, and which keep what objects they declare. Told once a file, as
/// each line of one that does not parse is a gap.
std::set<FileId> keeping_objects(const ChangeSet& changes, const std::vector<Gap>& gaps) {
  std::array<std::set<FileId>, 2> unread;
  for (const Gap& gap : gaps) {
    if (gap.region.valid()) unread[static_cast<std::size_t>(gap.region.side)].insert(gap.region.file);
  }
  std::set<FileId> keeping;
  std::set_intersection(unread[0].begin(), unread[0].end(), unread[1].begin(), unread[1].end(),
                        std::inserter(keeping, keeping.end()));
  std::erase_if(keeping, [&](FileId file) { return !keeps_objects(changes.file(file)); });
  return keeping;
}

/// Does the change touch what was not read, and could that destroy something? `keeping` as keeping_objects() tells.
bool is_finding(const ChangeSet& changes, const Gap& gap, const std::set<FileId>& keeping) {
  const FileChange& file = changes.file(gap.region.file);
  const Image& image = file.image(gap.region.side);
  if (file.is_context()) return false;
  if (!image.readable())
    return !is_sealed(file, gap.stack);  // nothing of it can be scanned, so nothing can be ruled out
  if (declares_objects(gap.stack) && keeping.contains(file.id)) return false;
  if (gap.region.bytes.size() == 0) return may_destroy(image.text, gap.stack);
  const LineIndex index(image.text);
  if (!LineMap(file).touches(gap.region.side, lines_of(gap.region, index))) return false;
  return may_destroy(std::string_view(image.text).substr(gap.region.bytes.begin, gap.region.bytes.size()), gap.stack);
}

/// Files of the stack act when they are run, and keep no state of their own: what could not be read of one before the change, and is read
/// whole after it, takes nothing away. Its own tool refused it too, as a rule.
bool acts_when_run(Stack stack) {
  return stack == Stack::Ci || stack == Stack::Ansible || stack == Stack::Shell || stack == Stack::Docker;
}

Finding finding_of(const ChangeSet& changes, const Gap& gap, bool mended) {
  const FileChange& file = changes.file(gap.region.file);
  const std::string& path = file.path(gap.region.side) ? *file.path(gap.region.side) : file.shown_path();
  Finding finding;
  finding.rule = gap_rule_id;
  finding.category = Category::Destructive;
  finding.severity = mended ? Severity::Medium : Severity::High;
  finding.action = Action::Destroy;
  finding.certainty = Certainty::Partial;
  finding.stack = gap.stack;
  finding.entity = path;
  finding.change = "not-analysed";
  finding.region = gap.region;
  finding.undo = Undo::None;
  finding.says = "part of `" + path + "` changes and could not be read: " + gap.reason;
  finding.because = "the unread text belongs to a stack that can destroy, and its words do not rule that out";
  finding.instead = "make the file readable to its own tool, or have a senior reviewer read this part";
  const Image& image = file.image(gap.region.side);
  finding.after_text = image.blob;
  return finding;
}

/// A dump that is loaded as it is, through a decompressor.
bool packed_sql(std::string_view path) {
  constexpr std::array ends =
      std::to_array<std::string_view>({".sql.gz", ".sql.bz2", ".sql.xz", ".sql.zst", ".sql.lz4", ".sql.zip"});
  const std::string lowered = lower_ascii(path);
  return std::any_of(ends.begin(), ends.end(),
                     [&](std::string_view end) { return std::string_view(lowered).ends_with(end); });
}

}  // namespace

const RuleView& gap_rule() {
  static const RuleView rule = [] {
    RuleView view;
    view.id = gap_rule_id;
    view.check = gap_rule_id.substr(gap_rule_id.find('/') + 1);
    view.category = Category::Destructive;
    view.severity = Severity::High;
    view.title = "Part of the change could not be read, and it may destroy something";
    view.help =
        "# What happens\n\nThe changed lines lie in text that does not parse, is cut off or too large, and a search of "
        "that text cannot rule out a destructive word.\n\n# Way back\n\nUnknown, as the effect is.\n\n# Instead\n\n"
        "Bring the text into a form that its own tool reads.\n\n# Clear it when\n\nSomebody has read this part of the "
        "change by hand and knows what it does.\n";
    view.since = "0.1";
    return view;
  }();
  return rule;
}

std::vector<Finding> findings_of_gaps(const ChangeSet& changes, std::vector<Gap>& gaps) {
  std::vector<Finding> findings;
  std::vector<Gap> rest;
  std::set<FileId> said;
  std::set<FileId> unread_after;
  for (const Gap& gap : gaps) {
    if (gap.region.valid() && gap.region.side == Side::After) unread_after.insert(gap.region.file);
  }
  const std::set<FileId> keeping = keeping_objects(changes, gaps);
  // The after side first: where both sides of a file are unread, one finding at the text that will stand is enough.
  std::stable_sort(gaps.begin(), gaps.end(), [](const Gap& a, const Gap& b) { return a.region.side > b.region.side; });
  for (Gap& gap : gaps) {
    if (!gap.region.valid() || !is_finding(changes, gap, keeping) || !said.insert(gap.region.file).second) {
      rest.push_back(std::move(gap));
    } else {
      const bool mended = gap.region.side == Side::Before && acts_when_run(gap.stack) &&
                          !unread_after.contains(gap.region.file) &&
                          changes.file(gap.region.file).after_path.has_value();
      findings.push_back(finding_of(changes, gap, mended));
    }
  }
  std::sort(rest.begin(), rest.end(), [](const Gap& a, const Gap& b) { return a.region < b.region; });
  gaps = std::move(rest);
  return findings;
}

std::vector<Gap> opaque_files(const ChangeSet& changes) {
  std::vector<Gap> gaps;
  for (const FileChange& file : changes.files) {
    if (file.is_context()) continue;
    const Side side = file.after_path ? Side::After : Side::Before;
    const ImageKind kind = file.image(side).kind;
    if (kind == ImageKind::Symlink)
      gaps.push_back({{file.id, side, {}}, Stack::None, "a symbolic link, which is not followed"});
    if (kind == ImageKind::Submodule)
      gaps.push_back({{file.id, side, {}}, Stack::None, "another repository's commit, whose files are not here"});
    if (packed_sql(*file.path(side)))
      gaps.push_back({{file.id, side, {}}, Stack::None, "packed SQL: what runs when it is loaded was not read"});
  }
  return gaps;
}

std::vector<Gap> collect_gaps(const std::vector<Gap>& before, const std::vector<Gap>& after) {
  std::vector<Gap> gaps = before;
  gaps.insert(gaps.end(), after.begin(), after.end());
  return gaps;
}

}  // namespace redtag
