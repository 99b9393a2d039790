#include "run/lowering.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <iterator>
#include <map>
#include <numeric>
#include <set>

#include "base/text.h"
#include "lower/assist.h"
#include "lower/fix.h"
#include "lower/limit_met.h"
#include "lower/linked.h"
#include "lower/read_with.h"
#include "lower/sql/columns.h"
#include "model/wire.h"
#include "run/children.h"
#include "run/jobs.h"
#include "run/move_model.h"
#include "stack/stack.h"
#include "syntax/tree.h"

namespace redtag {

namespace {

/// What a child made of a piece: a model for each job, if it came to its end.
struct PieceModels {
  PieceEnd end = PieceEnd::Crashed;
  std::vector<Expected<Model>> models;
  std::string trouble;  ///< what its stack's own program could not say
};

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
      : analysis_(analysis),
        before_(before),
        after_(before, analysis.changes, Side::After),
        facts_(facts),
        options_(options) {}

  Expected<void> run() {
    for (const FileChange& file : analysis_.changes.files) add_changed(file);
    bring_assistants();
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
  static constexpr std::size_t most_remembered = std::size_t{64} << 20;

  void add_changed(const FileChange& file) {
    bool known = false;
    for (const Side side : {Side::Before, Side::After}) {
      if (!file.path(side)) continue;
      const Stack stack = stack_of(file, side);
      const Frontend* frontend = options_.frontend_of(stack);
      if (frontend == nullptr) continue;
      known = true;
      const LoweredPlace place = add_lowered(file, side, stack);
      const Image& image = file.image(side);
      if (const std::string why = unreadable_because(image); !why.empty()) {
        at(place).model.gaps.push_back({Region{file.id, side, {}}, stack, why});
      } else if (image.readable()) {
        at(place).partial = image.kind == ImageKind::Partial;
        for (const SourceFileView& view : windows_of(file, side)) new_jobs_.push_back({place, view, frontend});
      }
    }
    if (known) return add_text(file);
    analysis_.unknown_files.push_back(file.shown_path());
    const Stack reader = stack_that_reads(file.shown_path(), before_);
    if (options_.frontend_of(reader) != nullptr) add_asked(file, file.shown_path(), reader);
  }

  /// A script is read once more by what hands it to a machine.
  void add_text(const FileChange& file) {
    const Stack reader =
        also_read_by(stack_of(file, file.after_path ? Side::After : Side::Before), file.shown_path(), before_);
    const Frontend* const frontend = options_.frontend_of(reader);
    if (frontend == nullptr) return;
    for (const Side side : {Side::Before, Side::After}) {
      if (!file.path(side) || !file.image(side).readable()) continue;
      const LoweredPlace place = add_lowered(file, side, reader);
      at(place).partial = file.image(side).kind == ImageKind::Partial;
      for (const SourceFileView& view : windows_of(file, side)) new_jobs_.push_back({place, view, frontend});
    }
  }

  /// Where this program lies: what helps it lies there too, and nothing of the tree under review or of a search path takes its place.
  static std::string own_directory() {
    std::string path(PATH_MAX, '\0');
    const ssize_t size = readlink("/proc/self/exe", path.data(), path.size());
    path.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return path.substr(0, path.rfind('/') + 1);
  }

  /// Programs that know more of a stack, asked only if a file of it changed.
  void bring_assistants() {
    for (const auto& [stack, sides] : lowered_) {
      std::unique_ptr<Assistant> assistant = make_assistant(stack, own_directory());
      if (assistant == nullptr) continue;
      if (std::string why = assistant->absent(); !why.empty()) {
        tell(stack, std::move(why));
        continue;
      }
      assistant->gather(analysis_.changes, before_, after_);
      for (std::string& remark : assistant->remarks()) tell(stack, std::move(remark));
      assistants_[stack] = std::move(assistant);
    }
  }

  /// A gap of the run without a place: it is told, and is no finding, since no text went unread.
  void tell(Stack stack, std::string what) { analysis_.sides.after.gaps.push_back({Region{}, stack, std::move(what)}); }

  /// The budget of context ran out: what it left out may decide a value, so that a silent run proves less than it seems to.
  void tell_limit(Stack stack) {
    if (!limited_.insert(stack).second) return;
    tell(stack,
         "more unchanged files may decide values of this change than are read for one: what stands in the others is "
         "unknown here");
  }

  LoweredPlace add_lowered(const FileChange& file, Side side, Stack stack) {
    LoweredFile lowered;
    lowered.file = file.id;
    lowered.side = side;
    lowered.path = *file.path(side);
    lowered.context = file.is_context();
    const Stack linking = read_with(stack);
    std::vector<LoweredFile>& group = lowered_[linking][static_cast<std::size_t>(side)];
    group.push_back(std::move(lowered));
    return {linking, side, group.size() - 1};
  }

  [[nodiscard]] LoweredFile& at(const LoweredPlace& place) {
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
    const std::vector<Piece> pieces = pieces_of(jobs);
    std::vector<PieceModels> models(pieces.size());
    const auto work = [&](std::size_t i) { return lower_piece(jobs, pieces[i]); };
    const auto take_piece = [&](std::size_t i, PieceResult result) { models[i] = read_piece(jobs, pieces[i], result); };
    RT_TRY(work_in_children(pieces.size(), work, take_piece, ChildLimits{options_.workers, options_.backstop_seconds}));
    std::vector<std::size_t> order(pieces.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return pieces[a].first < pieces[b].first; });
    for (const std::size_t i : order) take(jobs, pieces[i], models[i]);
    share_context_with_after();
    return {};
  }

