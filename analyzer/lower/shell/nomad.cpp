// Nomad's jobs: what their tasks run, with what starts it, and the scripts among their templates. How many of a group run and what they
// mount is not read.
#include <string>
#include <utility>
#include <vector>

#include "lower/shell/carriers.h"
#include "lower/terraform/block.h"
#include "lower/terraform/kinds.h"

namespace redtag::shell {

namespace {

using terraform::Block;
using terraform::BlockReader;
using terraform::kinds;

constexpr std::size_t most_levels = 8;  // of blocks: job, group, task, config

std::string label_of(const Value& block) {
  const Value* label = find_entry(block, "label");
  return label == nullptr ? std::string() : label->text;
}

bool is_script_name(std::string_view path) { return path.ends_with(".sh") || path.ends_with(".bash"); }

class Jobs {
 public:
  Jobs(const SourceFileView& file, const CarryingView& view) : file_(file), view_(view) {}

  Model run() {
    const Expected<syntax::Tree> tree = syntax::Tree::parse(syntax::Grammar::Hcl, file_.text, file_.twin);
    const auto end = static_cast<std::uint32_t>(file_.offset + file_.text.size());
    const Region whole{file_.file, file_.side, {file_.offset, end}};
    if (!tree || tree->root().has_error()) {
      if (!file_.partial) model_.gaps.push_back({whole, Stack::Shell, "does not parse as HCL"});
      if (!tree) return std::move(model_);
    }
    const terraform::SourceView source{file_, file_.text, file_.offset};
    std::vector<Gap> gaps;
    BlockReader reader(source, gaps);
    syntax::Cursor at(tree->root());
    if (!at.to_first_child()) return std::move(model_);
    do {
      if (at.node().kind() != kinds().body || !at.to_first_child()) continue;
      do {
        if (at.node().kind() != kinds().block) continue;
        Block block = reader.read_block(at, 0);
        if (block.keyword != "job") continue;
        read_job(terraform::as_entry(std::move(block)).value);
      } while (at.to_next_sibling());
      at.to_parent();
    } while (at.to_next_sibling());
    return std::move(model_);
  }

 private:
  void read_job(const Value& job) {
    trigger_ = find_entry(job, "periodic") != nullptr        ? Trigger::Schedule
               : find_entry(job, "parameterized") != nullptr ? Trigger::Request
                                                             : Trigger::Deploy;
    look(job, label_of(job), 0);
  }

  void look(const Value& block, const std::string& name, std::size_t level) {
    if (level > most_levels) return;
    for (const Entry& entry : block.entries) {
      if (entry.key == "config") run_words(entry.value, name);
      if (entry.key == "template") run_template(entry.value, name);
      if (entry.key != "group" && entry.key != "task") continue;
      look(entry.value, name + "." + label_of(entry.value), level + 1);
    }
  }

  /// A driver's `command` and `args`.
  void run_words(const Value& config, const std::string& name) {
    const Value* command = find_entry(config, "command");
    if (command == nullptr) command = find_entry(config, "entrypoint");
    const Value* arguments = find_entry(config, "args");
    CarriedText text;
    for (const Value* list : {command, arguments}) {
      if (list == nullptr) continue;
      if (list->items.empty()) add(*list, text);
      for (const Value& item : list->items) add(item, text);
    }
    carry_as(text, name);
  }

  static void add(const Value& word, CarriedText& text) {
    if (word.known()) {
      text.add_word(word.text, word.region.bytes.begin);
    } else {
      text.add_made(" " + hole("value"), word.region.bytes.begin);
    }
  }

  void run_template(const Value& block, const std::string& name) {
    const Value *data = find_entry(block, "data"), *destination = find_entry(block, "destination");
    if (data == nullptr || !data->known() || destination == nullptr) return;
    if (!is_script_name(destination->text) && !data->text.starts_with("#!")) return;
    const std::uint32_t begin = data->region.bytes.begin;
    const std::size_t found = file_.text.find(data->text, begin - file_.offset);
    CarriedText text;
    if (found != std::string_view::npos) {
      text.add(data->text, file_.offset + static_cast<std::uint32_t>(found));
    } else {
      text.add_made(data->text, begin);
    }
    text.punch("{{", "}}");
    carry_as(text, name + "." + destination->text);
  }

  void carry_as(const CarriedText& text, const std::string& name) {
    Carrier carrier;
    carrier.name = name;
    carrier.trigger = trigger_;
    carry(text, std::move(carrier), file_, view_, model_);
  }

  const SourceFileView& file_;
  const CarryingView& view_;
  Trigger trigger_ = Trigger::Deploy;
  Model model_;
};

}  // namespace

Model lower_nomad(const SourceFileView& file, const CarryingView& view) { return Jobs(file, view).run(); }

}  // namespace redtag::shell
