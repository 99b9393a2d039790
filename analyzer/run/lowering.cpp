#include "run/lowering.h"

#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "model/wire.h"
#include "run/children.h"
#include "stack/stack.h"

namespace redtag {

namespace {

/// Which lowered file: those of one stack and side stand together, as front ends want them.
struct Place {
  Stack stack{};
  Side side{};
  std::size_t index = 0;
};

/// One text to lower: a whole image, or one window of a partial one.
struct Job {
  Place lowered;  // what its model goes to
  SourceFileView view;
  const Frontend* frontend;
};

std::vector<SourceFileView> windows_of(const FileChange& file, Side side) {
  const Image& image = file.image(side);
  SourceFileView view{file.id, side, *file.path(side), image.text, 0, false};
  if (image.kind == ImageKind::Whole) return {view};
  std::vector<SourceFileView> windows;
  const LineIndex lines(image.text);
  for (const LineRange& known : image.known) {
    const std::uint32_t begin = lines.start_of(known.first);
    const std::uint32_t end = lines.start_of(known.last + 1);
    view.text = std::string_view(image.text).substr(begin, end - begin);
    view.offset = begin;
    view.partial = true;
    windows.push_back(view);
  }
  return windows;
}

/// Why an image of a known stack cannot be read; empty where it can, or where there is none to read.
std::string unreadable_because(const Image& image) {
  switch (image.kind) {
    case ImageKind::Binary: return "binary content in a file that should be text";
    case ImageKind::Missing: return "the object is not in this copy of the repository";
    case ImageKind::TooLarge: return "larger than the limit for one file";
    case ImageKind::None:
    case ImageKind::Whole:
    case ImageKind::Partial:
    case ImageKind::Symlink:
    case ImageKind::Submodule: break;
  }
  return {};
}

void set_side(Value& value, Side side) {
  value.region.side = side;
  for (Value& item : value.items) set_side(item, side);
  for (Entry& entry : value.entries) {
    entry.region.side = side;
    set_side(entry.value, side);
  }
}

/// A model of an unchanged file serves both sides; only the side its regions name differs.
Model on_side(Model model, Side side) {
  for (Resource& resource : model.resources) {
    resource.region.side = resource.header.side = side;
    for (Entry& entry : resource.attributes) {
      entry.region.side = side;
      set_side(entry.value, side);
    }
    for (Reference& reference : resource.references) reference.region.side = side;
  }
  for (Operation& operation : model.operations) {
    operation.region.side = side;
    set_side(operation.target, side);
    for (Value& argument : operation.arguments) set_side(argument, side);
  }
  for (Procedure& procedure : model.procedures) procedure.region.side = side;
  for (Safeguard& safeguard : model.safeguards) safeguard.region.side = side;
  for (Gap& gap : model.gaps) gap.region.side = side;
  return model;
}

void mark_context(Model& model) {
  for (Resource& resource : model.resources) resource.subject = false;
  for (Operation& operation : model.operations) operation.subject = false;
  for (Procedure& procedure : model.procedures) procedure.subject = false;
  for (Safeguard& safeguard : model.safeguards) safeguard.subject = false;
  model.gaps.clear();  // an unread context file is weaker evidence, nothing more
}

class Lowering {
 public:
  Lowering(Analysis& analysis, SourceTree& before, const FactTables& facts, const RunOptions& options)
      : analysis_(analysis), before_(before), after_(before, analysis.changes, Side::After), facts_(facts), options_(options) {}

  Expected<void> run() {
    for (const FileChange& file : analysis_.changes.files) add_changed(file);
    // Front ends first name what they can tell from the paths alone, so that a small change needs one round of children.
    ask_for_context();
    for (int round = 0; round < most_rounds; ++round) {
      RT_TRY(lower_new_jobs());
      if (!ask_for_context()) break;
    }
    RT_TRY(lower_new_jobs());
    link();
    return {};
  }

 private:
  static constexpr int most_rounds = 6;

  void add_changed(const FileChange& file) {
    bool known = false;
    for (const Side side : {Side::Before, Side::After}) {
      if (!file.path(side)) continue;
      const Stack stack = stack_of(file, side);
      const Frontend* frontend = options_.frontend_of(stack);
      if (frontend == nullptr) continue;
      known = true;
      const Place place = add_lowered(file, side, stack);
      const Image& image = file.image(side);
      if (const std::string why = unreadable_because(image); !why.empty()) {
        at(place).model.gaps.push_back({Region{file.id, side, {}}, stack, why});
      } else if (image.readable()) {
        at(place).partial = image.kind == ImageKind::Partial;
        for (const SourceFileView& view : windows_of(file, side)) new_jobs_.push_back({place, view, frontend});
      }
    }
    if (!known) analysis_.unknown_files.push_back(file.shown_path());
  }

  Place add_lowered(const FileChange& file, Side side, Stack stack) {
    LoweredFile lowered;
    lowered.file = file.id;
    lowered.side = side;
    lowered.path = *file.path(side);
    lowered.context = file.is_context();
    std::vector<LoweredFile>& group = lowered_[stack][static_cast<std::size_t>(side)];
    group.push_back(std::move(lowered));
    return {stack, side, group.size() - 1};
  }

  [[nodiscard]] LoweredFile& at(const Place& place) {
    return lowered_[place.stack][static_cast<std::size_t>(place.side)][place.index];
  }

