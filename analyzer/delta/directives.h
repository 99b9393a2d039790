// Declarations that say something about other addresses instead of declaring anything: moved, removed, import.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "delta/delta.h"

namespace redtag {

[[nodiscard]] bool is_directive(Declares declares);

/// Text of a top-level attribute; empty for none.
[[nodiscard]] std::string scalar_attribute(const Resource& resource, std::string_view name);

/// The address without its scope: what directives speak of.
[[nodiscard]] std::string_view local_address(const Resource& resource);

/// `from` names `address` itself or a module above it; the rest behind it, or nullopt.
[[nodiscard]] std::optional<std::string_view> behind(std::string_view address, std::string_view from);

/// `x[0]` and `x["a"]` name instances of `x`; the declaration is what both sides have.
[[nodiscard]] std::string_view without_key(std::string_view address);

/// `module.a["x"].b.c[0]` without any of its keys.
[[nodiscard]] std::string without_keys(std::string_view address);

/// `scope:`, or nothing for the top.
[[nodiscard]] std::string scope_prefix(const Resource& resource);

/// The address that a directive's `from` speaks of, with the directive's scope and without keys.
[[nodiscard]] std::string absolute_from(const Resource& directive);

/// A removed block that destroys what it names, as it does unless it says otherwise.
[[nodiscard]] bool destroys(const Resource& removed);

/// The moved blocks of the side after the change. Borrows the model.
class MovedBlocks {
 public:
  explicit MovedBlocks(const Model& after);
  [[nodiscard]] bool empty() const { return blocks_.empty(); }
  /// Where a thing ends that is moved, and moved on.
  [[nodiscard]] std::string last_of_chain(const Resource& directive) const;
  /// Where what stood at a local address stands now: there, or where moved blocks carry it.
  [[nodiscard]] std::string place_of(std::string_view scope, const std::string& from) const;
  /// Where moved blocks carry what stands at an absolute address without keys: there, or below where they carry a call above it.
  [[nodiscard]] std::string carried(std::string_view address) const;
  /// Where a moved block stands that names something in what is called at this absolute address; nullopt for none.
  [[nodiscard]] std::optional<Region> first_inside(std::string_view call) const;
  /// Keys of `resource` that a moved block carries to another address; without a key, the single one is called "".
  [[nodiscard]] std::set<std::string> keys_of(const Resource& resource) const;

 private:
  std::vector<const Resource*> blocks_;
  std::map<std::pair<std::string, std::string>, const Resource*> by_from_;  ///< scope and text; the first of several
  struct Carried {
    const Resource* directive = nullptr;
    std::string prefix;  ///< of what it carries to: its scope, or the call of the module that it stands in
  };
  std::map<std::string, Carried, std::less<>> by_address_;  ///< absolute, without keys; the first of several
};

}  // namespace redtag
