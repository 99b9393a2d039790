// Intrinsic functions: what a template's values are, as far as the template alone decides.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "document/document.h"
#include "lower/frontend.h"

namespace redtag::cloudformation {

/// A call of an intrinsic function, in its short or its long form.
struct CallView {
  std::string_view name;  ///< `Ref`, `GetAtt`, `Sub` …
  const document::Node* argument = nullptr;
  bool tagged = false;  ///< written as a tag, so that `argument` is the node itself
};

/// The last member called `key`: the one that counts where it is written twice. nullptr for none.
[[nodiscard]] const document::Node* last_member(const document::Node& map, std::string_view key);

/// Evaluates the values of one template. Borrows the file and the template's root, whose nodes outlive it.
class Evaluator {
 public:
  Evaluator(const SourceFileView& file, const document::Node& root);

  /// The call that a node is, or nullopt for plain data.
  [[nodiscard]] static std::optional<CallView> call_of(const document::Node& node);
  /// The same, whatever tag the node has.
  [[nodiscard]] static std::optional<CallView> long_call_of(const document::Node& node);

  /// The value of any node, maps and lists as such.
  [[nodiscard]] Value value(const document::Node& node) { return evaluate(node, 0, Tag::Read); }
  /// `key: node` as the entries of a resource: maps as blocks, lists of maps as repeated blocks.
  void add_entries(const std::string& key, const document::Node& node, Region region, std::vector<Entry>& into);
  /// References met since the last call.
  [[nodiscard]] std::vector<Reference> take_references();
  [[nodiscard]] bool is_resource(std::string_view name) const;
  [[nodiscard]] Region region(ByteRange bytes) const;

 private:
  enum class Tag : std::uint8_t { Read, Done };

  [[nodiscard]] Value evaluate(const document::Node& node, unsigned depth, Tag tag);
  [[nodiscard]] Value evaluate_call(const CallView& call, const document::Node& node, unsigned depth);
  [[nodiscard]] Value refer(std::string_view name, const document::Node& at);
  [[nodiscard]] Value parameter(std::string_view name, const document::Node& declaration, const document::Node& at);
  [[nodiscard]] Value get_attribute(const CallView& call, const document::Node& node);
  [[nodiscard]] Value substitute(const CallView& call, const document::Node& node, unsigned depth);
  [[nodiscard]] Value join(const Value& arguments, const document::Node& node) const;
  [[nodiscard]] Value select(const Value& arguments, const document::Node& node) const;
  [[nodiscard]] Value find_in_map(const Value& arguments, const document::Node& node);
  [[nodiscard]] Value choose(const document::Node& arguments, const document::Node& node, unsigned depth);
  [[nodiscard]] Value other_call(std::string_view name, const Value& argument, const document::Node& node) const;
  [[nodiscard]] Value scalar(const document::Node& node) const;
  void add_block(const std::string& key, const document::Node& node, Region region, unsigned depth,
                 std::vector<Entry>& into, const std::string& condition);
  void add_node(const std::string& key, const document::Node& node, Region region, unsigned depth,
                std::vector<Entry>& into, const std::string& condition);
  [[nodiscard]] bool spend();
  void note(std::string target, const document::Node& at);

  const SourceFileView& file_;
  const document::Node* parameters_;
  const document::Node* mappings_;
  const document::Node* resources_;
  std::string path_;  ///< of the entry being evaluated, for references
  std::vector<Reference> references_;
  std::uint32_t steps_ = 0;
};

/// A value as it stands inside of a text: unknown ones as `${…}`.
[[nodiscard]] std::string inner_text(const Value& value);

/// The same, with parameters as `${Name}` even where they have a default: what the template alone decides of it.
[[nodiscard]] std::string pattern_of(const Value& value);

}  // namespace redtag::cloudformation
