// Which unchanged files would be evidence: those beside a changed one, the modules it calls, and the callers of a module.
#include <algorithm>
#include <array>
#include <cctype>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "lower/limit_met.h"
#include "lower/terraform/link.h"
#include "lower/terraform/lock_file.h"
#include "lower/terraform/scope.h"
#include "lower/terraform/terragrunt.h"
#include "lower/terraform/text_file.h"
#include "lower/terraform/units.h"

namespace redtag::terraform {

namespace {

constexpr std::size_t searched_directories = 2000;  // one object read each
constexpr std::size_t searched_bytes = std::size_t{16} << 20;
constexpr std::size_t searched_files = 1000;
constexpr std::size_t most_callers = 64;  // each is a root of its own, whose values a change in the module may turn
constexpr unsigned caller_levels = 3;
constexpr unsigned name_levels = 4;  // values that come from such a name, and from those
constexpr std::size_t portion = 64;  // directories that are brought at a time

bool is_configuration(std::string_view name) {
  return name.ends_with(".tf") || name.ends_with(".tofu") || name.ends_with(".tf.json") ||
         name.ends_with(".tofu.json") || is_terragrunt(name);
}
bool is_variable_file(std::string_view name) { return name.ends_with(".tfvars") || name.ends_with(".tfvars.json"); }

/// Directories that no deployment comes from, and those that hold copies of other people's code.
bool is_skipped(std::string_view name) {
  static constexpr std::array skipped = std::to_array<std::string_view>(
      {"example", "examples", "test", "tests", "testdata", "fixtures", "node_modules", "vendor"});
  return name.starts_with('.') || std::find(skipped.begin(), skipped.end(), name) != skipped.end();
}

/// The local paths that text behind the word `source` names, as directories seen from `directory`.
bool calls(std::string_view text, std::string_view directory, std::string_view callee) {
  constexpr std::string_view word = "source";
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at)) {
    at += word.size();
    const auto quote = text.find_first_not_of(" \t=", at);
    if (quote == std::string_view::npos || text[quote] != '"') continue;
    const auto end = text.find_first_of("\"\n", quote + 1);
    if (end == std::string_view::npos) return false;
    const auto resolved = resolve_local_source(directory, text.substr(quote + 1, end - quote - 1));
    if (resolved && *resolved == callee) return true;
  }
  return false;
}

/// Whether a text writes one of the names, and not only the beginning of a longer one.
bool writes_one(std::string_view text, const std::set<std::string>& names) {
  const auto goes_on = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; };
  for (const std::string_view word : {"local.", "var."}) {
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      std::size_t end = at + word.size();
      while (end < text.size() && goes_on(text[end])) ++end;
      if (names.contains(std::string(text.substr(at, end - at)))) return true;
    }
  }
  return false;
}

/// Whether a text defines one of the names: `variable "k"`, or a line `k = …` of a text with locals.
bool defines_one(std::string_view text, const std::set<std::string>& names) {
  const bool locals = text.find("locals") != std::string_view::npos;
  for (const std::string& name : names) {
    const bool local = name.starts_with("local.");
    if (local && !locals) continue;
    const std::string_view word = std::string_view(name).substr(name.find('.') + 1);
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      const std::size_t line = text.rfind('\n', at) + 1;
      const std::string_view before = trim(text.substr(line, at - line));
      const std::string_view behind = trim(text.substr(at + word.size(), 40));
      if (local ? (before.empty() || before.ends_with('{')) && behind.starts_with('=')
                : before == "variable \"" && behind.starts_with('"'))
        return true;
    }
  }
  return false;
}

/// What has been lowered of one directory.
struct Seen {
  bool changed = false;
  bool root = false;  ///< a provider or a state back end: nobody calls it
  bool has_variables =
      false;  ///< without any, no caller decides a value in it, and the search for one would be for nothing
  std::set<std::string> calls;  ///< directories of local modules
};

/// One round of asking.
class Asker {
 public:
  Asker(std::span<const LoweredFile> files, SourceTree& tree) : files_(files), tree_(tree) {
    for (const LoweredFile& file : files) note(file);
  }

