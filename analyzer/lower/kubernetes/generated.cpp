#include "lower/kubernetes/generated.h"

#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "lower/ci/pipeline.h"
#include "lower/kubernetes/references.h"

namespace redtag::kubernetes {

namespace {

using ci::at;
using document::Member;
using document::Node;

constexpr std::size_t most_generated = 400;

class Generated {
 public:
  Generated(std::string name, const NodePlace& place) : name_(std::move(name)), place_(place) {
    value_.presence = Presence::Known;
    value_.shape = Shape::Set;
  }

  void read(const Node& generators) {
    std::vector<const Node*> open{&generators};
    while (!open.empty()) {
      const Node& list = *open.back();
      open.pop_back();
      for (const Node& item : list.items) {
        for (const Member& kind : item.members) {
          if (const Node* inner = kind.value.find("generators")) open.push_back(inner);
          read_one(kind);
        }
      }
    }
  }

  Value take() { return std::move(value_); }

 private:
  void read_one(const Member& kind) {
    if (kind.key == "list") {
      if (const Node* elements = kind.value.find("elements")) {
        for (const Node& element : elements->items) add(named_by(element), element.bytes);
      }
    } else if (kind.key == "git") {
      read_git(kind.value);
    } else if (kind.key == "clusters") {
      const Node* selector = kind.value.find("selector");
      add(name_ + " for clusters " + (selector == nullptr ? "{}" : ci::flat(*selector)),
          selector == nullptr ? kind.value.bytes : selector->bytes);
    } else if (kind.key != "selector" && kind.key != "merge" && kind.key != "matrix") {
      add(name_ + " for " + kind.key, kind.key_bytes);
    }
  }

  void read_git(const Node& git) {
    for (const std::string_view key : {"directories", "files"}) {
      const Node* list = git.find(key);
      if (list == nullptr) continue;
      std::string without;
      for (const Node& item : list->items) {
        const Node *path = item.find("path"), *exclude = item.find("exclude");
        if (path != nullptr && exclude != nullptr && exclude->text == "true") without += " but " + path->text;
      }
      for (const Node& item : list->items) {
        const Node *path = item.find("path"), *exclude = item.find("exclude");
        if (path == nullptr || (exclude != nullptr && exclude->text == "true")) continue;
        std::string said(name_);
        said += " for ";
        said += path->text;
        add(said + without, item.bytes);
      }
    }
  }

  /// The template's name with the parameters that an element has: `{{cluster}}-shop`, `{{ .cluster }}-shop`.
  [[nodiscard]] std::string named_by(const Node& element) const {
    std::string name;
    for (std::size_t from = 0;;) {
      const std::size_t open = name_.find("{{", from);
      const std::size_t close = open == std::string::npos ? open : name_.find("}}", open);
      if (close == std::string::npos) return name + name_.substr(from);
      name += name_.substr(from, open - from);
      std::string_view key = trim(std::string_view(name_).substr(open + 2, close - open - 2));
      while (key.starts_with('.')) key.remove_prefix(1);
      const Node* found = &element;
      for (const std::string_view part : split(key, '.')) found = at(found, part);
      const Node* whole = element.find(key);
      if (whole != nullptr) found = whole;
      name += found != nullptr && found->scalar() ? found->text : name_.substr(open, close + 2 - open);
      from = close + 2;
    }
  }

  void add(std::string text, ByteRange bytes) {
    if (value_.items.size() >= most_generated) return;
    value_.items.push_back(known_string(std::move(text), place_.region(bytes)));
  }