  /// In a child: each job's model as its size and its bytes.
  [[nodiscard]] std::string lower_piece(std::vector<Job>& jobs, const Piece& piece) const {
    const FileChange& file = analysis_.changes.file(jobs[piece.first].view.file);
    syntax::Twin twin(file.before.text, file.after.text, line_edits(file));
    for (std::size_t i = piece.first; i < piece.last; ++i) jobs[i].view.twin = &twin;
    const auto assistant = assistants_.find(jobs[piece.first].lowered.stack);
    std::vector<std::string> parts(1);  // what went wrong, then the models
    if (assistant != assistants_.end() && !file.is_context()) {
      lower_assisted(*assistant->second, jobs, piece, parts);
    } else {
      for (std::size_t i = piece.first; i < piece.last; ++i) parts.push_back(lower_one(jobs[i]));
    }
    return packed(parts);
  }

  /// Both sides of a file at once. Our own bug in it costs only what the program would have added.
  void lower_assisted(Assistant& assistant, std::vector<Job>& jobs, const Piece& piece,
                      std::vector<std::string>& parts) const {
    std::vector<SourceFileView> views;
    for (std::size_t i = piece.first; i < piece.last; ++i) views.push_back(jobs[i].view);
    try {
      Assisted assisted = assistant.lower(views, LoweringView{facts_, 0});
      parts[0] = std::move(assisted.trouble);
      for (const Model& model : assisted.models) parts.push_back(to_wire(model));
    } catch (const std::exception& error) {
      parts.resize(1);
      parts[0] = std::string("it could not be used: ") + error.what();
      for (std::size_t i = piece.first; i < piece.last; ++i) parts.push_back(lower_one(jobs[i]));
    }
  }

  [[nodiscard]] PieceModels read_piece(const std::vector<Job>& jobs, const Piece& piece, const PieceResult& result) {
    PieceModels read;
    read.end = result.end;
    if (result.end != PieceEnd::Done) return read;
    std::string_view rest = result.bytes;
    read.trouble = next_part(rest);
    for (std::size_t i = piece.first; i < piece.last; ++i) {
      const std::string_view part = next_part(rest);
      read.models.push_back(from_wire(part));
      remember(jobs[i], part);
    }
    return read;
  }

  /// The reference graph will want to know the same texts.
  void remember(const Job& job, std::string_view model) {
    if (job.view.partial || remembered_bytes_ + model.size() > most_remembered) return;
    remembered_bytes_ += model.size();
    analysis_.lowered.keep(job.frontend->stack, job.view.path, job.view.text, std::string(model));
  }