  Expected<void> lower_new_jobs() {
    std::vector<Job> jobs;
    jobs.swap(new_jobs_);
    // A job's text may live in a context file's image, and that vector has grown since: take the views afresh.
    for (Job& job : jobs) {
      const FileChange& file = analysis_.changes.file(job.view.file);
      job.view.path = *file.path(job.view.side);
      job.view.text = std::string_view(file.image(job.view.side).text).substr(job.view.offset, job.view.text.size());
    }
    const auto work = [&](std::size_t i) { return lower_one(jobs[i]); };
    const ChildLimits child_limits{options_.workers, options_.backstop_seconds};
    RT_TRY(std::vector<PieceResult> results, work_in_children(jobs.size(), work, child_limits));
    for (std::size_t i = 0; i < jobs.size(); ++i) take(jobs[i], results[i]);
    share_context_with_after();
    return {};
  }

  /// One of the two places where what unwinds is caught: our own bug in one file is that file's gap.
  [[nodiscard]] std::string lower_one(const Job& job) const {
    try {
      return to_wire(job.frontend->lower(job.view, LoweringView{facts_, 0}));
    } catch (const std::exception& error) {
      Model model;
      model.gaps.push_back({whole(job), job.frontend->stack, std::string("the analysis of this file failed: ") + error.what()});
      return to_wire(model);
    }
  }

  [[nodiscard]] static Region whole(const Job& job) {
    const auto end = static_cast<std::uint32_t>(job.view.offset + job.view.text.size());
    return {job.view.file, job.view.side, {job.view.offset, end}};
  }

  void take(const Job& job, const PieceResult& result) {
    LoweredFile& lowered = at(job.lowered);
    const auto gap = [&](std::string why) { lowered.model.gaps.push_back({whole(job), job.lowered.stack, std::move(why)}); };
    if (result.end == PieceEnd::Done) {
      if (auto model = from_wire(result.bytes)) {
        append(lowered.model, std::move(*model));
      } else {
        gap(model.error().message);
      }
    } else if (result.end == PieceEnd::Crashed) {
      gap("the analysis of this file crashed");
    } else {
      gap("the analysis of this file did not end in time");
      analysis_.complete = false;
      analysis_.incomplete_because.push_back(lowered.path + ": the analysis did not end within the time limit");
    }
    if (lowered.context) mark_context(lowered.model);
  }

  /// Context files are lowered once, on the before side; the other side gets a copy.
  void share_context_with_after() {
    for (const auto& [before, after] : new_twins_) at(after).model = on_side(at(before).model, Side::After);
    new_twins_.clear();
  }

  /// Adds what front ends ask for; false if that was nothing new.
  bool ask_for_context() {
    std::set<Path> wanted;
    for (auto& [stack, sides] : lowered_) {
      const Frontend* frontend = options_.frontend_of(stack);
      if (frontend->wants == nullptr) continue;
      for (const Side side : {Side::Before, Side::After}) {
        const std::vector<LoweredFile>& files = sides[static_cast<std::size_t>(side)];
        if (files.empty()) continue;
        for (Path& path : frontend->wants(files, tree(side))) wanted.insert(std::move(path));
      }
    }
    bool added = false;
    for (const Path& path : wanted) added = add_context(path) || added;
    return added;
  }

  [[nodiscard]] SourceTree& tree(Side side) { return side == Side::Before ? before_ : static_cast<SourceTree&>(after_); }

  bool add_context(const Path& path) {
    if (!asked_.insert(path).second || context_files_ >= limits::context_files) return false;
    for (const FileChange& file : analysis_.changes.files) {
      if (file.before_path == path || file.after_path == path) return false;  // it changes: it is there already
    }
    std::optional<std::string> text = before_.read(path);
    if (!text || context_bytes_ + text->size() > limits::context_bytes) return false;
    const Stack stack = detect_stack(path, *text);
    const Frontend* frontend = options_.frontend_of(stack);
    if (frontend == nullptr) return false;
    ++context_files_;
    context_bytes_ += text->size();
    FileChange file;
    file.id = FileId{static_cast<std::uint32_t>(analysis_.changes.files.size())};
    file.status = ChangeStatus::Unchanged;
    file.before_path = file.after_path = path;
    file.before.kind = file.after.kind = ImageKind::Whole;
    file.before.text = file.after.text = std::move(*text);
    analysis_.changes.files.push_back(std::move(file));
    const FileChange& added = analysis_.changes.files.back();
    const Place before = add_lowered(added, Side::Before, stack);
    new_twins_.emplace_back(before, add_lowered(added, Side::After, stack));
    for (const SourceFileView& view : windows_of(added, Side::Before)) new_jobs_.push_back({before, view, frontend});
    return true;
  }

  void link() {
    for (const Side side : {Side::Before, Side::After}) {
      Model& model = side == Side::Before ? analysis_.sides.before : analysis_.sides.after;
      for (auto& [stack, sides] : lowered_) {
        std::vector<LoweredFile>& files = sides[static_cast<std::size_t>(side)];
        const Frontend* frontend = options_.frontend_of(stack);
        if (frontend->link != nullptr) frontend->link(files, tree(side), facts_);
        for (LoweredFile& file : files) append(model, std::move(file.model));
      }
    }
  }

  Analysis& analysis_;
  SourceTree& before_;
  ChangedTree after_;
  const FactTables& facts_;
  const RunOptions& options_;
  std::map<Stack, std::array<std::vector<LoweredFile>, 2>> lowered_;
  std::vector<Job> new_jobs_;
  std::vector<std::pair<Place, Place>> new_twins_;  // context files lowered on the before side, and their other side
  std::set<Path> asked_;
  std::size_t context_files_ = 0;
  std::size_t context_bytes_ = 0;
};

}  // namespace

Expected<void> lower_both_sides(Analysis& analysis, SourceTree& before, const FactTables& facts, const RunOptions& options) {
  return Lowering(analysis, before, facts, options).run();
}

}  // namespace redtag
