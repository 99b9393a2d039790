// Whether a template prints an object at all, with the values that its chart brings.
//
// Only what can be said for sure is said: literals, values of the chart, and / or / not / eq / ne over them. Functions, capabilities
// and values that another chart gives are unknown. A value that the chart does not have is nothing, as the engine has it.
#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "lower/helm/helm.h"
#include "lower/kubernetes/kubernetes.h"

namespace redtag::helm {

namespace {

constexpr std::size_t most_words = 200;  // of one condition
constexpr unsigned most_levels = 16;     // of brackets

enum class Truth : std::uint8_t { No, Yes, Unknown };

struct Operand {
  Truth truth = Truth::Unknown;
  bool scalar = false;  ///< `text` is what it says
  std::string text;
  Region place;  ///< where the value that decides it stands
};

/// A condition cut into words, brackets and texts in quotes.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size() && words.size() < most_words;) {
    const char c = text[at];
    if (c == ' ') {
      ++at;
    } else if (c == '(' || c == ')' || c == '|') {
      words.emplace_back(1, c);
      ++at;
    } else if (c == '"' || c == '`') {
      const std::size_t end = std::min(text.find(c, at + 1), text.size() - 1);
      words.emplace_back(text.substr(at, end + 1 - at));
      at = end + 1;
    } else {
      const std::size_t end = std::min(text.find_first_of(" ()|", at), text.size());
      words.emplace_back(text.substr(at, end - at));
      at = end;
    }
  }
  return words;
}

class Judge {
 public:
  explicit Judge(const Resource* settings) : settings_(settings) {}

  /// `if …`, `with …`, `range … := …`.
  Operand of_condition(std::string_view text) {
    words_ = words_of(text);
    at_ = 1;
    if (words_.empty() || (words_[0] != "if" && words_[0] != "with" && words_[0] != "range")) return {};
    for (std::size_t i = 1; i < words_.size(); ++i) {
      if (words_[i] == ":=") at_ = i + 1;
    }
    Operand result = call(0);
    return at_ == words_.size() ? result : Operand{};
  }

 private:
  [[nodiscard]] bool ends() const { return at_ >= words_.size() || words_[at_] == ")"; }

  /// A function with its operands, or one operand.
  Operand call(unsigned level) {
    if (ends() || level > most_levels) return {};
    const std::string name = words_[at_];
    const bool known =
        name == "and" || name == "or" || name == "not" || name == "eq" || name == "ne" || name == "empty";
    if (!known) {
      Operand one = operand(level);
      return ends() ? one : give_up();
    }
    ++at_;
    std::vector<Operand> operands;
    while (!ends() && words_[at_] != "|") operands.push_back(operand(level));
    return ends() ? applied(name, operands) : give_up();
  }

  /// What is not understood: its words are passed over up to the bracket that closes it.
  Operand give_up() {
    for (unsigned depth = 0; at_ < words_.size(); ++at_) {
      if (words_[at_] == "(") ++depth;
      if (words_[at_] == ")" && depth-- == 0) break;
    }
    return {};
  }

  Operand operand(unsigned level) {
    const std::string word = words_[at_++];
    if (word == "(") {
      Operand inner = call(level + 1);
      if (at_ < words_.size() && words_[at_] == ")") ++at_;
      return inner;
    }
    if (word == "true" || word == "false") return {word == "true" ? Truth::Yes : Truth::No, true, word, {}};
    if (word.size() > 1 && (word[0] == '"' || word[0] == '`'))
      return {word.size() > 2 ? Truth::Yes : Truth::No, true, word.substr(1, word.size() - 2), {}};
    if (!word.empty() && word.find_first_not_of("0123456789") == std::string::npos)
      return {word == "0" ? Truth::No : Truth::Yes, true, word, {}};
    for (const std::string_view start : {".Values.", "$.Values."}) {
      if (word.starts_with(start)) return value_at(std::string_view(word).substr(start.size()));
    }
    return {};
  }

