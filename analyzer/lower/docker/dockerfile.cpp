// A Dockerfile's stages.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "lower/carrier.h"
#include "lower/docker/declare.h"
#include "lower/docker/instructions.h"

namespace redtag::docker {

namespace {

class Stages {
 public:
  Stages(const SourceFileView& file, const LoweringView& view, Model& model) : file_(file), view_(view), model_(model) {
    for (const FactRowView& row : view.facts.rows("ci", "local")) local_.push_back(row.path);
  }

  void run() {
    const std::vector<Instruction> all = read_instructions(file_);
    std::size_t last = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].keyword == "FROM") last = i;
    }
    for (std::size_t i = 0; i < all.size(); ++i) read(all[i], i == last);
    finish();
  }

 private:
  void read(const Instruction& instruction, bool last) {
    if (instruction.keyword == "FROM") {
      finish();
      start(instruction, last);
    } else if (instruction.keyword == "RUN") {
      run_commands(instruction);
    } else if (open_) {
      keep(instruction);
    }
  }

  void start(const Instruction& instruction, bool last) {
    const std::vector<std::string_view> words = words_of(instruction);
    if (words.empty()) return;
    stage_ = {};
    stage_.stack = Stack::Docker;
    stage_.type = "stage";
    const bool named = words.size() >= 3 && lower_ascii(words[1]) == "as";
    stage_.name = last ? "final" : named ? std::string(words[2]) : std::to_string(ordinal_);
    ++ordinal_;
    stage_.scope = file_.path;
    stage_.address = std::string(file_.path) + ":" + stage_.name;
    stage_.header = stage_.region = region_in(file_, instruction.bytes);
    std::string_view image = words[0];
    const std::size_t at = image.find('@');
    if (at != std::string_view::npos) {
      set("digest", std::string(image.substr(at + 1)), instruction);
      image = image.substr(0, at);
    }
    const std::size_t colon = image.rfind(':');
    if (colon != std::string_view::npos && image.find('/', colon) == std::string_view::npos) {
      set("tag", std::string(image.substr(colon + 1)), instruction);
      image = image.substr(0, colon);
    }
    set("base", std::string(image), instruction);
    open_ = true;
  }

  /// Of instructions that are given twice, the last one counts.
  void keep(const Instruction& instruction) {
    stage_.region.bytes.end = instruction.bytes.end + file_.offset;
    const std::string text(trim(instruction.arguments.text));
    if (instruction.keyword == "USER") set("user", text.substr(0, text.find(':')), instruction);
    if (instruction.keyword == "HEALTHCHECK")
      set("healthcheck", lower_ascii(text) == "none" ? "none" : text, instruction);
    if (instruction.keyword == "ENTRYPOINT") set("entrypoint", text, instruction);
    if (instruction.keyword == "CMD") set("cmd", text, instruction);
    if (instruction.keyword == "ENTRYPOINT" || instruction.keyword == "CMD") start_command(instruction);
    if (instruction.keyword == "VOLUME") set("volume", text, instruction);
  }

  void set(const std::string& key, std::string value, const Instruction& instruction) {
    const Region place = region_in(file_, instruction.bytes);
    std::erase_if(stage_.attributes, [&](const Entry& entry) { return entry.key == key; });
    stage_.attributes.push_back({key, known_string(std::move(value), place), place});
  }

  void finish() {
    if (!std::exchange(open_, false)) return;
    model_.resources.push_back(std::move(stage_));
  }

  [[nodiscard]] static std::vector<std::string_view> words_of(const Instruction& instruction) {
    std::vector<std::string_view> words;
    for (const std::string_view word : split(instruction.arguments.text, ' ')) {
      if (!trim(word).empty()) words.push_back(trim(word));
    }
    return words;
  }

  /// What a build removes is removed from an image that is being made.
  void run_commands(const Instruction& instruction) {
    const PlacedText& text = instruction.arguments;
    if (trim(text.text).starts_with('[')) return;  // a list of words for exec: no shell reads it
    Model inner = embed(Stack::Shell, file_, text.text, text.bytes(), text.map, Certainty::Likely, view_);
    for (Operation& operation : inner.operations) {
      if (std::find(local_.begin(), local_.end(), operation.program) != local_.end()) operation.harmless_target = true;
    }
    inner.safeguards.clear();
    append(model_, std::move(inner));
  }

  /// What runs each time a container starts: files are the image's own, but for those where data is mounted.
  void start_command(const Instruction& instruction) {
    const PlacedText& text = instruction.arguments;
    const auto at = [&](std::size_t i) { return text.map[std::min(i, text.map.size() - 1)]; };
    if (text.map.empty()) return;
    CarriedText line;
    const bool list = trim(text.text).starts_with('[');
    for (std::size_t i = 0; i < text.text.size(); ++i) {
      if (!list) {
        line.add(std::string_view(text.text).substr(i, 1), at(i));
        continue;
      }
      if (text.text[i] != '"') continue;
      std::string word;
      const std::uint32_t begin = at(i + 1);
      for (++i; i < text.text.size() && text.text[i] != '"'; ++i) {
        if (text.text[i] == '\\' && i + 1 < text.text.size()) ++i;
        word += text.text[i];
      }
      line.add_word(word, begin);
    }
    if (trim(line.text).empty()) return;
    std::vector<std::uint32_t> map = line.whole_map();
    for (std::uint32_t& place : map) place = std::min(place, text.map.back());
    Carrier carrier;
    carrier.name = lower_ascii(instruction.keyword);
    carrier.trigger = Trigger::Boot;
    Model inner = embed_commands(file_, line.text, text.bytes(), map, Certainty::Likely, view_, carrier);
    const std::vector<FactRowView> data = view_.facts.rows("docker", "data path", "stateful");
    for (Operation& operation : inner.operations) {
      const bool files = operation.object.ends_with("file") || operation.object.ends_with("directory") ||
                         operation.object.starts_with("root") || operation.object.starts_with("parent");
      std::string path = operation.target.text;
      while (path.size() > 1 && (path.ends_with('*') || path.ends_with('/'))) path.pop_back();
      const bool mounted =
          std::any_of(data.begin(), data.end(), [&](const FactRowView& row) { return glob_match(row.path, path); });
      if (files && !mounted) operation.harmless_target = true;
    }
    inner.safeguards.clear();
    append(model_, std::move(inner));
  }

  const SourceFileView& file_;
  const LoweringView& view_;
  Model& model_;
  std::vector<std::string_view> local_;
  Resource stage_;
  bool open_ = false;
  unsigned ordinal_ = 0;
};

}  // namespace

void declare_dockerfile(const SourceFileView& file, const LoweringView& view, Model& model) {
  Stages(file, view, model).run();
}

}  // namespace redtag::docker
