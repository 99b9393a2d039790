#include "lower/cpp/surroundings.h"

#include <algorithm>
#include <array>
#include <deque>

#include "base/path.h"
#include "base/text.h"
#include "stack/stack.h"

namespace redtag::cpp {

namespace {

// A parser that sees the nearest headers knows the types of what a file does itself; what is farther away is stood in for. These
// bounds keep a small change's parse far below what waiting costs.
constexpr std::size_t headers_per_side = 200;
constexpr std::size_t bytes_per_side = std::size_t{2} << 20;
constexpr std::size_t headers_per_unit = 24;
constexpr std::size_t bytes_per_unit = std::size_t{160} << 10;
constexpr std::size_t includes_per_file = 400;
constexpr std::size_t database_bytes = std::size_t{8} << 20;
constexpr std::size_t ancestors = 12;
// A changed header is seen by those who include it; the first of them tell what it does to all.
constexpr std::size_t headers_asked = 8;
constexpr std::size_t includers_per_header = 3;
constexpr std::size_t includers_read = 40;
constexpr std::size_t directories_walked = 60;

std::string in_directory(const std::string& directory, const std::string& name) {
  return directory.empty() ? name : directory + "/" + name;
}

/// The directories that `words` search.
std::vector<std::string> roots_of(const std::vector<std::string>& words) {
  std::vector<std::string> roots;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "-I" || words[i] == "-isystem" || words[i] == "-iquote") roots.push_back(words[i + 1].substr(1));
  }
  return roots;
}

}  // namespace

std::vector<std::string> includes_of(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t at = text.find("include"); at != std::string_view::npos && names.size() < includes_per_file;
       at = text.find("include", at + 7)) {
    std::size_t back = at;
    while (back > 0 && (text[back - 1] == ' ' || text[back - 1] == '\t')) --back;
    if (back == 0 || text[back - 1] != '#') continue;
    std::size_t open = at + 7;
    while (open < text.size() && (text[open] == ' ' || text[open] == '\t')) ++open;
    if (open >= text.size() || (text[open] != '"' && text[open] != '<')) continue;
    const std::size_t close = text.find_first_of(text[open] == '<' ? ">\n" : "\"\n", open + 1);
    if (close == std::string_view::npos || text[close] == '\n' || close - open > 250) continue;
    names.emplace_back(text.substr(open, close - open));
  }
  return names;
}

bool is_header(std::string_view path) {
  for (const std::string_view end : {".h", ".hh", ".hpp", ".hxx", ".inl", ".ipp"}) {
    if (path.ends_with(end)) return true;
  }
  return false;
}

namespace {

bool is_source(std::string_view path) {
  for (const std::string_view end : {".c", ".cc", ".cpp", ".cxx"}) {
    if (path.ends_with(end)) return true;
  }
  return false;
}

/// Sources around a header: those of its own name first, then by directory, from its own upwards and down again.
std::vector<std::string> sources_around(const std::string& header, SourceTree& tree) {
  const std::string file = header.substr(header.rfind('/') + 1);
  const std::string stem = file.substr(0, file.rfind('.'));
  std::vector<std::string> own, others;
  std::set<std::string> seen;
  std::deque<std::string> waiting;
  for (std::string above = directory_of(header);; above = directory_of(above)) {
    waiting.push_back(above);
    if (above.empty()) break;
  }
  for (std::size_t walked = 0; !waiting.empty() && walked < directories_walked; ++walked) {
    const std::string directory = waiting.front();
    waiting.pop_front();
    if (!seen.insert(directory).second) continue;
    for (const TreeEntry& entry : tree.list(directory)) {
      const std::string path = in_directory(directory, entry.name);
      if (entry.directory) waiting.push_back(path);
      if (!entry.directory && is_source(path)) (entry.name.starts_with(stem + ".") ? own : others).push_back(path);
    }
  }
  own.insert(own.end(), others.begin(), others.end());
  if (own.size() > includers_read) own.resize(includers_read);
  return own;
}

}  // namespace

const std::vector<std::string>& Surroundings::includers_of(const std::string& header) const {
  static const std::vector<std::string> none;
  const auto found = includers_.find(header);
  return found == includers_.end() ? none : found->second;
}

std::string_view Surroundings::text_of(const std::string& path) const {
  const auto found = after_.texts.find(path);
  return found == after_.texts.end() ? std::string_view() : std::string_view(found->second);
}