  [[nodiscard]] Operand value_at(std::string_view path) const {
    if (settings_ == nullptr || path.starts_with("global.")) return {};
    const std::vector<Entry>* level = &settings_->attributes;
    const Value* found = nullptr;
    for (const std::string_view part : split(path, '.')) {
      found = nullptr;
      for (const Entry& entry : *level) {
        if (entry.key == part) found = &entry.value;
      }
      if (found == nullptr) return {Truth::No, true, {}, {}};
      if (!found->known()) return {};
      level = &found->entries;
    }
    const bool container = found->shape != Shape::Scalar;
    const bool empty = container
                           ? found->entries.empty() && found->items.empty()
                           : found->is_null() || found->text.empty() || found->text == "false" || found->text == "0";
    return {empty ? Truth::No : Truth::Yes, !container, container ? std::string() : found->text, found->region};
  }

  static Operand applied(std::string_view name, const std::vector<Operand>& operands) {
    if (operands.empty()) return {};
    if (name == "not" || name == "empty") {
      const Operand& one = operands.front();
      if (one.truth == Truth::Unknown) return {};
      return {one.truth == Truth::Yes ? Truth::No : Truth::Yes, false, {}, one.place};
    }
    if (name == "eq" || name == "ne") {
      if (operands.size() != 2 || !operands[0].scalar || !operands[1].scalar) return {};
      const bool same = operands[0].text == operands[1].text;
      const Region place = operands[0].place.valid() ? operands[0].place : operands[1].place;
      return {same == (name == "eq") ? Truth::Yes : Truth::No, false, {}, place};
    }
    const Truth decides = name == "and" ? Truth::No : Truth::Yes;
    bool all_known = true;
    for (const Operand& each : operands) {
      if (each.truth == decides) return {decides, false, {}, each.place};
      all_known = all_known && each.truth != Truth::Unknown;
    }
    return all_known ? Operand{decides == Truth::No ? Truth::Yes : Truth::No, false, {}, operands.back().place}
                     : Operand{};
  }

  const Resource* settings_;
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

/// Where a finding would stand: at the value if the template did not change.
enum class Mark : std::uint8_t { Condition, Value };

void judge(Resource& object, const Resource* settings, Mark mark) {
  const auto conditions = std::find_if(object.attributes.begin(), object.attributes.end(), [](const Entry& entry) {
    return entry.key == kubernetes::condition_attribute && entry.value.shape == Shape::List;
  });
  if (conditions == object.attributes.end()) return;
  std::optional<Value> said;
  for (const Value& condition : conditions->value.items) {
    const bool denied = condition.text.starts_with("! ");
    Operand result = Judge(settings).of_condition(std::string_view(condition.text).substr(denied ? 2 : 0));
    if (denied && result.truth != Truth::Unknown) result.truth = result.truth == Truth::Yes ? Truth::No : Truth::Yes;
    if (result.truth == Truth::Yes) continue;
    const Region place = mark == Mark::Value && result.place.valid() ? result.place : condition.region;
    if (result.truth == Truth::No) {
      said = known_string("false", place);
      break;
    }
    if (!said) said = unknown_value("{{ " + condition.text + " }}", "a template decides it", place);
  }
  object.attributes.erase(conditions);
  if (said) object.attributes.push_back({"rendered", *said, said->region});
}

}  // namespace

void judge_conditions(std::span<LoweredFile> files) {
  std::map<std::string, const Resource*> settings;
  for (const LoweredFile& file : files) {
    if (role_of(file.path) != FileRole::Values || !file.model.gaps.empty()) continue;
    const std::optional<std::string> chart = chart_of(file.path);
    for (const Resource& resource : file.model.resources) {
      if (chart && resource.type == "values") settings.emplace(*chart, &resource);
    }
  }
  for (LoweredFile& file : files) {
    if (role_of(file.path) != FileRole::Template) continue;
    const std::optional<std::string> chart = chart_of(file.path);
    const auto found = chart ? settings.find(*chart) : settings.end();
    for (Resource& object : file.model.resources)
      judge(object, found == settings.end() ? nullptr : found->second, file.context ? Mark::Value : Mark::Condition);
  }
}

}  // namespace redtag::helm
