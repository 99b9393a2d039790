// A Compose file's services and volumes.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "lower/docker/declare.h"
#include "lower/engine.h"
#include "lower/yaml_source.h"

namespace redtag::docker {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

Region whole(const SourceFileView& file, const Member& member) {
  return region_in(file, {member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)});
}

/// `postgres:${VERSION:-15}` → `postgres:15`: what runs where nobody says otherwise.
std::string with_defaults(std::string text) {
  for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at)) {
    const std::size_t close = text.find('}', at), dash = text.find('-', at);
    if (close == std::string::npos) break;
    const bool given = dash < close && text.find('$', at + 1) > close;
    text.replace(at, close + 1 - at, given ? text.substr(dash + 1, close - dash - 1) : std::string());
  }
  return text;
}

/// One mount, short or long form.
struct Mount {
  std::string source, target;
  bool read_only = false;
  bool named = false;
};

Mount mount_of(const Node& node) {
  Mount mount;
  if (node.type == NodeType::Mapping) {
    for (const Member& member : node.members) {
      if (member.key == "source") mount.source = member.value.text;
      if (member.key == "target") mount.target = member.value.text;
      if (member.key == "read_only") mount.read_only = member.value.text == "true";
      if (member.key == "type") mount.named = member.value.text == "volume";
    }
    return mount;
  }
  // `${VAR:-default}` holds a colon that parts nothing.
  std::vector<std::string> parts(1);
  unsigned depth = 0;
  for (const char c : node.text) {
    if (c == '{') ++depth;
    if (c == '}' && depth > 0) --depth;
    if (c == ':' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts.size() == 1) {
    mount.target = parts[0];
    return mount;
  }
  mount.source = parts[0];
  mount.target = parts[1];
  if (parts.size() > 2) mount.read_only = parts[2].find("ro") == 0 || parts[2].find(",ro") != std::string::npos;
  mount.named = !mount.source.empty() && mount.source.find_first_of("./~$\\") != 0;
  return mount;
}

class Composer {
 public:
  Composer(const SourceFileView& file, const LoweringView& view, Model& model)
      : file_(file), view_(view), model_(model), data_paths_(view.facts.rows("docker", "data path")) {}

  void declare(const Node& root) {
    read_volumes(root);
    services_ = root.find("services");
    if (const Node* services = root.find("services")) {
      for (const Member& member : services->members) declare_service(member);
      find_keepers();
    }
    if (const Node* volumes = root.find("volumes"); volumes != nullptr) {
      for (const Member& member : volumes->members) declare_volume(member);
    }
  }

 private:
  /// What a named volume is to the engine: a name or a directory of its own, or one that the project's name stands in front of.
  struct Store {
    std::string name;
    bool of_project = true;
  };

  void read_volumes(const Node& root) {
    if (const Node* name = root.find("name"); name != nullptr && name->scalar() && !is_folder(name->text))
      project_ = name->text;
    const Node* volumes = root.find("volumes");
    if (volumes == nullptr) return;
    for (const Member& member : volumes->members) stores_[member.key] = store_of(member);
  }

  /// True if the project would be called so without a word: after the folder that the file lies in.
  [[nodiscard]] bool is_folder(std::string_view project) const {
    const std::size_t slash = file_.path.rfind('/');
    if (slash == std::string_view::npos) return false;
    const std::string_view folder = file_.path.substr(0, slash);
    return lower_ascii(folder.substr(folder.rfind('/') + 1)) == project;
  }

  static Store store_of(const Member& volume) {
    Store store{volume.key, true};
    const Node* external = volume.value.find("external");
    if (external != nullptr && (external->text == "true" || external->type == NodeType::Mapping)) {
      store.of_project = false;
      if (const Node* name = external->find("name")) store.name = name->text;
    }
    if (const Node* name = volume.value.find("name"); name != nullptr && name->scalar()) store = {name->text, false};
    const Node* options = volume.value.find("driver_opts");
    const Node* device = options == nullptr ? nullptr : options->find("device");
    if (device != nullptr && device->scalar()) store = {device->text, false};
    return store;
  }

  Resource start(std::string type, const Member& member, const std::string& section) const {
    Resource resource;
    resource.stack = Stack::Docker;
    resource.type = std::move(type);
    resource.name = member.key;
    resource.scope = file_.path;
    resource.address = std::string(file_.path) + ":" + section + member.key;
    resource.region = whole(file_, member);
    resource.header = region_in(file_, member.key_bytes);
    return resource;
  }

  void declare_volume(const Member& member) {
    const bool rebuilt = rebuilt_.count(member.key) > 0 && kept_.count(member.key) == 0;
    Resource volume = start(rebuilt ? "cache volume" : "volume", member, "volumes.");
    for (const Member& each : member.value.members) {
      if (each.value.scalar())
        volume.attributes.push_back({each.key, known_string(each.value.text, whole(file_, each)), whole(file_, each)});
    }
    model_.resources.push_back(std::move(volume));
  }

  void declare_service(const Member& member) {
    Resource service = start("service", member, "");
    const Node whole = with_parents(member.value);
    for (const Member& each : whole.members) add(each, service);
    declare_start(file_, whole, view_, service, model_);
    model_.resources.push_back(std::move(service));
  }

  /// A service with what it has of those of this file that it extends: lists of both, and otherwise its own word first.
  [[nodiscard]] Node with_parents(const Node& own) const {
    constexpr unsigned most_parents = 8;
    Node merged = own;
    const Node* at = &own;
    for (unsigned level = 0; level < most_parents; ++level) {
      const Node* extends = at->find("extends");
      if (extends == nullptr || extends->find("file") != nullptr) break;
      const Node* name = extends->scalar() ? extends : extends->find("service");
      const Node* parent = name == nullptr || services_ == nullptr ? nullptr : services_->find(name->text);
      if (parent == nullptr || parent == at) break;
      for (const Member& each : parent->members) {
        const auto known = std::find_if(merged.members.begin(), merged.members.end(),
                                        [&](const Member& member) { return member.key == each.key; });
        if (known == merged.members.end()) {
          merged.members.push_back(each);
        } else {
          add_missing(each.value, known->value);
        }
      }
      at = parent;
    }
    return merged;
  }

  static void add_missing(const Node& from, Node& into) {
    if (from.type == NodeType::Sequence && into.type == NodeType::Sequence)
      into.items.insert(into.items.end(), from.items.begin(), from.items.end());
    for (const Member& each : from.members) {
      if (into.type == NodeType::Mapping && into.find(each.key) == nullptr) into.members.push_back(each);
    }
  }

  /// A service keeps data if it mounts some that no other one mounts too: what others hold stays with them.
  void find_keepers() {
    std::map<std::string, unsigned> users;
    const auto each_source = [&](const Resource& service, auto visit) {
      for (const Entry& entry : service.attributes) {
        const Value* source = entry.key == "data" ? find_entry(entry.value, "source") : nullptr;
        if (source != nullptr) visit(source->text);
      }
    };
    for (const Resource& service : model_.resources)
      each_source(service, [&](const std::string& source) { ++users[source]; });
    for (Resource& service : model_.resources) {
      bool alone = false;
      each_source(service, [&](const std::string& source) { alone = alone || users[source] == 1; });
      if (alone && service.type == "service") service.type = "stateful service";
      add_engine(service);
      add_outside(service);
      if (makes_copies(service)) service.type = "backup service";
    }
  }

  /// An engine of the tables and as much of its version as decides on the format of what it keeps: `postgres 16`.
  void add_engine(Resource& service) const {
    const Entry* image = entry_of(service, "image");
    const Entry* tag = entry_of(service, "tag");
    if (image == nullptr || tag == nullptr || entry_of(service, "data") == nullptr) return;
    std::string engine = engine_of(with_defaults(image->value.text + ":" + tag->value.text), view_.facts);
    if (!engine.empty())
      service.attributes.push_back({"engine", known_string(std::move(engine), tag->region), tag->region});
  }

  /// A variable by which an engine keeps its data in another place than where the volumes are.
  void add_outside(Resource& service) const {
    const Entry* environment = entry_of(service, "environment");
    Entry* data = nullptr;
    for (Entry& entry : service.attributes) {
      if (entry.key == "data" && data == nullptr) data = &entry;
    }
    if (environment == nullptr || data == nullptr) return;
    for (const FactRowView& row : view_.facts.rows("docker", "data variable")) {
      const Value* path = find_entry(environment->value, row.path);
      if (path == nullptr || !path->text.starts_with('/') || lies_in_mount(service, path->text)) continue;
      data->value.entries.push_back({"outside", known_string(path->text, path->region), path->region});
      return;
    }
  }

  static bool lies_in_mount(const Resource& service, std::string_view path) {
    return std::any_of(service.attributes.begin(), service.attributes.end(), [&](const Entry& entry) {
      const Value* target = entry.key == "data" || entry.key == "mounts" ? find_entry(entry.value, "target") : nullptr;
      if (target == nullptr || !path.starts_with(target->text)) return false;
      return path.size() == target->text.size() || target->text.ends_with('/') || path[target->text.size()] == '/';
    });
  }

  [[nodiscard]] bool makes_copies(const Resource& service) const {
    const Entry* image = entry_of(service, "image");
    const std::vector<FactRowView> rows = view_.facts.rows("docker", "backup image");
    return image != nullptr && std::any_of(rows.begin(), rows.end(), [&](const FactRowView& row) {
             return glob_match(row.path, image->value.text);
           });
  }

  static const Entry* entry_of(const Resource& resource, std::string_view key) {
    const auto found = std::find_if(resource.attributes.begin(), resource.attributes.end(),
                                    [&](const Entry& entry) { return entry.key == key; });
    return found == resource.attributes.end() ? nullptr : &*found;
  }

  void add(const Member& each, Resource& service) {
    static constexpr std::array scalars =
        std::to_array<std::string_view>({"privileged", "network_mode", "pid", "ipc", "restart", "user", "userns_mode",
                                         "read_only", "stop_grace_period"});
    const Region place = whole(file_, each);
    if (each.key == "image") return add_image(each.value, place, service);
    if (each.key == "volumes") {
      for (const Node& item : each.value.items) add_mount(item, service);
    } else if (each.key == "ports") {
      for (const Node& item : each.value.items) add_port(item, service);
    } else if (each.key == "healthcheck") {
      const Node* disabled = each.value.find("disable");
      const bool off = disabled != nullptr && disabled->text == "true";
      service.attributes.push_back({"healthcheck", known_string(off ? "none" : "checked", place), place});
    } else if (each.key == "cap_add" || each.key == "security_opt") {
      add_powers(each, service);
    } else if (each.key == "deploy") {
      add_deployment(each.value, service);
    } else if (each.key == "ulimits") {
      add_limits(each.value, service);
    } else if (each.key == "devices") {
      Value set;
      set.presence = Presence::Known;
      set.shape = Shape::Set;
      set.region = place;
      for (const Node& item : each.value.items)
        set.items.push_back(known_string(item.text, region_in(file_, item.bytes)));
      service.attributes.push_back({each.key, std::move(set), place});
    } else if (std::find(scalars.begin(), scalars.end(), each.key) != scalars.end()) {
      service.attributes.push_back({each.key, known_string(each.value.text, place), place});
    }
  }

  /// `cap_add: [SYS_ADMIN]`, `security_opt: [seccomp:unconfined]`: each a member, as its name and what it is.
  void add_powers(const Member& each, Resource& service) const {
    std::vector<std::pair<std::string, std::string>> parts;
    for (const Node& item : each.value.items) {
      const std::size_t sign = item.text.find_first_of(":=");
      std::string name = item.text.substr(0, sign);
      if (each.key == "cap_add") {
        if (lower_ascii(name).starts_with("cap_")) name.erase(0, 4);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
        parts.emplace_back(std::move(name), "true");
      } else {
        parts.emplace_back(std::move(name), sign == std::string::npos ? "true" : item.text.substr(sign + 1));
      }
    }
    if (!parts.empty()) add_block(each.key, std::move(parts), whole(file_, each), service);
  }

  /// `nofile: 1024`, `nofile: {soft: 1024, hard: 4096}`: what holds is the soft one.
  void add_limits(const Node& limits, Resource& service) const {
    for (const Member& each : limits.members) {
      const Node* soft = each.value.scalar() ? &each.value : each.value.find("soft");
      if (soft == nullptr || !soft->scalar()) continue;
      const Region place = region_in(file_, soft->bytes);
      service.attributes.push_back({"ulimits." + each.key, known_number(soft->text, place), place});
    }
  }

  void add_deployment(const Node& deploy, Resource& service) const {
    const auto add_scalar = [&](const Node& holder, std::string_view key, std::string path) {
      const Node* found = holder.find(key);
      if (found == nullptr || !found->scalar()) return;
      const Region place = region_in(file_, found->bytes);
      service.attributes.push_back({std::move(path), known_string(found->text, place), place});
    };
    add_scalar(deploy, "replicas", "replicas");
    for (const std::string_view block : {"update_config", "rollback_config"}) {
      const Node* config = deploy.find(block);
      if (config != nullptr) add_scalar(*config, "failure_action", std::string(block) + "_failure_action");
    }
  }

  static void add_image(const Node& node, Region place, Resource& service) {
    std::string_view image = node.text;
    const std::size_t slash = image.rfind('/');
    const std::size_t colon = image.find(':', slash == std::string_view::npos ? 0 : slash);
    service.attributes.push_back({"image", known_string(std::string(image.substr(0, colon)), place), place});
    if (colon != std::string_view::npos)
      service.attributes.push_back({"tag", known_string(std::string(image.substr(colon + 1)), place), place});
  }

  [[nodiscard]] bool holds_data(const Mount& mount) const {
    if (mount.read_only || mount.source.empty()) return false;
    if (is_rebuilt(mount)) return false;
    if (mount.named) return true;
    const std::size_t slash = mount.target.rfind('/');
    const std::string_view last = std::string_view(mount.target).substr(slash == std::string::npos ? 0 : slash + 1);
    if (last.find('.') != std::string_view::npos) return false;  // a single file
    return std::any_of(data_paths_.begin(), data_paths_.end(), [&](const FactRowView& row) {
      return row.effect == "stateful" && glob_match(row.path, mount.target);
    });
  }

  /// What a package manager or a build puts there again.
  [[nodiscard]] bool is_rebuilt(const Mount& mount) const {
    return std::any_of(data_paths_.begin(), data_paths_.end(), [&](const FactRowView& row) {
      return row.effect == "none" && glob_match(row.path, mount.target);
    });
  }

  static void add_block(std::string key, std::vector<std::pair<std::string, std::string>> parts, Region place,
                        Resource& service) {
    Value block;
    block.presence = Presence::Known;
    block.shape = Shape::Block;
    block.region = place;
    for (auto& [name, value] : parts)
      block.entries.push_back({std::move(name), known_string(std::move(value), place), place});
    service.attributes.push_back({std::move(key), std::move(block), place});
  }

  void add_mount(const Node& node, Resource& service) {
    Mount mount = mount_of(node);
    const bool data = holds_data(mount);
    if (mount.named) (is_rebuilt(mount) ? rebuilt_ : kept_).insert(mount.source);
    std::vector<std::pair<std::string, std::string>> parts;
    const auto store = mount.named ? stores_.find(mount.source) : stores_.end();
    const bool of_project = mount.named && (store == stores_.end() || store->second.of_project);
    parts.emplace_back("source", store == stores_.end() ? std::move(mount.source) : store->second.name);
    parts.emplace_back("target", std::move(mount.target));
    if (data && of_project && !project_.empty()) parts.emplace_back("project", project_);
    add_block(data ? "data" : "mounts", std::move(parts), region_in(file_, node.bytes), service);
  }

  void add_port(const Node& node, Resource& service) const {
    std::string host = "0.0.0.0", published, target;
    if (node.type == NodeType::Mapping) {
      for (const Member& member : node.members) {
        if (member.key == "host_ip") host = member.value.text;
        if (member.key == "published") published = member.value.text;
        if (member.key == "target") target = member.value.text;
      }
    } else {
      const std::string text = node.text.substr(0, node.text.find('/'));
      std::vector<std::string_view> parts = split(text, ':');
      target = parts.back();
      if (parts.size() > 1) published = parts[parts.size() - 2];
      if (parts.size() > 2) host = parts[0];
    }
    if (published.empty()) return;  // some free port
    const bool local = host.starts_with("127.") || host == "localhost" || host == "::1";
    add_block("ports",
              {{"host", std::move(host)},
               {local ? "published_locally" : "published", std::move(published)},
               {"target", std::move(target)}},
              region_in(file_, node.bytes), service);
  }

  const SourceFileView& file_;
  const LoweringView& view_;
  Model& model_;
  std::vector<FactRowView> data_paths_;
  std::string project_;  // as the file names it; empty where it is called after the folder
  std::map<std::string, Store> stores_;
  const Node* services_ = nullptr;        // of the file
  std::set<std::string> rebuilt_, kept_;  // named volumes by what is mounted of them
};

}  // namespace

void declare_compose(const SourceFileView& file, const Node& root, const LoweringView& view, Model& model) {
  Composer(file, view, model).declare(root);
}

}  // namespace redtag::docker