void Surroundings::find_includers(const ChangeSet& changes, SourceTree& tree) {
  std::set<std::string> changed;
  std::vector<std::string> headers;
  for (const FileChange& file : changes.files) {
    if (file.after_path) changed.insert(*file.after_path);
    const bool both = file.before.kind == ImageKind::Whole && file.after.kind == ImageKind::Whole;
    if (both && is_header(*file.after_path) && stack_of(file, Side::After) == Stack::Cpp)
      headers.push_back(*file.after_path);
  }
  if (headers.size() > headers_asked) headers.resize(headers_asked);
  for (const std::string& header : headers) {
    const std::vector<Path> sources = sources_around(header, tree);
    tree.prefetch(sources);
    const std::string name = header.substr(header.rfind('/') + 1);
    for (const std::string& path : sources) {
      if (changed.count(path) > 0 || includers_[header].size() >= includers_per_header) continue;
      std::optional<std::string> text = tree.read(path);
      if (!text || text->find(name) == std::string::npos) continue;
      const std::vector<std::string> names = includes_of(*text);
      const bool includes = std::any_of(names.begin(), names.end(), [&](const std::string& included) {
        const std::string plain = included.substr(1);
        return header == plain || header.ends_with("/" + plain);
      });
      if (includes) includers_[header].push_back(path);
    }
  }
}

void Surroundings::gather(const ChangeSet& changes, SourceTree& before, SourceTree& after) {
  find_includers(changes, after);
  gather_side(before_, changes, Side::Before, before, after);
  gather_side(after_, changes, Side::After, after, before);
  std::set<std::string> refused(before_.commands.refused.begin(), before_.commands.refused.end());
  refused.insert(after_.commands.refused.begin(), after_.commands.refused.end());
  refused_.assign(refused.begin(), refused.end());
}

void Surroundings::read_database(Tree& side, SourceTree& tree, SourceTree& other,
                                 const std::vector<std::string>& paths) {
  constexpr std::array places = std::to_array<const char*>({"compile_commands.json", "build/compile_commands.json"});
  std::optional<std::string> text;
  for (const char* place : places) {
    if (!text && exists(side, tree, place)) text = tree.read(place);
  }
  for (const char* place : places) {
    if (!text) text = other.read(place);
  }
  if (!text || text->size() > database_bytes) return;
  if (auto commands = read_compile_commands(*text, paths)) side.commands = std::move(*commands);
}

void Surroundings::gather_side(Tree& side, const ChangeSet& changes, Side which, SourceTree& tree, SourceTree& other) {
  struct Waiting {
    std::string path;
    std::vector<std::string> includes;
    std::vector<std::string> roots;
  };
  std::vector<std::string> paths;
  std::deque<Waiting> waiting;
  for (const FileChange& file : changes.files) {
    if (!file.path(which) || file.image(which).kind != ImageKind::Whole || stack_of(file, which) != Stack::Cpp)
      continue;
    paths.push_back(*file.path(which));
    waiting.push_back({paths.back(), includes_of(file.image(which).text), {}});
  }
  if (paths.empty()) return;
  for (const auto& [header, files] : includers_) {
    for (const std::string& path : files) {
      std::optional<std::string> text = tree.read(path);
      if (!text || !side.texts.try_emplace(path, *text).second) continue;
      paths.push_back(path);
      waiting.push_back({path, includes_of(*text), {}});
    }
  }
  read_database(side, tree, other, paths);
  std::size_t bytes = 0;
  while (!waiting.empty() && side.texts.size() < headers_per_side && bytes < bytes_per_side) {
    // One level at a time, so that a tree that is far away can bring it all at once.
    std::deque<Waiting> level;
    level.swap(waiting);
    std::vector<Path> wanted;
    std::map<Path, std::vector<std::string>> roots;
    for (Waiting& file : level) {
      const auto [place, fresh] = side.includes.try_emplace(file.path);
      if (!fresh) continue;
      const auto known = side.commands.arguments.find(file.path);
      if (known != side.commands.arguments.end()) file.roots = roots_of(known->second);
      for (const std::string& name : file.includes) {
        const std::string path = resolve(side, tree, file.path, name, file.roots);
        if (path.empty()) continue;
        place->second.push_back(path);
        if (side.texts.count(path) == 0 && roots.emplace(path, file.roots).second) wanted.push_back(path);
      }
    }
    tree.prefetch(wanted);
    for (const Path& path : wanted) {
      if (side.texts.size() >= headers_per_side || bytes >= bytes_per_side) break;
      std::optional<std::string> text = tree.read(path);
      if (!text) continue;
      bytes += text->size();
      waiting.push_back({path, includes_of(*text), roots[path]});
      side.texts.emplace(path, std::move(*text));
    }
  }
}