  std::vector<Path> ask() {
    std::set<std::string> wanted;
    for (const auto& [path, seen] : directories_) {
      if (seen.changed) wanted.insert(path);
    }
    add_callees(wanted);
    for (const std::string& directory : wanted) want(directory);
    want_named();
    want_texts(wanted);
    for (Path& part : parts_) add(std::move(part));
    if (result_.empty()) add_callers();  // only now is it known whether the directory is a root
    if (limit_met_) result_.emplace_back(limit_met);
    return std::move(result_);
  }

 private:
  void note(const LoweredFile& file) {
    lowered_.insert(file.path);
    if (file.context) ++context_files_;
    const std::string directory(directory_of(file.path));
    if (is_lock_file(file.path)) {
      directories_[directory].changed = true;  // what stands beside it tells a lock that goes from a root that goes
      return;
    }
    if (!is_evidence(file.path)) {
      if (file.context) return;
      if (is_unit_part(file.path)) {
        for (std::string& unit : units_below(directory, tree_)) directories_[std::move(unit)].changed = true;
        return;
      }
      // A policy, table or template that changes: who reads it stands beside it, or in a folder above.
      std::string_view above = directory;
      for (unsigned level = 0; level <= text_levels; ++level) {
        directories_[std::string(above)].changed = true;
        if (above.empty()) break;
        above = directory_of(above);
      }
      for (std::string& beside : readers_beside(file.path, tree_)) directories_[std::move(beside)].changed = true;
      return;
    }
    if (!file.context && is_variable_file(file.path)) note_reader_above(directory);
    if (!file.context && is_terragrunt(file.path) && is_bare(file)) {
      for (std::string& unit : units_below(directory, tree_)) directories_[std::move(unit)].changed = true;
    }
    if (is_terragrunt(file.path)) {
      for (Path& part : parts_named_by(file, tree_)) parts_.push_back(std::move(part));
    }
    Seen& seen = directories_[directory];
    seen.changed = seen.changed || !file.context;
    for (const Resource& resource : file.model.resources) {
      if (resource.declares == Declares::Backend || resource.type == "provider") seen.root = true;
      // Nobody sees from outside what a module neither takes nor gives.
      if (resource.type == "variable" || (!file.context && resource.type == "output")) seen.has_variables = true;
      if (resource.declares != Declares::Module) continue;
      for (const Entry& entry : resource.attributes) {
        if (entry.key != "source" || !entry.value.known()) continue;
        if (auto callee = resolve_local_source(directory, entry.value.text)) seen.calls.insert(std::move(*callee));
      }
    }
  }

  /// A folder of variable files alone belongs to the root above it, which is given one of them by hand.
  void note_reader_above(const std::string_view own) {
    std::string_view directory = own;
    for (unsigned level = 0; level <= variable_file_levels; ++level) {
      const std::vector<TreeEntry> entries = tree_.list(directory);
      const bool reads = std::any_of(entries.begin(), entries.end(), [](const TreeEntry& entry) {
        return !entry.directory && is_configuration(entry.name);
      });
      if (reads) directories_[std::string(directory)].changed = true;
      if (reads) return;
      if (directory.empty()) break;
      directory = directory_of(directory);
    }
    if (own.empty() || note_readers_below(own)) return;
    // Beside the roots: `envs/prod.tfvars` is given to what stands in `terraform`.
    std::string_view above = own;
    for (unsigned level = 0; level < variable_file_levels && !above.empty(); ++level) {
      above = directory_of(above);
      if (note_readers_below(above)) return;
    }
  }

  /// Above several roots it is given to each of them that takes what it says. False if there is none.
  bool note_readers_below(std::string_view directory) {
    constexpr std::size_t most_roots = 32;
    std::size_t found = 0;
    std::vector<std::string> level{std::string(directory)};
    for (unsigned depth = 0; depth < 2; ++depth) {
      std::vector<std::string> next;
      for (const std::string& above : level) {
        for (const TreeEntry& entry : tree_.list(above)) {
          if (!entry.directory || is_skipped(entry.name) || next.size() >= searched_directories / 4) continue;
          next.push_back(joined_path(above, entry.name));
          const std::vector<TreeEntry> inner = tree_.list(next.back());
          const bool reads = std::any_of(inner.begin(), inner.end(), [](const TreeEntry& one) {
            return !one.directory && is_configuration(one.name);
          });
          if (reads && found++ < most_roots) directories_[next.back()].changed = true;
        }
      }
      level = std::move(next);
    }
    return found > 0;
  }

