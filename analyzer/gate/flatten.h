// The parts of a pipeline in one form, whatever their layout. Internal to gate/ and doctor/.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gate/call.h"

namespace redtag {

/// Keys that decide nothing about whether a call runs and counts.
[[nodiscard]] bool says_nothing(std::string_view key);
/// Lists whose entries run one after the other, and end at the first that fails.
[[nodiscard]] bool is_step_list(std::string_view key);
/// Keys whose value is a script or a command's words.
[[nodiscard]] bool is_script(std::string_view key);

/// A value on one line, the same for every layout. Bounded by the parser's depth.
[[nodiscard]] std::string value_of(const document::Node& root);
/// All scalars below a node.
[[nodiscard]] std::vector<std::string> scalars_of(const document::Node& root);

/// The first call below a node.
struct FoundCall {
  std::string kind;
  std::string version;
  std::uint32_t line = 0;
  [[nodiscard]] explicit operator bool() const { return line > 0; }
};

/// Finds calls below a node. Borrows `leads`.
class CallFinder {
 public:
  explicit CallFinder(const LeadsToCall& leads) : leads_(leads) {}
  [[nodiscard]] FoundCall find(const document::Node& root, std::string_view key = {}) const;

 private:
  [[nodiscard]] FoundCall in_scalar(const document::Node& node, std::string_view key) const;

  const LeadsToCall& leads_;
};

/// Writes what stands below a node into facts. Borrows `leads`.
class Flattener {
 public:
  Flattener(const LeadsToCall& leads, OnFailure failure) : leads_(leads), finder_(leads), failure_(failure) {}

  /// Adds what stands below `node` to `facts`, under `path`.
  void add(const document::Node& node, const std::string& path, std::map<std::string, std::string>& facts) const;

 private:
  [[nodiscard]] std::string scalar(const document::Node& node, std::string_view key, OnFailure failure) const;
  [[nodiscard]] std::string list(const document::Node& node, std::string_view key) const;
  [[nodiscard]] std::string joined_script(const document::Node& node) const;
  [[nodiscard]] std::string steps(const document::Node& node) const;
  [[nodiscard]] bool is_sound(const document::Node& step) const;
  [[nodiscard]] std::string step(const document::Node& node) const;

  const LeadsToCall& leads_;
  CallFinder finder_;
  OnFailure failure_;
};

}  // namespace redtag