bool Surroundings::exists(Tree& side, SourceTree& tree, const std::string& path) {
  std::string directory;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t slash = path.find('/', begin);
    const std::string name = path.substr(begin, slash == std::string::npos ? slash : slash - begin);
    const auto [place, added] = side.directories.try_emplace(directory);
    if (added) {
      for (const TreeEntry& entry : tree.list(directory)) place->second.insert(entry.name);
    }
    if (place->second.count(name) == 0) return false;
    if (slash == std::string::npos) return true;
    directory = in_directory(directory, name);
    begin = slash + 1;
  }
}

/// Beside the file, below what the compile command names, then below each directory above the file and what headers are mostly kept in.
std::string Surroundings::resolve(Tree& side, SourceTree& tree, const std::string& from, const std::string& name,
                                  const std::vector<std::string>& roots) {
  const std::string plain = name.substr(1);
  const auto found = [&](const std::string& directory) {
    const std::string path = path_below(directory, plain).value_or("");
    return !path.empty() && exists(side, tree, path) ? path : std::string();
  };
  std::string directory = directory_of(from);
  if (std::string path = found(directory); !path.empty()) return path;
  for (const std::string& root : roots) {
    if (std::string path = found(root); !path.empty()) return path;
  }
  for (std::size_t step = 0; step < ancestors; ++step) {
    for (const char* below : {"", "include", "src", "lib"}) {
      if (std::string path = found(path_below(directory, below).value_or("")); !path.empty()) return path;
    }
    if (directory.empty()) break;
    directory = directory_of(directory);
  }
  return {};
}

flow::Request Surroundings::request(const std::string& before_path, std::string_view before_text,
                                    const std::string& after_path, std::string_view after_text) const {
  flow::Request request;
  if (!before_path.empty()) fill(request, request.before, before_, before_path, before_text);
  if (!after_path.empty()) fill(request, request.after, after_, after_path, after_text);
  request.wanted = {before_path.empty() ? after_path : before_path};
  if (!after_path.empty() && after_path != before_path) request.wanted.push_back(after_path);
  return request;
}

void Surroundings::fill(flow::Request& request, flow::SideRequest& out, const Tree& side, const std::string& path,
                        std::string_view text) const {
  const auto add = [&](const std::string& name, std::string_view bytes) {
    for (std::uint32_t i = 0; i < request.files.size(); ++i) {
      if (request.files[i].path == name && request.files[i].text == bytes) return out.files.push_back(i);
    }
    out.files.push_back(static_cast<std::uint32_t>(request.files.size()));
    request.files.push_back({name, std::string(bytes)});
  };
  out.present = true;
  out.main = path;
  add(path, text);
  std::set<std::string> seen{path}, roots;
  std::deque<std::string> waiting{path};
  std::size_t bytes = 0;
  while (!waiting.empty()) {
    const auto from = side.includes.find(waiting.front());
    waiting.pop_front();
    if (from == side.includes.end()) continue;
    for (const std::string& included : from->second) {
      const auto header = side.texts.find(included);
      if (header == side.texts.end() || !seen.insert(included).second) continue;
      if (seen.size() > headers_per_unit || bytes + header->second.size() > bytes_per_unit) continue;
      bytes += header->second.size();
      add(included, header->second);
      waiting.push_back(included);
      for (std::string above = directory_of(included);; above = directory_of(above)) {
        roots.insert(above);
        if (above.empty()) break;
      }
    }
  }
  const auto known = side.commands.arguments.find(path);
  if (known != side.commands.arguments.end()) out.arguments = known->second;
  // Longest first: where two directories have a header of that name, the nearer one is meant.
  std::vector<std::string> ordered(roots.begin(), roots.end());
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const std::string& root : ordered) {
    out.arguments.emplace_back("-I");
    out.arguments.push_back("/" + root);
  }
}

}  // namespace redtag::cpp
