#include "lower/cloudformation/link.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "lower/cloudformation/given.h"
#include "lower/cloudformation/parameter_files.h"
#include "lower/limit_met.h"
#include "lower/refusals.h"

namespace redtag::cloudformation {

namespace {

/// The path inside of the tree that `written` names as seen from `file`; nullopt for addresses and what leaves the tree.
std::optional<std::string> local_path(std::string_view file, std::string_view written) {
  if (written.empty() || written.find("://") != std::string_view::npos ||
      written.find("${") != std::string_view::npos || written[0] == '/') {
    return std::nullopt;
  }
  const std::size_t slash = std::min(file.rfind('/'), file.size());
  const auto path = path_below(slash == file.size() ? std::string_view() : file.substr(0, slash), written);
  return path && path->empty() ? std::nullopt : path;
}

const Value* attribute(const Resource& resource, std::string_view key) {
  for (const Entry& entry : resource.attributes) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

/// Where a nested stack says that its template is; nullptr where it does not, or not in one word.
const Value* template_place(const Resource& resource) {
  if (resource.declares != Declares::Module) return nullptr;
  for (const std::string_view key : {"TemplateURL", "Location"}) {
    const Value* where = attribute(resource, key);
    if (where != nullptr && where->presence != Presence::Absent && where->shape == Shape::Scalar) return where;
  }
  return nullptr;
}

/// The template that a nested stack is made from, if it lies in the tree.
std::optional<std::string> nested_template(const LoweredFile& file, const Resource& resource) {
  const Value* where = template_place(resource);
  return where != nullptr && where->known() ? local_path(file.path, where->text) : std::nullopt;
}

/// Whether a path of the tree is there.
using Exists = std::function<bool(const std::string&)>;

/// Where the template of an address (`https://bucket/nested/data.json`) most likely comes from: the longest end of it that stands in the
/// caller's folder or in one above. A last name alone counts in the caller's own folder only.
std::optional<std::string> uploaded_from(std::string_view file, std::string_view written, const Exists& exists) {
  constexpr std::size_t most_parts = 6;
  const std::size_t scheme = written.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  written = written.substr(scheme + 3, written.find('?') - scheme - 3);
  std::vector<std::string_view> parts = split(written, '/');
  if (parts.size() < 2 || parts.size() > most_parts) return std::nullopt;
  std::string_view folder = file.substr(0, std::min(file.rfind('/'), file.size()));
  if (folder.size() == file.size()) folder = {};
  const std::string_view own = folder;
  for (std::size_t begin = 1; begin < parts.size(); ++begin) {
    std::string end;
    for (std::size_t i = begin; i < parts.size(); ++i) end += (i == begin ? "" : "/") + std::string(parts[i]);
    if (end.find("${") != std::string::npos || end.find("..") != std::string::npos) continue;
    folder = own;
    while (true) {
      std::string path = folder.empty() ? end : std::string(folder) + "/" + end;
      if (path != file && exists(path)) return path;
      if (folder.empty() || begin + 1 == parts.size()) break;
      const std::size_t slash = folder.rfind('/');
      folder = slash == std::string_view::npos ? std::string_view() : folder.substr(0, slash);
    }
  }
  return std::nullopt;
}

/// The same for one that is uploaded first.
std::optional<std::string> nested_template(const LoweredFile& file, const Resource& resource, const Exists& exists) {
  if (auto path = nested_template(file, resource)) return path;
  const Value* where = template_place(resource);
  return where == nullptr ? std::nullopt : uploaded_from(file.path, where->text, exists);
}

/// `storage` of `https://…/releases/2.1/storage-v3.yaml?x`: what the template is, whichever edition. Empty where only the deployment knows.
std::string kind_of(std::string_view place) {
  place = place.substr(0, place.find('?'));
  place = place.substr(place.rfind('/') + 1);
  place = place.substr(0, place.rfind('.'));
  if (place.find("${") != std::string_view::npos || place.find('}') != std::string_view::npos) return {};
  std::string kind;
  const auto add = [&](std::string_view word) {
    const auto digits = word.find_first_of("0123456789");
    const bool edition =
        word.find_first_not_of("v0123456789") == std::string_view::npos && digits != std::string_view::npos;
    const bool digest = word.size() >= 7 && digits != std::string_view::npos &&
                        word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (word.empty() || edition || digest || word == "latest") return;
    kind += (kind.empty() ? "" : "-") + std::string(word);
  };
  const std::string name = lower_ascii(place);
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find_first_of("-_.", at), name.size());
    add(std::string_view(name).substr(at, end - at));
    at = end + 1;
  }
  return kind;
}

/// `source`: the file of the tree, or the address; `kind`: what the template is.
void note_source(const LoweredFile& file, Resource& resource) {
  const Value* where = template_place(resource);
  if (where == nullptr || file.partial) return;
  const auto path = nested_template(file, resource);
  const Region place = where->region;
  const std::string kind = kind_of(where->text);
  Value source = path ? known_string("./" + *path, place) : *where;
  resource.attributes.push_back({"source", std::move(source), place});
  if (!kind.empty()) resource.attributes.push_back({"kind", known_string(kind, place), place});
}

/// A template, and a call that nests it.
struct Nesting {
  const LoweredFile* from = nullptr;
  const Resource* call = nullptr;
};
using Nestings = std::multimap<std::string, Nesting, std::less<>>;

/// The ways from the outermost templates down to `path`.
std::vector<Call> calls_of(const std::string& path, const Nestings& nestings) {
  constexpr std::size_t most_calls = 64, deepest = 5;
  struct Way {
    std::string file, address;
    Region region;
    std::size_t levels = 0;
  };
  std::vector<Call> calls;
  std::vector<Way> open{{path, {}, {}, 0}};
  while (!open.empty() && calls.size() < most_calls) {
    const Way way = std::move(open.back());
    open.pop_back();
    const auto [first, last] = nestings.equal_range(way.file);
    if (first == last && !way.address.empty()) calls.push_back({way.file + ":" + way.address, {}, way.region});
    for (auto at = first; at != last && way.levels < deepest && open.size() < most_calls; ++at) {
      const Nesting& nesting = at->second;
      open.push_back({nesting.from->path, nesting.call->name + (way.address.empty() ? "" : "." + way.address),
                      way.levels == 0 ? nesting.call->header : way.region, way.levels + 1});
    }
  }
  std::sort(calls.begin(), calls.end(), [](const Call& a, const Call& b) { return a.address < b.address; });
  return calls;
}

/// Tells every declaration of a nested template from where it is nested.
void note_calls(std::span<LoweredFile> files, const Exists& exists) {
  Nestings nestings;
  for (const LoweredFile& file : files) {
    for (const Resource& resource : file.model.resources) {
      if (const auto path = nested_template(file, resource, exists)) nestings.emplace(*path, Nesting{&file, &resource});
    }
  }
  for (LoweredFile& file : files) {
    if (!nestings.contains(file.path)) continue;
    const std::vector<Call> calls = calls_of(file.path, nestings);
    for (Resource& resource : file.model.resources) {
      if (resource.declares == Declares::Resource || resource.declares == Declares::Module) resource.calls = calls;
    }
  }
}

void add_given(const Resource& call, Given& given) {
  const Value* parameters = attribute(call, "Parameters");
  if (parameters != nullptr) given.add(parameters->entries);
}

void hand_in_all(Resource& resource, const Given& given) {
  for (Entry& entry : resource.attributes) given.hand_in(entry.value);
  std::erase_if(resource.attributes, [](const Entry& entry) { return entry.value.presence == Presence::Absent; });
  given.decide_existence(resource);
}

bool same_attributes(const Resource& a, const Resource& b) {
  return std::equal(a.attributes.begin(), a.attributes.end(), b.attributes.begin(), b.attributes.end(),
                    [](const Entry& x, const Entry& y) { return x.key == y.key && same_value(x.value, y.value); });
}

constexpr std::size_t most_copies = 2000;

void append_copies(std::vector<Resource> copies, Model& model) {
  model.resources.insert(model.resources.end(), std::make_move_iterator(copies.begin()),
                         std::make_move_iterator(copies.end()));
}

/// One of several parameter files, and all that it gives.
struct Deployment {
  std::string_view name;
  Given given;
};

/// Where several files give other values, each is a stack of its own; one alone speaks for the declaration itself.
std::vector<Deployment> deployments_of(const LoweredFile& file, const std::vector<Handing>& handed) {
  std::vector<Deployment> deployments;
  for (const Handing& handing : handed) {
    if (handing.to != &file) continue;
    Deployment& one = deployments.emplace_back(Deployment{handing.values->name, {}});
    one.given.add(handing.values->attributes);
    one.given.add_defaults(file.model);
  }
  if (deployments.size() < 2) deployments.clear();
  return deployments;
}

/// What a deployment makes of a declaration: `stack.yaml:Table@prod.json`. Nothing where it is what all of them make of it.
void copy_for(const Deployment& deployment, const Resource& declared, const Resource& agreed,
              std::vector<Resource>& copies) {
  if (copies.size() >= most_copies) return;
  Resource copy = declared;
  hand_in_all(copy, deployment.given);
  if (same_attributes(copy, agreed)) return;
  copy.expanded = true;
  copy.subject = false;
  copy.address += "@" + std::string(deployment.name);
  copies.push_back(std::move(copy));
}

}  // namespace

