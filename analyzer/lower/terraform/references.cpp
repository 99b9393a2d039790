#include "lower/terraform/references.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace redtag::terraform {

namespace {

/// Length of the first `count` steps of a path; npos if it has fewer.
std::size_t length_of(std::string_view path, unsigned count) {
  std::size_t at = 0;
  for (unsigned step = 1;; ++step) {
    const std::size_t end = path.find_first_of(".[", at);
    if (step == count) return end == std::string_view::npos ? path.size() : end;
    if (end == std::string_view::npos || path[end] != '.') return std::string_view::npos;
    at = end + 1;
  }
}

class Collector {
 public:
  void add(const std::vector<Entry>& entries) {
    const std::size_t length = through_.size();
    for (const Entry& entry : entries) {
      const bool dynamic = entry.key == "dynamic" && entry.value.shape == Shape::Block;
      const Value* label = dynamic ? find_entry(entry.value, "label") : nullptr;
      if (!(inside_dynamic_ && entry.key == "content")) {  // the block that is repeated is called by its label
        if (!through_.empty()) through_ += '.';
        through_ += label != nullptr ? label->text : entry.key;
      }
      const std::size_t bound = bound_.size();
      if (dynamic) bind_iterator(entry.value);
      const bool outside = std::exchange(inside_dynamic_, dynamic);
      add(entry.value);
      inside_dynamic_ = outside;
      bound_.resize(bound);
      through_.resize(length);
    }
  }
  std::vector<Reference> take() { return std::move(found_); }

 private:
  void add(const Value& value) {  // as deep as values are read
    if (value.presence == Presence::Unknown && value.expression == Expression::Reference) note(value);
    const std::size_t bound = bound_.size();
    if (value.presence == Presence::Unknown && value.expression == Expression::For) {
      std::string_view names = value.text;
      if (names.ends_with("...")) names.remove_suffix(3);
      for (const std::string_view name : split(names, ',')) bound_.emplace_back(name);
    }
    for (const Value& item : value.items) add(item);
    bound_.resize(bound);
    if (!value.entries.empty()) add(value.entries);
  }
  void bind_iterator(const Value& block) {
    const Value* name = find_entry(block, "iterator");
    if (name == nullptr) name = find_entry(block, "label");
    if (name != nullptr) bound_.push_back(name->text);
  }
  void note(const Value& value) {
    const std::string_view root = std::string_view(value.text).substr(0, value.text.find_first_of(".["));
    if (std::find(bound_.begin(), bound_.end(), root) != bound_.end()) return;
    std::string target = referred_entity(value.text);
    if (!target.empty()) found_.push_back({std::move(target), through_, value.region});
  }

  std::string through_;
  bool inside_dynamic_ = false;
  std::vector<std::string> bound_;
  std::vector<Reference> found_;
};

}  // namespace

std::string referred_entity(std::string_view path) {
  static constexpr std::array nothing = std::to_array<std::string_view>({"each", "count", "path", "self", "terraform"});
  const std::string_view root = path.substr(0, path.find_first_of(".["));
  if (std::find(nothing.begin(), nothing.end(), root) != nothing.end()) return {};
  std::size_t length = length_of(path, root == "data" ? 3 : 2);
  // What a module or a state gives out has a name of its own; the graph follows it to what stands behind.
  const bool portal = root == "module" || path.starts_with("data.terraform_remote_state.");
  const std::size_t longer = portal ? length_of(path, root == "data" ? 5 : 3) : std::string_view::npos;
  if (longer != std::string_view::npos) length = longer;
  return length == std::string_view::npos ? std::string() : std::string(path.substr(0, length));
}

std::vector<Reference> references_in(const std::vector<Entry>& entries) {
  Collector collector;
  collector.add(entries);
  return collector.take();
}

}  // namespace redtag::terraform
