#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/text.h"
#include "score/score.h"
#include "score/weights.h"

namespace redtag {
namespace {

/// Version of the weights. It changes with any of their numbers, so that a vector never lies about its score.
constexpr std::string_view version = "RT3";

constexpr std::array<std::string_view, 3> coverages{"all", "some", "none"};

std::optional<Trigger> trigger_from_name(std::string_view name) {
  for (auto i = static_cast<std::uint8_t>(Trigger::Unknown); i <= static_cast<std::uint8_t>(Trigger::Test); ++i) {
    if (trigger_name(static_cast<Trigger>(i)) == name) return static_cast<Trigger>(i);
  }
  return std::nullopt;
}

/// Takes the words of a vector from left to right; after the first one that does not fit, `good()` is false.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  /// The word between `lead` and the next `/` or `,`.
  std::string_view after(std::string_view lead) {
    if (rest_.substr(0, lead.size()) != lead) good_ = false;
    if (!good_) return {};
    rest_.remove_prefix(lead.size());
    const std::string_view word = rest_.substr(0, rest_.find_first_of("/,"));
    rest_.remove_prefix(word.size());
    return word;
  }
  template <class Enum>
  void read(std::string_view lead, std::optional<Enum> (*from_name)(std::string_view), Enum& into) {
    const auto found = from_name(after(lead));
    if (found)
      into = *found;
    else
      good_ = false;
  }
  void read(std::string_view lead, std::uint32_t& into) {
    const std::string_view word = after(lead);
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), into);
    if (error != std::errc() || end != word.data() + word.size()) good_ = false;
  }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool done() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::optional<Coverage> coverage_from_name(std::string_view name) {
  for (std::size_t i = 0; i < coverages.size(); ++i) {
    if (coverages[i] == name) return static_cast<Coverage>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view coverage_name(Coverage coverage) { return coverages[static_cast<std::uint8_t>(coverage)]; }

std::string print(const BlastVector& vector) {
  const bool hidden = vector.intent == Intent::Unannounced || vector.intent == Intent::Contradicted;
  return fmt::format("{}/A:{}/S:{}/P:{}/E:{}/R:direct={},indirect={},instances={},scope={}/T:{},pace={}/U:{}/G:{}{}{}",
                     version, action_name(vector.action), state_name(vector.state), vector.plane,
                     environment_name(vector.environment), vector.direct, vector.indirect, vector.instances,
                     reach_name(vector.scope), trigger_name(vector.trigger), pace_name(vector.pace),
                     undo_name(vector.undo), coverage_name(vector.guarded), hidden ? "/I:" : "",
                     hidden ? intent_name(vector.intent) : "");
}

Expected<BlastVector> read_vector(std::string_view text) {
  BlastVector vector;
  Words words(text);
  const std::string_view found_version = words.after("");
  words.read("/A:", action_from_name, vector.action);
  words.read("/S:", state_from_name, vector.state);
  vector.plane = words.after("/P:");
  words.read("/E:", environment_from_name, vector.environment);
  words.read("/R:direct=", vector.direct);
  words.read(",indirect=", vector.indirect);
  words.read(",instances=", vector.instances);
  words.read(",scope=", reach_from_name, vector.scope);
  words.read("/T:", trigger_from_name, vector.trigger);
  words.read(",pace=", pace_from_name, vector.pace);
  words.read("/U:", undo_from_name, vector.undo);
  words.read("/G:", coverage_from_name, vector.guarded);
  if (!words.done()) words.read("/I:", intent_from_name, vector.intent);
  const bool plane_known = vector.plane == "unknown" || Weights::builtin().has("plane", vector.plane);
  // Printing it again refuses what reads but is not the text form, such as leading zeros.
  if (found_version != version || !words.done() || !plane_known || vector.instances == 0 || print(vector) != text) {
    return fail(ErrorCode::Input,
                fmt::format("'{}' is no blast vector of version {}", shortened(printable(text), 120), version));
  }
  return vector;
}

}  // namespace redtag