  /// Without a module of its own it is there for those that include it.
  static bool is_bare(const LoweredFile& file) {
    return std::none_of(file.model.resources.begin(), file.model.resources.end(),
                        [](const Resource& resource) { return resource.declares == Declares::Module; });
  }

  void add_callees(std::set<std::string>& wanted) const {
    std::deque<std::string> open(wanted.begin(), wanted.end());
    while (!open.empty()) {
      const auto seen = directories_.find(open.front());
      open.pop_front();
      if (seen == directories_.end()) continue;
      for (const std::string& callee : seen->second.calls) {
        if (wanted.insert(callee).second) open.push_back(callee);
      }
    }
  }

  void want(const std::string& directory) {
    for (const TreeEntry& entry : tree_.list(directory)) {
      const bool link = (entry.mode & 0170000U) == 0120000U;  // never followed, so nobody would bring it
      if (entry.directory || link || !is_evidence(entry.name)) continue;
      std::string path = joined_path(directory, entry.name);
      if (lowered_.contains(path)) continue;
      if (context_files_ + named_files >= limits::context_files)
        left_[directory].push_back(std::move(path));
      else
        add(std::move(path));
    }
  }

  void add(std::string path) {
    if (lowered_.contains(path)) return;
    limit_met_ = limit_met_ || context_files_ >= limits::context_files;
    if (context_files_ >= limits::context_files || !lowered_.insert(path).second) return;
    ++context_files_;
    result_.push_back(std::move(path));
  }

  /// Of a directory with more files than are read, those that write a name which the change declares.
  void want_named() {
    for (const auto& [directory, paths] : left_) {
      const std::set<std::string> names = names_of(directory), used = used_in(directory);
      if (names.empty() && used.empty()) continue;
      for (const std::string& path : paths) {
        if (read_files_ >= searched_files || read_bytes_ >= searched_bytes) {
          limit_met_ = true;
          return;
        }
        const std::optional<std::string> text = tree_.read(path);
        ++read_files_;
        read_bytes_ += text ? text->size() : 0;
        if (text && (writes_one(*text, names) || defines_one(*text, used))) add(path);
      }
    }
  }

  /// `local.x` and `var.x` that files of the directory ask for by a change or on the way from one, and that nothing read so far defines.
  [[nodiscard]] std::set<std::string> used_in(const std::string& directory) const {
    std::set<std::string> used, defined;
    for (const LoweredFile& file : files_) {
      if (directory_of(file.path) != directory || !is_configuration(file.path)) continue;
      for (const Resource& resource : file.model.resources) {
        const bool variable = resource.type == "variable", local = resource.type == "local";
        if (variable || local) defined.insert((variable ? "var." : "local.") + resource.name);
        if (file.context && !local) continue;
        for (const Reference& reference : resource.references) {
          if (reference.target.starts_with("local.") || reference.target.starts_with("var."))
            used.insert(reference.target);
        }
      }
    }
    std::erase_if(used, [&](const std::string& name) { return defined.contains(name); });
    return used;
  }

  /// `local.x` and `var.x` of what changed files declare, and of the values in the directory that come from them.
  [[nodiscard]] std::set<std::string> names_of(const std::string& directory) const {
    std::set<std::string> names;
    for (unsigned level = 0; level < name_levels; ++level) {
      for (const LoweredFile& file : files_) {
        if (directory_of(file.path) != directory && !is_variable_file(file.path)) continue;
        for (const Resource& resource : file.model.resources) {
          const bool variable = resource.type == "variable" || resource.type == "tfvar";
          if (resource.declares != Declares::Setting || (!variable && resource.type != "local")) continue;
          const bool follows =
              std::any_of(resource.references.begin(), resource.references.end(),
                          [&](const Reference& reference) { return names.contains(reference.target); });
          if (!file.context || follows) names.insert((variable ? "var." : "local.") + resource.name);
        }
      }
    }
    return names;
  }

  /// Texts that `file` and `templatefile` of the wanted directories read; the run knows which of them it has.
  void want_texts(const std::set<std::string>& directories) {
    for (const LoweredFile& file : files_) {
      if (!is_configuration(file.path) || !directories.contains(std::string(directory_of(file.path)))) continue;
      for (const std::string& path : texts_read_by(file)) {
        if (context_files_ >= limits::context_files || !lowered_.insert(path).second) continue;
        ++context_files_;
        result_.push_back(path);
      }
    }
  }