std::vector<Path> wanted_files(std::span<const LoweredFile> files, SourceTree& tree) {
  std::set<std::string> seen;
  std::size_t left = limits::context_files;
  for (const LoweredFile& file : files) {
    seen.insert(file.path);
    if (file.context && left > 0) --left;
  }
  bool met = false;
  std::vector<Path> wanted;
  for (const LoweredFile& file : files) {
    for (const Resource& resource : file.model.resources) {
      const std::optional<std::string> path =
          nested_template(file, resource, [&](const std::string& each) { return tree.read(each).has_value(); });
      if (!path || met || !seen.insert(*path).second || !tree.read(*path)) continue;
      if (wanted.size() < left)
        wanted.push_back(*path);
      else
        met = true;  // what that template makes of a value is not known
    }
  }
  for (std::string& path : templates_of(files, tree)) {
    if (met || !seen.insert(path).second) continue;
    if (wanted.size() < left)
      wanted.push_back(std::move(path));
    else
      met = true;
  }
  if (met) wanted.emplace_back(limit_met);
  return wanted;
}

void link(std::span<LoweredFile> files, SourceTree&, const FactTables& facts) {
  std::set<std::string, std::less<>> lowered;
  for (const LoweredFile& file : files) lowered.insert(file.path);
  const Exists exists = [&](const std::string& path) { return lowered.contains(path); };
  std::map<std::string, Given, std::less<>> given;
  for (const LoweredFile& file : files) {
    for (const Resource& resource : file.model.resources) {
      if (const auto path = nested_template(file, resource, exists)) add_given(resource, given[*path]);
    }
  }
  const std::vector<Handing> handed = handings(files);
  for (const Handing& handing : handed) given[handing.to->path].add(handing.values->attributes);
  // What is given borrows from the declarations, so that copies join them when all of it is handed in.
  std::vector<std::pair<LoweredFile*, std::vector<Resource>>> all_copies;
  // A nested template may hand on what it was given; two levels of that are all that one pass resolves.
  for (LoweredFile& file : files) {
    const auto found = given.find(file.path);
    if (found == given.end()) continue;
    found->second.add_defaults(file.model);
    const std::vector<Deployment> deployments = deployments_of(file, handed);
    std::vector<Resource> copies;
    for (Resource& resource : file.model.resources) {
      if (resource.declares == Declares::Setting) continue;
      const Resource declared = deployments.empty() ? Resource() : resource;
      hand_in_all(resource, found->second);
      for (const Deployment& deployment : deployments) copy_for(deployment, declared, resource, copies);
    }
    all_copies.emplace_back(&file, std::move(copies));
  }
  for (auto& [file, copies] : all_copies) append_copies(std::move(copies), file->model);
  note_calls(files, exists);
  note_refusals(files, facts);
  for (LoweredFile& file : files) {
    for (Resource& resource : file.model.resources) note_source(file, resource);
  }
}

}  // namespace redtag::cloudformation
