#include "lower/terraform/state_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "lower/terraform/functions.h"

namespace redtag::terraform {

namespace {

using Json = nlohmann::json;
constexpr std::size_t most_addresses = 20'000;

/// Takes the events of a state and keeps addresses alone. Two formats: `resources` with a `module` each (version 4), and `modules` with `resources`
/// by address (version 3).
class Reader final : public nlohmann::json_sax<Json> {
 public:
  std::string lineage;
  std::string serial;
  std::vector<std::string> addresses;
  bool is_state = false;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return false; }
  bool string(string_t& text) override {
    if (way_.size() == 1 && way_[0] == "lineage") lineage = text;
    if (way_.size() == 3 && way_[0] == "resources") {
      if (way_[2] == "module") module_ = text;
      if (way_[2] == "mode") mode_ = text;
      if (way_[2] == "type") type_ = text;
      if (way_[2] == "name") name_ = text;
    }
    if (way_.size() == 4 && way_[0] == "modules" && way_[2] == "path" && text != "root")
      module_ += (module_.empty() ? "module." : ".module.") + text;
    return true;
  }
  bool start_object(std::size_t) override { return open(); }
  bool start_array(std::size_t) override { return open(); }
  bool key(string_t& name) override {
    way_.back() = name;
    if (way_.size() == 1 && (name == "serial" || name == "resources" || name == "modules")) is_state = true;
    if (way_.size() == 4 && way_[0] == "modules" && way_[2] == "resources" && !name.starts_with("data.")) add(name);
    return true;
  }
  bool end_object() override {
    way_.pop_back();
    if (way_.size() == 2 && way_[0] == "resources" && !type_.empty() && mode_ != "data") add(type_ + "." + name_);
    if (way_.size() == 2) {
      module_.clear();
      mode_.clear();
      type_.clear();
      name_.clear();
    }
    return true;
  }
  bool end_array() override {
    way_.pop_back();
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool open() {
    way_.emplace_back();
    return way_.size() <= limits::nesting;
  }
  bool number(std::string text) {
    if (way_.size() == 1 && way_[0] == "serial") serial = std::move(text);
    return true;
  }
  void add(const std::string& address) {
    if (addresses.size() < most_addresses)
      addresses.push_back((module_.empty() ? std::string() : module_ + ".") + address);
  }

  std::vector<std::string> way_;  ///< key of each open object, empty for arrays
  std::string module_, mode_, type_, name_;
};

}  // namespace

bool is_state_file(std::string_view path) {
  const std::string name = lower_ascii(path.substr(path.rfind('/') + 1));
  return name.ends_with(".tfstate") || name.ends_with(".tfstate.backup");
}

Model lower_state_file(const SourceFileView& file) {
  Model model;
  const auto size = static_cast<std::uint32_t>(file.text.size());
  const Region whole{file.file, file.side, {file.offset, file.offset + size}};
  if (file.partial) return model;  // which of its lines are part of which thing is not known
  Reader reader;
  if (!Json::sax_parse(file.text, &reader) || !reader.is_state) {
    model.gaps.push_back({whole, Stack::Terraform, "does not read as a state"});
    return model;
  }
  const auto line = static_cast<std::uint32_t>(std::min(file.text.find('\n'), file.text.size()));
  const Region first{file.file, file.side, {file.offset, file.offset + line}};
  Resource state;
  state.stack = Stack::Terraform;
  state.declares = Declares::Backend;
  state.type = "state_file";
  state.name = std::string(file.path.substr(file.path.rfind('/') + 1));
  state.address = "state." + state.name;
  state.region = whole;
  state.header = first;
  if (!reader.lineage.empty()) state.attributes.push_back({"lineage", known_string(reader.lineage, first), first});
  if (!reader.serial.empty()) state.attributes.push_back({"serial", known_number(reader.serial, first), first});
  Value held;
  held.presence = Presence::Known;
  held.shape = Shape::List;
  held.region = first;
  for (std::string& address : reader.addresses) held.items.push_back(known_string(std::move(address), first));
  held = as_set(held);
  held.region = first;
  state.attributes.push_back({"resources", std::move(held), first});
  model.resources.push_back(std::move(state));
  return model;
}

}  // namespace redtag::terraform
