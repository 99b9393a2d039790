#include "lower/kubernetes/generated.h"

#include <string>
#include <vector>

#include "base/text.h"
#include "lower/ci/pipeline.h"

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

}  // namespace redtag::kubernetes
