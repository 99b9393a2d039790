#include "lower/ansible/inventory.h"

#include <string>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "lower/ansible/variables.h"
#include "lower/yaml_source.h"

namespace redtag::ansible {

namespace {

/// `[web]`, `[web:children]`, `[web:vars]`: the name, and what the lines below it are.
struct Section {
  std::string group;
  std::string_view holds = "hosts";
};

class Reader {
 public:
  Reader(const SourceFileView& file, const LoweringView& view, Model& model)
      : file_(file), view_(view), model_(model) {}

  void run() {
    std::size_t at = 0;
    while (at < file_.text.size() && model_.resources.size() < limits::entities_per_file) {
      const std::size_t end = std::min(file_.text.find('\n', at), file_.text.size());
      const std::string_view line = file_.text.substr(at, end - at);
      read_line(line, {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
      at = end + 1;
    }
  }

 private:
  void read_line(std::string_view line, ByteRange bytes) {
    line = trim(line.substr(0, line.find(" #")));
    if (line.empty() || line.front() == '#' || line.front() == ';') return;
    if (line.front() == '[' && line.back() == ']') return open(line.substr(1, line.size() - 2), bytes);
    if (section_.holds == "vars") return read_variable(line, bytes);
    const std::string_view name = line.substr(0, line.find_first_of(" \t"));
    Resource& group = current(bytes);
    for (Entry& entry : group.attributes) {
      if (entry.key == section_.holds)
        entry.value.items.push_back(known_string(std::string(name), region_in(file_, bytes)));
    }
  }

  void open(std::string_view name, ByteRange bytes) {
    const std::size_t colon = name.find(':');
    section_.group = name.substr(0, colon);
    const std::string_view kind = colon == std::string_view::npos ? "hosts" : name.substr(colon + 1);
    section_.holds = kind == "vars" ? "vars" : kind == "children" ? "children" : "hosts";
    if (section_.holds != "vars") current(bytes);
  }

  Resource& current(ByteRange bytes) {
    const std::string name = section_.group.empty() ? "ungrouped" : section_.group;
    for (Resource& known : model_.resources) {
      if (known.type == "group" && known.name == name) return known;
    }
    Resource group;
    group.stack = Stack::Ansible;
    group.type = "group";
    group.name = name;
    group.scope = file_.path;
    group.address = std::string(file_.path) + ":" + name;
    group.region = group.header = region_in(file_, bytes);
    for (const char* key : {"hosts", "children"}) {
      Value set;
      set.presence = Presence::Known;
      set.shape = Shape::Set;
      set.region = group.header;
      group.attributes.push_back({key, std::move(set), group.header});
    }
    model_.resources.push_back(std::move(group));
    return model_.resources.back();
  }

  void read_variable(std::string_view line, ByteRange bytes) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return;
    const Region place = region_in(file_, bytes);
    const std::string name = std::string(trim(line.substr(0, equals)));
    add_variable(name, known_string(std::string(trim(line.substr(equals + 1))), place), place, place, file_, view_,
                 model_);
  }

  const SourceFileView& file_;
  const LoweringView& view_;
  Model& model_;
  Section section_;
};

}  // namespace

void read_inventory(const SourceFileView& file, const LoweringView& view, Model& model) {
  Reader(file, view, model).run();
}

}  // namespace redtag::ansible