  /// One of the two places where what unwinds is caught: our own bug in one file is that file's gap.
  [[nodiscard]] std::string lower_one(const Job& job) const {
    try {
      return to_wire(job.frontend->lower(job.view, LoweringView{facts_, 0}));
    } catch (const std::exception& error) {
      Model model;
      model.gaps.push_back({whole_region(job.view), job.frontend->stack,
                            std::string("the analysis of this file failed: ") + error.what()});
      return to_wire(model);
    }
  }

  void take(const std::vector<Job>& jobs, const Piece& piece, PieceModels& read) {
    for (std::size_t i = piece.first; i < piece.last; ++i) {
      LoweredFile& lowered = at(jobs[i].lowered);
      const auto gap = [&](std::string why) {
        lowered.model.gaps.push_back({whole_region(jobs[i].view), jobs[i].frontend->stack, std::move(why)});
      };
      if (read.end == PieceEnd::Crashed) gap("the analysis of this file crashed");
      if (read.end == PieceEnd::TimedOut) gap("the analysis of this file did not end in time");
      if (read.end == PieceEnd::Done) {
        Expected<Model>& model = read.models[i - piece.first];
        if (model) append(lowered.model, std::move(*model));
        if (!model) gap(model.error().message);
      }
      if (lowered.context) mark_context(lowered.model);
    }
    if (!read.trouble.empty()) {
      const LoweredFile& file = at(jobs[piece.first].lowered);
      tell(jobs[piece.first].lowered.stack, file.path + ": read without types and control flow: " + read.trouble);
    }
    if (read.end != PieceEnd::TimedOut) return;
    analysis_.complete = false;
    analysis_.incomplete_because.push_back(at(jobs[piece.first].lowered).path +
                                           ": the analysis did not end within the time limit");
  }

  /// Context files are lowered once, on the before side; the other side gets a copy.
  void share_context_with_after() {
    for (const auto& [before, after] : new_twins_) {
      Model copy = at(before).model;  // a model of an unchanged file serves both sides
      move_model(copy, at(after).file, Side::After);
      at(after).model = std::move(copy);
    }
    new_twins_.clear();
  }

  /// Adds what front ends ask for; false if that was nothing new.
  bool ask_for_context() {
    std::map<Path, Stack> wanted;
    for (auto& [stack, sides] : lowered_) {
      const Frontend* frontend = options_.frontend_of(stack);
      if (frontend->wants == nullptr) continue;
      for (const Side side : {Side::Before, Side::After}) {
        const std::vector<LoweredFile>& files = sides[static_cast<std::size_t>(side)];
        if (files.empty()) continue;
        for (Path& path : frontend->wants(files, tree(side))) {
          if (path == limit_met)
            tell_limit(stack);
          else
            wanted.emplace(std::move(path), stack);
        }
      }
    }
    bring(wanted);
    bool added = false;
    for (const auto& [path, stack] : wanted) added = add_context(path, stack) || added;
    return added;
  }

  void bring(const std::map<Path, Stack>& wanted) {
    std::vector<Path> paths;
    for (const auto& [path, stack] : wanted) {
      if (!asked_.contains(path)) paths.push_back(path);
    }
    before_.prefetch(paths);
  }

  [[nodiscard]] SourceTree& tree(Side side) {
    return side == Side::Before ? before_ : static_cast<SourceTree&>(after_);
  }

  /// A changed file of no stack of its own, lowered by the front end that wants it. Of one that is called otherwise on its other side,
  /// the image under the path that was asked for: a manifest that is renamed to something nobody reads is gone.
  bool add_asked(const FileChange& file, const Path& asked, Stack asking) {
    const Frontend* const frontend = options_.frontend_of(asking);
    bool added = false;
    for (const Side side : {Side::Before, Side::After}) {
      if (!file.path(side) || !file.image(side).readable() || options_.frontend_of(stack_of(file, side)) != nullptr)
        continue;
      if (*file.path(side) != asked && is_read(file)) continue;
      const LoweredPlace place = add_lowered(file, side, asking);
      at(place).partial = file.image(side).kind == ImageKind::Partial;
      for (const SourceFileView& view : windows_of(file, side)) new_jobs_.push_back({place, view, frontend});
      added = true;
    }
    if (added) std::erase(analysis_.unknown_files, file.shown_path());
    return added;
  }