  void add_callers() {
    std::set<std::string> modules;
    for (const auto& [path, seen] : directories_) {
      if (seen.changed && !seen.root && seen.has_variables && !path.empty()) modules.insert(path);
    }
    for (unsigned level = 0; level < caller_levels; ++level) {
      std::set<std::string> next;
      for (const std::string& module : modules) {
        std::set<std::string> callers = known_callers(module);
        if (callers.empty()) {
          for (const std::string& caller : search_callers(module)) want(caller);
          continue;
        }
        for (const std::string& caller : callers) {
          want(caller);
          if (!directories_.at(caller).root && !caller.empty()) next.insert(caller);
        }
      }
      modules = std::move(next);
    }
  }

  [[nodiscard]] std::set<std::string> known_callers(const std::string& module) const {
    std::set<std::string> callers;
    for (const auto& [path, seen] : directories_) {
      if (path != module && seen.calls.contains(module)) callers.insert(path);
    }
    return callers;
  }

  /// Walks the tree from the module outwards: its neighbours first, then those of each directory above.
  std::vector<std::string> search_callers(const std::string& module) {
    std::vector<std::string> found;
    std::set<std::string> visited{module};
    std::string top = module;
    while (!top.empty()) {
      top = directory_of(top);
      for (std::vector<std::string> level{top}; !level.empty();) {
        std::erase_if(level, [&](const std::string& directory) { return !visited.insert(directory).second; });
        std::vector<std::string> below;
        for (std::size_t i = 0; i < level.size(); ++i) {
          if (i % portion == 0) bring(std::span(level).subspan(i, std::min(portion, level.size() - i)));
          if (++listed_ > searched_directories || found.size() >= most_callers || read_files_ >= searched_files ||
              read_bytes_ >= searched_bytes) {
            limit_met_ = true;
            return found;
          }
          if (look_into(level[i], module, below)) found.push_back(level[i]);
        }
        level = std::move(below);
      }
      if (!found.empty()) return found;  // callers further away are rare, and a whole tree is dear
    }
    return found;
  }

  /// What look_into will ask for, all at once: a tree that is far away answers one question at a time.
  void bring(std::span<const std::string> directories) {
    tree_.prefetch(directories);
    std::vector<Path> texts;
    for (const std::string& directory : directories) {
      for (const TreeEntry& entry : tree_.list(directory)) {
        if (!entry.directory && is_configuration(entry.name) && read_files_ + texts.size() < searched_files)
          texts.push_back(joined_path(directory, entry.name));
      }
    }
    tree_.prefetch(texts);
  }

  bool look_into(const std::string& directory, const std::string& module, std::vector<std::string>& below) {
    bool caller = false;
    const std::string_view name = std::string_view(module).substr(module.rfind('/') + 1);
    for (const TreeEntry& entry : tree_.list(directory)) {
      if (entry.directory) {
        if (!is_skipped(entry.name)) below.push_back(joined_path(directory, entry.name));
        continue;
      }
      if (caller || !is_configuration(entry.name) || read_files_ >= searched_files || read_bytes_ >= searched_bytes)
        continue;
      const std::optional<std::string> text = tree_.read(joined_path(directory, entry.name));
      ++read_files_;
      read_bytes_ += text ? text->size() : 0;
      caller = text && text->find(name) != std::string::npos && calls(*text, directory, module);
    }
    return caller;
  }

  std::span<const LoweredFile> files_;
  SourceTree& tree_;
  std::map<std::string, Seen, std::less<>> directories_;
  std::set<std::string, std::less<>> lowered_;
  std::vector<Path> result_;
  std::vector<Path> parts_;                               ///< of Terragrunt units: files above that they name
  std::map<std::string, std::vector<std::string>> left_;  ///< of wanted directories, beyond what is read of them
  std::size_t context_files_ = 0;
  std::size_t listed_ = 0;
  std::size_t read_files_ = 0;
  std::size_t read_bytes_ = 0;
  bool limit_met_ = false;  ///< what was left out may decide a value
};

}  // namespace

bool is_evidence(std::string_view name) { return is_configuration(name) || is_variable_file(name); }

std::vector<Path> wanted_files(std::span<const LoweredFile> files, SourceTree& tree) {
  return Asker(files, tree).ask();
}

}  // namespace redtag::terraform
