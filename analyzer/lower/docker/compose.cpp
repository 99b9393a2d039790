// A Compose file's services and volumes.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "lower/docker/declare.h"
#include "lower/yaml_source.h"

namespace redtag::docker {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

Region whole(const SourceFileView& file, const Member& member) {
  return region_in(file, {member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)});
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
    if (const Node* services = root.find("services")) {
      for (const Member& member : services->members) declare_service(member);
      find_keepers();
    }
    if (const Node* volumes = root.find("volumes"); volumes != nullptr) {
      for (const Member& member : volumes->members) declare_volume(member);
    }
  }

 private:
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
    for (const Member& each : member.value.members) add(each, service);
    declare_start(file_, member.value, view_, service, model_);
    model_.resources.push_back(std::move(service));
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
    }
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
    } else if (each.key == "cap_add" || each.key == "security_opt" || each.key == "devices") {
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
    add_block(data ? "data" : "mounts", {{"source", std::move(mount.source)}, {"target", std::move(mount.target)}},
              region_in(file_, node.bytes), service);
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
  std::set<std::string> rebuilt_, kept_;  // named volumes by what is mounted of them
};

}  // namespace

void declare_compose(const SourceFileView& file, const Node& root, const LoweringView& view, Model& model) {
  Composer(file, view, model).declare(root);
}

}  // namespace redtag::docker
