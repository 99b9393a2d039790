#include "cli/phases.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"
#include "check/compile/vocabulary.h"
#include "report/place.h"
#include "trait/rollback.h"

namespace redtag::cli {

namespace {

std::string_view status_name(ChangeStatus status) {
  switch (status) {
    case ChangeStatus::Added: return "added";
    case ChangeStatus::Deleted: return "deleted";
    case ChangeStatus::Modified: return "modified";
    case ChangeStatus::Renamed: return "renamed";
    case ChangeStatus::Copied: return "copied";
    case ChangeStatus::TypeChanged: return "type-changed";
    case ChangeStatus::Unchanged: return "unchanged";
  }
  return "";
}

std::string_view kind_name(ImageKind kind) {
  switch (kind) {
    case ImageKind::None: return "none";
    case ImageKind::Whole: return "whole";
    case ImageKind::Partial: return "partial";
    case ImageKind::Binary: return "binary";
    case ImageKind::Symlink: return "symlink";
    case ImageKind::Submodule: return "submodule";
    case ImageKind::Missing: return "missing";
    case ImageKind::TooLarge: return "too-large";
  }
  return "";
}

std::string shown_image(const Image& image) {
  std::string out(kind_name(image.kind));
  if (image.mode != 0) out += fmt::format(" {:o}", image.mode);
  for (const LineRange& range : image.known) out += fmt::format(" {}-{}", range.first, range.last);
  return out;
}

/// A judged finding with the place that it is sorted by.
struct Placed {
  std::string path;
  std::uint32_t line = 0;
  Side side = Side::After;
  const JudgedFinding* judged = nullptr;
};

std::vector<Placed> placed(const Review& review) {
  std::vector<Placed> all;
  PlacesView places(review.changes);
  for (const JudgedFinding& judged : review.findings) {
    Placed one;
    one.judged = &judged;
    const Region& region = judged.finding.region;
    if (region.valid() && region.file.value < review.changes.files.size()) {
      const FileChange& file = review.changes.file(region.file);
      one.side = file.path(region.side) ? region.side : other(region.side);
      one.path = printable(*file.path(one.side));
      one.line = places.lines(file, one.side).line_of(region.bytes.begin);
    }
    all.push_back(std::move(one));
  }
  std::sort(all.begin(), all.end(), [](const Placed& a, const Placed& b) {
    const auto key = [](const Placed& x) {
      const Finding& finding = x.judged->finding;
      return std::tie(x.path, x.line, x.side, finding.rule, finding.entity, finding.severity, x.judged->blast.score);
    };
    return key(a) < key(b);
  });
  return all;
}

std::string shown_place(const Placed& place) {
  return fmt::format("{}:{}{} {}", place.path, place.side == Side::Before ? "-" : "", place.line,
                     severity_name(place.judged->finding.severity));
}

std::string subject_title(const DeltaView& view, const Subject& subject) {
  const auto either = [&](auto of) {
    const auto* after = of(view, subject, Side::After);
    return after != nullptr ? after : of(view, subject, Side::Before);
  };
  if (const Resource* resource = either(resource_of)) {
    return resource->address + " " + std::string(fate_name(view.delta.resources[subject.change].fate));
  }
  if (const Operation* operation = either(operation_of)) {
    return operation->text + " " + std::string(operation_fate_name(view.delta.operations[subject.change].fate));
  }
  if (const Safeguard* safeguard = either(safeguard_of)) {
    return std::string(safeguard_name(safeguard->kind)) + " of " + safeguard->protects + " " +
           std::string(safeguard_fate_name(view.delta.safeguards[subject.change].fate));
  }
  const Procedure* procedure = either(procedure_of);
  return procedure == nullptr ? std::string() : procedure->address;
}

/// What running a migration loses, and what its way back is worth.
void print_reverse(std::string& out, const DeltaView& view, const Subject& subject) {
  const ProcedureId up = view.delta.procedures[subject.change].after;
  const Model& model = view.sides.after;
  if (!up.valid() || model.procedures[up.value].direction != Direction::Up) return;
  if (model.procedures[up.value].trigger == Trigger::Event) return;  // a routine that the migration makes
  out += fmt::format("  loses {}\n", loses_data(model, up) ? "data" : "nothing");
  ReverseEvidence best;
  for (std::uint32_t i = 0; i < model.procedures.size(); ++i) {
    if (model.procedures[i].reverses != model.procedures[up.value].address) continue;
    ReverseEvidence evidence = judge_reverse(model, up, ProcedureId{i});
    if (evidence.reverse >= best.reverse) best = std::move(evidence);
  }
  out += fmt::format("  reverse {}: {}\n", reverse_name(best.reverse),
                     printable(best.because.empty() ? std::string(reverse_sentence(best.reverse)) : best.because));
}

void print_traits_of(std::string& out, const DeltaView& view, const Subject& subject) {
  out += fmt::format("{} {}\n", subject_name(subject.kind), printable(subject_title(view, subject)));
  const EnvironmentEvidence environment = environment_of(view, subject);
  out += fmt::format("  environment {}{}\n", environment_name(environment.environment),
                     environment.proven ? ", proven on the base side" : "");
  const UndoEvidence undo = undo_of(view, subject);
  out += fmt::format("  undo {}: {}\n", undo_name(undo.undo), undo.sentence);
  if (subject.kind == SubjectKind::Procedure) print_reverse(out, view, subject);
  constexpr TraitId all[] = {
#define REDTAG_TRAIT(enumerator, name, sentence) TraitId::enumerator,
#include "trait/trait.def"
#undef REDTAG_TRAIT
  };
  for (const TraitId id : all) {
    const TraitResult result = evaluate(id, view, subject);
    if (result.answer == Answer::No) continue;
    out += fmt::format("  {} {}\n", trait_name(id), result.answer == Answer::Yes ? "yes" : "unknown");
    for (const Evidence& evidence : result.evidence) out += fmt::format("    {}\n", printable(evidence.sentence));
  }
}

}  // namespace

std::string print_changes(const ChangeSet& changes) {
  std::string out;
  for (const FileChange& file : changes.files) {
    if (file.is_context()) continue;
    out += fmt::format("{} {}", status_name(file.status), printable(file.shown_path()));
    if (file.before_path && file.after_path && *file.before_path != *file.after_path)
      out += " from " + printable(*file.before_path);
    out += fmt::format("\n  before {}\n  after {}\n", shown_image(file.before), shown_image(file.after));
    for (const Hunk& hunk : file.hunks) {
      out += fmt::format("  -{},{} +{},{}\n", hunk.before_first, hunk.before_count, hunk.after_first, hunk.after_count);
    }
  }
  for (const CommitRecord& commit : changes.commits) {
    out += fmt::format("commit {} {}\n", commit.id, printable(commit.message.substr(0, commit.message.find('\n'))));
  }
  return out;
}

std::string print_context(const ChangeSet& changes) {
  std::string out;
  for (const FileChange& file : changes.files) {
    if (file.is_context()) out += printable(file.shown_path()) + "\n";
  }
  return out;
}

std::string print_models(const Sides& sides) {
  return "before\n\n" + print(sides.before) + "\nafter\n\n" + print(sides.after);
}

std::string print_traits(const DeltaView& view) {
  std::string out;
  for (std::size_t i = 0; i < view.delta.resources.size(); ++i)
    print_traits_of(out, view, {SubjectKind::Resource, i, 0});
  for (std::size_t i = 0; i < view.delta.operations.size(); ++i)
    print_traits_of(out, view, {SubjectKind::Operation, i, 0});
  for (std::size_t i = 0; i < view.delta.safeguards.size(); ++i)
    print_traits_of(out, view, {SubjectKind::Safeguard, i, 0});
  for (std::size_t i = 0; i < view.delta.procedures.size(); ++i)
    print_traits_of(out, view, {SubjectKind::Procedure, i, 0});
  return out;
}

std::vector<std::string> finding_lines(const Review& review) {
  std::vector<std::string> lines;
  for (const Placed& place : placed(review)) {
    const Finding& finding = place.judged->finding;
    lines.push_back(fmt::format("{} {} {}", shown_place(place), finding.rule, printable(finding.entity)));
  }
  return lines;
}

std::vector<std::string> score_lines(const Review& review) {
  std::vector<std::string> lines;
  for (const Placed& place : placed(review)) {
    const Finding& finding = place.judged->finding;
    lines.push_back(fmt::format("{} {} {} {} {}", shown_place(place), finding.rule, printable(finding.entity),
                                place.judged->blast.score, place.judged->blast.vector));
  }
  lines.push_back(fmt::format("change {}", review.score));
  return lines;
}

}  // namespace redtag::cli
