// What a field of field.def reads from a subject of a delta.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "check/compile/vocabulary.h"
#include "trait/rollback.h"
#include "trait/trait.h"

namespace redtag {

/// What several subjects of one delta share. Borrows the view.
class DeltaIndex {
 public:
  explicit DeltaIndex(const DeltaView& view);

  /// What the fact tables know of a type; remembered, since a change names few types many times.
  struct TypeFacts {
    std::string_view cls;
    bool stateful = false;
    std::vector<std::string_view> effects;  ///< sorted
  };
  [[nodiscard]] const TypeFacts& facts_of(Stack stack, std::string_view type);
  /// The class of what an operation aims at: its program's row for the most words of its action, else its object's class.
  [[nodiscard]] std::string_view class_of(const Operation& operation);
  /// How bad it is to lose something of a class; empty where no table says.
  [[nodiscard]] std::string_view severity_of_class(std::string_view cls) const;
  /// The resource with that address, before side first; nullptr for none.
  [[nodiscard]] const Resource* resource_at(std::string_view address) const;
  /// What the reverse of a procedure is on the after side, and where; the best one if there are several.
  [[nodiscard]] ReverseEvidence reverse_of(std::string_view procedure) const;
  /// Bits of Verb that a procedure's operations have.
  [[nodiscard]] std::uint64_t verbs_of(Side side, ProcedureId procedure) const;

  const DeltaView& view;

 private:
  void judge_reverses();

  std::unordered_map<std::string, TypeFacts> types_;
  std::unordered_map<std::string, std::string_view> operation_classes_;
  std::unordered_map<std::string_view, const Resource*> resources_;
  std::unordered_map<std::string_view, ReverseEvidence> reverses_;
  std::vector<std::uint64_t> verbs_[2];
};

/// One subject with everything that fields ask for. Views the delta; made once for all checks.
class SubjectView {
 public:
  SubjectView(DeltaIndex& index, const Subject& subject);

  [[nodiscard]] const Subject& subject() const { return subject_; }
  [[nodiscard]] Stack stack() const;
  /// Bit of the subject's fate (an attribute's: its resource's).
  [[nodiscard]] std::uint64_t change_bit() const;
  /// Bits of the attribute's effects.
  [[nodiscard]] std::uint64_t effect_bits() const;

  /// Closed sets: bit of the name, or bits of several.
  [[nodiscard]] std::uint64_t names(Field field) const;
  [[nodiscard]] bool flag(Field field) const;
  /// Text fields; empty for what is not there.
  [[nodiscard]] std::string_view text(Field field) const;
  /// Value fields; several for arguments and for repeated blocks.
  [[nodiscard]] std::vector<const Value*> values(Field field, std::string_view path) const;
  /// Effects and class of a Type field, for `in: word`.
  [[nodiscard]] bool has_fact(Field field, std::string_view word) const;
  /// True if the attribute moved that way, at least by `thousandths` of a factor (0: any).
  [[nodiscard]] bool moved(Field field, std::uint64_t thousandths) const;
  /// Any field for people.
  [[nodiscard]] std::string shown(Field field) const;
  /// A trait's answer; computed once.
  [[nodiscard]] const TraitResult& trait(TraitId id);

  /// Resource of the side that is shown, and on each side; nullptr where there is none. Likewise the others.
  const Resource* resource = nullptr;
  const Resource* resource_side[2] = {nullptr, nullptr};
  const ResourceChange* resource_change = nullptr;
  const AttributeChange* attribute = nullptr;
  const Operation* operation = nullptr;
  const Operation* operation_side[2] = {nullptr, nullptr};
  const OperationChange* operation_change = nullptr;
  const Safeguard* safeguard = nullptr;
  const SafeguardChange* safeguard_change = nullptr;
  const Procedure* procedure = nullptr;
  const ProcedureChange* procedure_change = nullptr;

 private:
  [[nodiscard]] const Resource* protected_resource() const;
  [[nodiscard]] std::uint64_t verbs() const;
  /// The attribute is a block that goes, of several of which one stays.
  [[nodiscard]] bool one_block_is_left() const;

  DeltaIndex& index_;
  Subject subject_;
  static constexpr std::size_t trait_count = 0
#define REDTAG_TRAIT(enumerator, name, sentence) +1
#include "trait/trait.def"
#undef REDTAG_TRAIT
      ;
  std::array<std::optional<TraitResult>, trait_count> traits_;
};

}  // namespace redtag
