#include "lower/terraform/plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "lower/terraform/permissions.h"
#include "lower/terraform/plan_values.h"

namespace redtag::terraform {

namespace {

using Json = nlohmann::json;

/// Takes the events of a plan: builds what is wanted as values, and only looks at the way to the rest.
class Collector final : public nlohmann::json_sax<Json> {
 public:
  Plan plan;
  std::string trouble;  ///< why reading stopped; empty where it did not
  bool has_version = false;
  bool has_changes = false;  ///< planned values or changes: what a state lacks
  bool errored = false;
  std::size_t broken_at = 0;

  bool null() override {
    Value value = known_string({});
    value.type = ScalarType::Null;
    return scalar(std::move(value));
  }
  bool boolean(bool value) override {
    if (way_.size() == 1 && way_[0] == "errored") errored = value;
    return scalar(known_bool(value));
  }
  bool number_integer(number_integer_t value) override { return scalar(known_number(std::to_string(value))); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(known_number(std::to_string(value))); }
  bool number_float(number_float_t, const string_t& text) override { return scalar(known_number(text)); }
  bool string(string_t& text) override {
    if (way_.size() == 1 && way_[0] == "format_version") has_version = true;
    if (way_.size() > 3 && way_[0] == "configuration" && way_.back() == "source") note_source(text);
    return scalar(known_string(std::move(text)));
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Shape::Map); }
  bool key(string_t& name) override {
    if (!way_.empty()) way_.back() = name;
    if (way_.size() == 1 && (name == "resource_changes" || name == "planned_values")) has_changes = true;
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Shape::List); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    broken_at = position;
    return false;
  }

 private:
  bool stop(std::string why) {
    trouble = std::move(why);
    return false;
  }

  bool open(Shape shape) {
    if (way_.size() >= plan_depth) return stop("nests more deeply than " + std::to_string(plan_depth) + " levels");
    const bool element = way_.size() == 2 && way_[0] == "resource_changes" && shape == Shape::Map;
    if (building_.empty() && !element) {
      way_.emplace_back();
      return true;
    }
    Value value;
    value.presence = Presence::Known;
    value.shape = shape;
    building_.push_back({building_.empty() ? std::string() : way_.back(), std::move(value)});
    way_.emplace_back();
    return count();
  }

  bool close() {
    way_.pop_back();
    if (building_.empty()) return true;
    Part part = std::move(building_.back());
    building_.pop_back();
    if (!building_.empty()) {
      put(part.key, std::move(part.value));
      return true;
    }
    std::optional<PlannedChange> change = planned_change(std::move(part.value), plan);
    if (change) plan.changes.push_back(std::move(*change));
    if (!change) values_ = kept_;  // what stays as it is takes no room
    kept_ = values_;
    return true;
  }

  bool scalar(Value value) {
    if (building_.empty()) return true;
    put(way_.back(), std::move(value));
    return count();
  }

  void put(const std::string& key, Value value) {
    Value& around = building_.back().value;
    if (around.shape == Shape::Map)
      around.entries.push_back({key, std::move(value), {}});
    else
      around.items.push_back(std::move(value));
  }

  bool count() {
    if (++values_ <= plan_values) return true;
    return stop("changes more than " + std::to_string(plan_values) + " values");
  }

  /// configuration.root_module.module_calls.shop.module.module_calls.db.source
  void note_source(const std::string& text) {
    std::string address;
    for (std::size_t i = 2; i + 1 < way_.size(); ++i) {
      if (way_[i] != "module_calls") continue;
      address += (address.empty() ? "module." : ".module.") + way_[i + 1];
      ++i;
      if (i + 2 == way_.size()) plan.sources.emplace(std::move(address), text);
      if (i + 2 >= way_.size() || way_[i + 1] != "module") return;
      ++i;
    }
  }

  struct Part {
    std::string key;
    Value value;
  };
  std::vector<std::string> way_;  ///< key of each open object, empty for arrays
  std::vector<Part> building_;
  std::size_t values_ = 0;
  std::size_t kept_ = 0;
};

}  // namespace

std::string without_keys(std::string_view address) {
  std::string out;
  for (std::size_t i = 0; i < address.size(); ++i) {
    if (address[i] != '[') {
      out += address[i];
      continue;
    }
    bool quoted = false;
    for (++i; i < address.size() && (quoted || address[i] != ']'); ++i) {
      if (quoted && address[i] == '\\')
        ++i;
      else if (address[i] == '"')
        quoted = !quoted;
    }
  }
  return out;
}

Expected<Plan> read_plan(std::string_view text, std::string_view name) {
  const std::string file = printable(name);
  if (text.size() > plan_bytes)
    return fail(ErrorCode::Limit,
                file + ": a plan of more than " + std::to_string(plan_bytes >> 20) + " MiB is not read");
  Collector collector;
  const bool read = Json::sax_parse(text, &collector);
  if (!collector.trouble.empty()) return fail(ErrorCode::Limit, file + ": the plan " + collector.trouble);
  if (!read && collector.broken_at >= text.size())
    return fail(ErrorCode::Input, file + ": the plan ends in the middle, at byte " + std::to_string(text.size()) +
                                      ": was it written whole?");
  if (!read)
    return fail(ErrorCode::Input, file + ": not JSON at byte " + std::to_string(collector.broken_at) +
                                      ": expected what `terraform show -json PLAN` or `tofu show -json PLAN` prints");
  if (!collector.has_version || !collector.has_changes)
    return fail(ErrorCode::Input,
                file +
                    ": JSON, but no plan: expected what `terraform show -json PLAN` prints, of a saved plan "
                    "and not of a state");
  if (collector.errored)
    return fail(ErrorCode::Input, file + ": the plan itself ended in an error, and says only a part");
  return std::move(collector.plan);
}

}  // namespace redtag::terraform
