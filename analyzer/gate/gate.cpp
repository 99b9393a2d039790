#include "gate/gate.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "gate/finding.h"
#include "gate/readers.h"

namespace redtag {
namespace {

constexpr std::string_view since = "0.1";

struct RuleText {
  std::string_view id, title, help;
};

constexpr std::array rule_texts = std::to_array<RuleText>({
    {"redtag/change-signers", "More people may clear findings",
     "# What happens\n\nA key, a person, a role or an address comes to `.redtag/allowed_signers` or "
     "`.redtag/people.yaml`, a revocation goes, or what says that a commit, a key or a machine is somebody's. Whoever "
     "is listed there can open the gate from the next "
     "change on.\n\n# Way back\n\nA revert takes the person out again; what they cleared in between has "
     "merged.\n\n# Instead\n\nBring the new person in a change of their own, reviewed by somebody who is "
     "listed already.\n\n# Clear it when\n\nYou know the person, have the key from them by another way, "
     "and their seniority is real.\n"},
    {"redtag/hide-files", "Files are hidden from reviewers",
     "# What happens\n\n`.gitattributes` marks files of this change as binary, generated or not to be "
     "compared. redtag reads them all the same; people and other tools see nothing.\n\n# Way back\n\nA "
     "revert shows them again.\n\n# Instead\n\nLeave the attributes out, or bring them in a change that "
     "touches none of these files.\n\n# Clear it when\n\nThe files really are made by a program, and "
     "nobody reviews them.\n"},
    {"redtag/unreadable-policy", "The policy would no longer be readable",
     "# What happens\n\nAfter the merge redtag could not read `.redtag.yaml`, and would refuse every "
     "change with status 2.\n\n# Way back\n\nA revert, or a mended file.\n\n# Instead\n\nRun `redtag "
     "policy check FILE`; it names the line and what is expected there.\n\n# Clear it when\n\nNever: mend "
     "it.\n"},
    {"redtag/weaken-call", "The pipeline calls redtag less, or ignores what it says",
     "# What happens\n\nA step that runs redtag goes, is skipped, may fail without effect, or asks another "
     "question. The next change would merge unread.\n\n# Way back\n\nA revert brings the call back; what "
     "merged in between was not read.\n\n# Instead\n\nKeep the call as it is, and require it from outside "
     "of this file.\n\n# Clear it when\n\nThe gate is enforced from elsewhere, or another call replaces "
     "this one, and you have seen it red.\n"},
    {"redtag/weaken-owners", "Files lose their owners",
     "# What happens\n\nCODEOWNERS names fewer people for some paths. The last entry that covers a path "
     "decides, also if it names nobody.\n\n# Way back\n\nA revert names them again.\n\n# Instead\n\nName "
     "who reviews these paths now.\n\n# Clear it when\n\nThe owners have left, and others review these "
     "paths.\n"},
    {"redtag/weaken-pack", "A check of the house goes or is edited",
     "# What happens\n\nA check or a fact row of the house's own pack goes, or changes. What it would have "
     "found passes from the next change on.\n\n# Way back\n\nA revert brings it back; what merged in "
     "between was judged without it.\n\n# Instead\n\nBring the successor first, with cases that fire on "
     "the same changes.\n\n# Clear it when\n\nThe cases beside the check still show what it finds.\n"},
    {"redtag/weaken-policy", "The policy lets more pass",
     "# What happens\n\n`.redtag.yaml` changes so that something passes that would have been held, or that "
     "more people may clear it. It counts from the next change on; this one was judged by the old "
     "policy.\n\n# Way back\n\nA revert brings the stricter line back; what merged in between was judged "
     "by the weaker one.\n\n# Instead\n\nKeep the line, and write an exclude with a reason and an end for "
     "the one place that needs it.\n\n# Clear it when\n\nThe reason is written down, and you would defend "
     "it after an accident.\n"},
});

}  // namespace

const std::vector<RuleView>& gate_rules() {
  static const std::vector<RuleView> rules = [] {
    std::vector<RuleView> made;
    for (const RuleText& text : rule_texts) {
      RuleView view;
      view.id = text.id;
      view.check = text.id.substr(text.id.find('/') + 1);
      view.category = Category::ControlPlane;
      view.severity = Severity::High;
      view.title = text.title;
      view.help = text.help;
      view.since = since;
      made.push_back(view);
    }
    return made;
  }();
  return rules;
}

Finding finding_of(GateFinding made) {
  Finding finding;
  finding.rule = made.rule;
  finding.category = Category::ControlPlane;
  finding.severity = made.severity;
  finding.action = Action::Unguard;
  finding.state = State::None;
  finding.reach = Reach::Account;
  finding.trigger = Trigger::Merge;
  finding.pace = Pace::AtOnce;
  finding.certainty = made.certainty;
  finding.stack = Stack::Redtag;
  finding.entity = std::move(made.entity);
  finding.entity_class = "pipeline";
  finding.change = std::move(made.change);
  finding.undo = Undo::Partial;
  finding.way_back = "a revert brings it back; what merged in between was judged by the weaker gate";
  finding.region = made.region;
  finding.says = std::move(made.says);
  finding.because = std::move(made.because);
  finding.instead = std::move(made.instead);
  finding.before_text = std::move(made.before_text);
  finding.after_text = std::move(made.after_text);
  return finding;
}

bool whole_text(const Image& image) { return image.kind == ImageKind::Whole; }

std::string_view text_on(const FileChange& file, Side side) {
  const Image& image = file.image(side);
  return image.readable() ? std::string_view(image.text) : std::string_view();
}

bool is_at(const FileChange& file, Side side, std::string_view path) {
  return file.path(side) && *file.path(side) == path;
}

Region line_region(const FileChange& file, Side side, std::uint32_t line) {
  const std::string_view text = text_on(file, side);
  const LineIndex lines(text);
  const std::uint32_t begin = lines.start_of(line);
  const auto end = std::min(text.find('\n', begin), text.size());
  return {file.id, side, {begin, std::max(begin, static_cast<std::uint32_t>(end))}};
}

std::vector<Finding> gate_findings(const ChangeSet& changes, const Policy& policy, SourceTree* base) {
  std::vector<Finding> findings;
  for (const FileChange& file : changes.files) {
    if (file.is_context()) continue;
    read_policy_file(file, findings);
    read_signer_file(file, findings);
    read_pack_file(file, policy, findings);
    read_attributes(file, changes, findings);
  }
  read_new_tables(changes, base, findings);
  read_owners(changes, base, findings);
  read_calls(changes, base, findings);
  return findings;
}

}  // namespace redtag
