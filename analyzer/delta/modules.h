// What module calls lead to: whether an address inside one is declared, and what becomes of its content when it is called from another
// place or less often.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "delta/delta.h"
#include "delta/matching.h"

namespace redtag {

/// The content of modules on one side, by the absolute address of the call. Borrows the model.
class CalledModules {
 public:
  explicit CalledModules(const Model& side);

  enum class Lookup : std::uint8_t { Declared, NotDeclared, OutOfSight };
  /// Whether `path` (`module.a.module.b.type.name`, keys do not count), as text in `scope` writes it, is declared. OutOfSight where the call
  /// is not there or leads to text that is not at hand.
  [[nodiscard]] Lookup find(const std::string& scope, std::string_view path, Declares declares) const;
  /// The declaration itself; nullopt where find() does not say Declared.
  [[nodiscard]] std::optional<std::uint32_t> declaration(const std::string& scope, std::string_view path,
                                                         Declares declares) const;

  /// Absolute addresses of a call, one for each way that leads to it.
  [[nodiscard]] static std::vector<std::string> addresses_of(const Resource& call);
  /// Of what `call` holds, with everything below: the rest of the address and the declaration.
  [[nodiscard]] std::vector<std::pair<std::string, std::uint32_t>> held_by(const std::string& call) const;
  [[nodiscard]] std::optional<std::uint32_t> at(const std::string& address, Declares declares) const;

 private:
  /// Where `path` leads: the absolute address of the last call, and what is behind it; nullopt where the first call is not there.
  [[nodiscard]] std::optional<std::pair<std::string, std::string>> way_to(const std::string& scope,
                                                                          std::string_view path) const;
  const Model& side_;
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> held_;  ///< call → what stands in it
  std::map<std::pair<std::string, Declares>, std::uint32_t> at_;         ///< absolute address → declaration
};

/// A declaration in a module whose call leads elsewhere afterwards: where the new module has it, with its counterpart there.
struct Swapped {
  std::uint32_t before = 0;
  std::optional<std::uint32_t> after;
  Certainty certainty = Certainty::Exact;
  std::string because;
  Region region;  ///< the new source
};

/// What calls that get another source no longer declare, or declare elsewhere. A source that leads out of the text at hand counts for what
/// holds data alone, as a guess.
[[nodiscard]] std::vector<Swapped> swapped_content(const Sides& sides, const Matching& matching,
                                                   const FactTables& facts);

/// What becomes of the content of modules that are no longer called, where moved blocks take things out of them: what they leave in it is
/// destroyed with the call, and what they carry elsewhere is compared with what stands there.
[[nodiscard]] std::vector<Swapped> content_left_behind(const Sides& sides, const Matching& matching);

/// What holds data in a module that is called less often: one change for each, with the cause of the call's.
[[nodiscard]] std::vector<ResourceChange> content_of_shrunk(const Sides& sides, const Delta& delta,
                                                            const FactTables& facts);

}  // namespace redtag