  /// One of its sides is of a stack of its own.
  [[nodiscard]] bool is_read(const FileChange& file) const {
    return options_.frontend_of(stack_of(file, Side::Before)) != nullptr ||
           options_.frontend_of(stack_of(file, Side::After)) != nullptr;
  }

  /// `asking` reads what has no front end of its own.
  bool add_context(const Path& path, Stack asking) {
    if (!asked_.insert(path).second) return false;
    if (context_files_ >= limits::context_files) {
      tell_limit(asking);
      return false;
    }
    for (const FileChange& file : analysis_.changes.files) {
      if (file.before_path == path || file.after_path == path) return add_asked(file, path, asking);
    }
    std::optional<std::string> text = before_.read(path);
    if (!text) return false;
    if (context_bytes_ + text->size() > limits::context_bytes) {
      tell_limit(asking);
      return false;
    }
    Stack stack = reader_of(detect_stack(path, *text), asking);
    if (options_.frontend_of(stack) == nullptr) stack = asking;
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
    const LoweredPlace before = add_lowered(added, Side::Before, stack);
    new_twins_.emplace_back(before, add_lowered(added, Side::After, stack));
    for (const SourceFileView& view : windows_of(added, Side::Before)) new_jobs_.push_back({before, view, frontend});
    return true;
  }

  /// Texts that call those of another stack are linked together with them.
  void join_callers(Side side) {
    const auto index = static_cast<std::size_t>(side);
    for (const Stack stack : keys(lowered_)) {
      const Stack host = linked_with(stack);
      if (host == stack || options_.frontend_of(host) == nullptr) continue;
      std::vector<LoweredFile>& from = lowered_[stack][index];
      const Frontend* own = options_.frontend_of(stack);  // what its files say of each other, first
      if (own != nullptr && own->link != nullptr) own->link(from, tree(side), facts_);
      std::vector<LoweredFile>& into = lowered_[host][index];
      std::move(from.begin(), from.end(), std::back_inserter(into));
      from.clear();
    }
  }

  static std::vector<Stack> keys(const std::map<Stack, std::array<std::vector<LoweredFile>, 2>>& all) {
    std::vector<Stack> stacks;
    for (const auto& [stack, sides] : all) stacks.push_back(stack);
    return stacks;
  }

  void link() {
    std::map<Stack, sql::KnownColumns> told;  // by schemas that the change edits, as they were
    for (const Side side : {Side::Before, Side::After}) {
      join_callers(side);
      Model& model = side == Side::Before ? analysis_.sides.before : analysis_.sides.after;
      for (auto& [stack, sides] : lowered_) {
        std::vector<LoweredFile>& files = sides[static_cast<std::size_t>(side)];
        const Frontend* frontend = options_.frontend_of(stack);
        if (frontend->link != nullptr) frontend->link(files, tree(side), facts_);
        if (side == Side::Before) {
          told[stack] = sql::known_by_dumps(files);
        } else {
          sql::judge_by_dumps(told[stack], files);
        }
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
  std::map<Stack, std::unique_ptr<Assistant>> assistants_;
  std::vector<Job> new_jobs_;
  std::vector<std::pair<LoweredPlace, LoweredPlace>>
      new_twins_;  // context files lowered on the before side, and their other side
  std::set<Path> asked_;
  std::set<Stack> limited_;  // stacks whose context was cut
  std::size_t context_files_ = 0;
  std::size_t context_bytes_ = 0;
  std::size_t remembered_bytes_ = 0;
};

}  // namespace

Expected<void> lower_both_sides(Analysis& analysis, SourceTree& before, const FactTables& facts,
                                const RunOptions& options) {
  return Lowering(analysis, before, facts, options).run();
}

}  // namespace redtag
