#include "run/whole_tree.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "base/path.h"
#include "lower/read_with.h"
#include "lower/readers.h"
#include "model/wire.h"
#include "run/children.h"
#include "run/move_model.h"
#include "stack/stack.h"

namespace redtag {

namespace {

std::string above(const std::string& directory) {
  const std::size_t slash = directory.rfind('/');
  return slash == std::string::npos ? std::string() : directory.substr(0, slash);
}

bool holds_copies(std::string_view name) {
  static constexpr std::array copies =
      std::to_array<std::string_view>({".git", ".terraform", "node_modules", "vendor"});
  return std::find(copies.begin(), copies.end(), name) != copies.end();
}

/// Visits each directory once, breadth first below each top.
class Walker {
 public:
  Walker(SourceTree& tree, std::size_t most, const std::function<bool(TreeLevel)>& take)
      : tree_(tree), most_(most), take_(take) {}

  /// False if it is over: a limit was met, or nobody wants more.
  bool below(const std::string& top) {
    for (std::vector<std::string> level{top}; !level.empty();) {
      std::erase_if(level, [&](const std::string& directory) { return !visited_.insert(directory).second; });
      if (visited_.size() > most_) {
        complete_ = false;
        level.resize(level.size() - std::min(level.size(), visited_.size() - most_));
      }
      tree_.prefetch(level);
      std::vector<std::string> below;
      for (const std::string& directory : level) look_into(directory, below);
      if (!take_(std::exchange(level_, {})) || !complete_) return false;
      level = std::move(below);
    }
    return true;
  }
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  void look_into(const std::string& directory, std::vector<std::string>& below) {
    for (const TreeEntry& entry : tree_.list(directory)) {
      const std::uint32_t type = entry.mode & 0170000U;
      if (entry.directory && !holds_copies(entry.name)) below.push_back(joined_path(directory, entry.name));
      if (!entry.directory && (type == 0100000U || entry.mode == 0))
        level_.files.push_back(joined_path(directory, entry.name));
      if (type == 0120000U) level_.links.push_back(joined_path(directory, entry.name));
    }
  }

  SourceTree& tree_;
  std::size_t most_;
  const std::function<bool(TreeLevel)>& take_;
  std::set<std::string> visited_;
  TreeLevel level_;
  bool complete_ = true;
};

/// Reads what front ends can read, lowers what the cache does not have, and links.
class TreeLowering {
 public:
  TreeLowering(SourceTree& tree, Side side, const FactTables& facts, const RunOptions& options, LoweredCache& cache)
      : tree_(tree), side_(side), facts_(facts), options_(options), cache_(cache) {}

  Expected<TreeModel> run(const std::vector<Path>& files) {
    read(files);
    RT_TRY(lower(0));
    // Programs are read for the tables that they use: where there are none, they tell nothing.
    if (const std::size_t first = models_.size(); has_tables() && read_programs()) RT_TRY(lower(first));
    link();
    return std::move(result_);
  }

 private:
  void read(const std::vector<Path>& files) {
    tree_.prefetch(files);
    for (const Path& path : files) {
      std::optional<std::string> text = tree_.read(path);
      if (!text) continue;
      const Stack stack = detect_stack(path, *text);
      const Frontend* reader = stack == Stack::None || stack == Stack::Sql ? find_graph_reader(path) : nullptr;
      if (reader != nullptr) {
        programs_.push_back({path, std::move(*text), reader});
        continue;
      }
      const Frontend* frontend = options_.frontend_of(stack);
      if (frontend != nullptr) add(path, std::move(*text), frontend);
    }
    models_.resize(result_.files.size());
  }

  void add(const Path& path, std::string text, const Frontend* frontend) {
    frontends_.push_back(frontend);
    result_.files.push_back(path);
    result_.texts.push_back(std::move(text));
  }

  [[nodiscard]] bool has_tables() const {
    return std::any_of(models_.begin(), models_.end(), [](const Model& model) {
      return std::any_of(model.operations.begin(), model.operations.end(), [](const Operation& operation) {
        return operation.object == "table" || operation.object == "column";
      });
    });
  }

  bool read_programs() {
    for (Program& program : programs_) add(program.path, std::move(program.text), program.reader);
    models_.resize(result_.files.size());
    return !programs_.empty();
  }