  std::string name_;
  const NodePlace& place_;
  Value value_;
};

}  // namespace

void note_generated(Resource& set, const Node& root, const NodePlace& place) {
  if (!set.type.ends_with("/ApplicationSet") || place.directives != nullptr) return;
  const Node* spec = root.find("spec");
  const Node* generators = at(spec, "generators");
  const Node* name = at(at(at(spec, "template"), "metadata"), "name");
  if (generators == nullptr) return;
  Generated generated(name == nullptr ? std::string() : name->text, place);
  generated.read(*generators);
  Value made = generated.take();
  if (made.items.empty()) return;
  made.region = place.region(generators->bytes);
  set.attributes.push_back({"generates", std::move(made), place.region(generators->bytes)});
}

namespace {

constexpr std::size_t most_listed = 2000;  // directories that patterns are looked for in

/// The elements of a list that stands under a key, which may have become one entry each.
std::vector<const Value*> members(const Value& map, std::string_view key) {
  std::vector<const Value*> found;
  for (const Entry& entry : map.entries) {
    if (entry.key != key) continue;
    if (!entry.value.entries.empty()) found.push_back(&entry.value);
    for (const Value& item : entry.value.items) found.push_back(&item);
  }
  return found;
}

/// How many files or directories of one side's tree a generator's patterns find, less those that it leaves out.
class Finder {
 public:
  explicit Finder(SourceTree& tree) : tree_(tree) {}

  std::size_t count(const Value& git) {
    std::size_t found = 0;
    for (const std::string_view key : {"directories", "files"}) {
      std::set<std::string> taken, left_out;
      for (const Value* item : members(git, key)) {
        const Value *path = find_entry(*item, "path"), *exclude = find_entry(*item, "exclude");
        if (path == nullptr || !path->known()) continue;
        const bool out = exclude != nullptr && exclude->text == "true";
        add(path->text, key == "directories" ? Kind::Directories : Kind::Files, out ? left_out : taken);
      }
      for (const std::string& path : taken) found += left_out.contains(path) ? 0 : 1;
    }
    return found;
  }

  [[nodiscard]] bool exhausted() const { return listed_ > most_listed; }

 private:
  enum class Kind : std::uint8_t { Directories, Files };

  struct Open {
    std::string directory;
    std::size_t part;
  };

  void add(std::string_view pattern, Kind kind, std::set<std::string>& into) {
    if (pattern.starts_with("./")) pattern.remove_prefix(2);
    const std::vector<std::string_view> parts = split(pattern, '/');
    std::vector<Open> open{{{}, 0}};
    while (!open.empty() && ++listed_ <= most_listed) {
      const Open at = std::move(open.back());
      open.pop_back();
      const bool any = parts[at.part] == "**", last = at.part + 1 == parts.size();
      if (any && !last) open.push_back({at.directory, at.part + 1});
      for (const TreeEntry& entry : tree_.list(at.directory)) {
        const std::string path = at.directory.empty() ? entry.name : at.directory + "/" + entry.name;
        if (any && entry.directory) open.push_back({path, at.part});
        if (!any && !glob_match(parts[at.part], entry.name)) continue;
        if (last && entry.directory == (kind == Kind::Directories)) into.insert(path);
        if (!last && !any && entry.directory) open.push_back({path, at.part + 1});
      }
    }
  }

  SourceTree& tree_;
  std::size_t listed_ = 0;
};

/// The generators that read a repository, through those that combine others.
std::vector<const Value*> git_generators(const Value& generators) {
  std::vector<const Value*> found, open;
  for (const Value& item : generators.items) open.push_back(&item);
  while (!open.empty()) {
    const Value* item = open.back();
    open.pop_back();
    for (const Entry& kind : item->entries) {
      if (kind.key == "git") found.push_back(&kind.value);
      for (const Value* inner : members(kind.value, "generators")) open.push_back(inner);
    }
  }
  return found;
}

}  // namespace

void note_found(std::span<LoweredFile> files, SourceTree& tree) {
  for (LoweredFile& file : files) {
    if (file.context || file.partial) continue;
    for (Resource& set : file.model.resources) {
      if (!set.type.ends_with("/ApplicationSet")) continue;
      const Value* generators = value_at(set, {"spec", "generators"});
      if (generators == nullptr) continue;
      Finder finder(tree);
      std::size_t found = 0;
      const std::vector<const Value*> readers = git_generators(*generators);
      for (const Value* git : readers) found += finder.count(*git);
      if (readers.empty() || finder.exhausted()) continue;
      const Region place = generators->region;
      set.attributes.push_back({"finds", known_string(found == 0 ? "nothing" : "something", place), place});
    }
  }
}

}  // namespace redtag::kubernetes