  Expected<void> lower(std::size_t first) {
    std::vector<std::size_t> unknown;
    for (std::size_t i = first; i < models_.size(); ++i) {
      const auto wire = cache_.find(frontends_[i]->stack, result_.files[i], result_.texts[i]);
      if (!wire || !take(i, *wire)) unknown.push_back(i);
    }

    const auto work = [&](std::size_t piece) { return lower_one(unknown[piece]); };
    const auto take_piece = [&](std::size_t piece, const PieceResult& result) {
      const std::size_t i = unknown[piece];
      if (result.end == PieceEnd::TimedOut) result_.unfinished.push_back(result_.files[i]);
      if (result.end != PieceEnd::Done || !take(i, result.bytes)) return;
      cache_.keep(frontends_[i]->stack, result_.files[i], result_.texts[i], result.bytes);
    };
    return work_in_children(unknown.size(), work, take_piece, ChildLimits{options_.workers, options_.backstop_seconds});
  }

  bool take(std::size_t i, std::string_view wire) {
    Expected<Model> model = from_wire(wire);
    if (!model) return false;
    models_[i] = std::move(*model);
    move_model(models_[i], file_id(i), side_);
    return true;
  }

  [[nodiscard]] std::string lower_one(std::size_t i) const {
    const SourceFileView view{file_id(i), side_, result_.files[i], result_.texts[i], 0, false};
    try {
      return to_wire(frontends_[i]->lower(view, LoweringView{facts_, 0}));
    } catch (const std::exception&) {  // as in run/lowering: our own bug in one file costs that file
      return to_wire(Model());
    }
  }

  void link() {
    std::map<Stack, std::vector<LoweredFile>> stacks;
    for (std::size_t i = 0; i < models_.size(); ++i) {
      LoweredFile lowered;
      lowered.file = file_id(i);
      lowered.side = side_;
      lowered.path = result_.files[i];
      lowered.context = true;  // evidence: a front end need not tell each way that a change could come in by
      lowered.model = std::move(models_[i]);
      stacks[read_with(frontends_[i]->stack)].push_back(std::move(lowered));
    }
    for (auto& [stack, lowered] : stacks) {
      const Frontend* frontend = options_.frontend_of(stack);
      if (frontend->link != nullptr) frontend->link(lowered, tree_, facts_);
      for (LoweredFile& file : lowered) append(result_.model, std::move(file.model));
    }
  }

  [[nodiscard]] static FileId file_id(std::size_t i) { return FileId{static_cast<std::uint32_t>(i)}; }

  SourceTree& tree_;
  Side side_;
  const FactTables& facts_;
  const RunOptions& options_;
  LoweredCache& cache_;
  TreeModel result_;
  struct Program {
    Path path;
    std::string text;
    const Frontend* reader;
  };
  std::vector<const Frontend*> frontends_;
  std::vector<Program> programs_;
  std::vector<Model> models_;
};

}  // namespace

bool walk_tree(SourceTree& tree, const std::vector<std::string>& tops, std::size_t most,
               const std::function<bool(TreeLevel)>& take) {
  Walker walker(tree, most, take);
  std::set<std::string> level(tops.begin(), tops.end());
  if (level.empty()) level.insert("");
  for (;;) {
    for (const std::string& top : level) {
      if (!walker.below(top)) return walker.complete();
    }
    if (level.size() == 1 && level.begin()->empty()) break;
    std::set<std::string> next;
    for (const std::string& top : level) next.insert(above(top));
    level = std::move(next);
  }
  return true;
}

TreeWalk walk_tree(SourceTree& tree, const std::vector<std::string>& tops, std::size_t most) {
  TreeWalk walk;
  walk.complete = walk_tree(tree, tops, most, [&](TreeLevel level) {
    std::move(level.files.begin(), level.files.end(), std::back_inserter(walk.files));
    return true;
  });
  return walk;
}

bool find_speaking(SourceTree& tree, const std::vector<Path>& paths,
                   const std::function<bool(std::string_view)>& speaks, TextSearch& search, std::vector<Path>& found) {
  constexpr std::size_t portion = 64;
  for (std::size_t begin = 0; begin < paths.size(); begin += portion) {
    const auto part = std::span<const Path>(paths).subspan(begin, std::min(portion, paths.size() - begin));
    tree.prefetch(part);
    for (const Path& path : part) {
      const std::optional<std::string> text = tree.read(path);
      if (!text) continue;
      search.bytes += text->size();
      if (speaks(*text)) found.push_back(path);
    }
    if (search.is_over(found)) return false;
  }
  return true;
}

Expected<TreeModel> lower_tree(SourceTree& tree, Side side, const std::vector<Path>& files, const FactTables& facts,
                               const RunOptions& options, LoweredCache& cache) {
  return TreeLowering(tree, side, facts, options, cache).run(files);
}

}  // namespace redtag
