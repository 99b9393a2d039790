// Evaluates what can be known from the text of one side's files.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "lower/terraform/scope.h"
#include "lower/terraform/synonyms.h"

namespace redtag::terraform {

/// Evaluates expressions in place. Never loops: a definition that refers to itself is unknown, depth is
/// bounded by limits::nesting, and each call of begin() grants the same number of steps.
class Evaluator {
 public:
  /// Borrows the tables.
  explicit Evaluator(const FactTables& facts) : synonyms_(facts) {}
  /// Grants the steps for the values of one more file.
  void begin();
  /// Evaluates all attributes of a resource, and repeats its dynamic blocks.
  void evaluate(Resource& resource, Directory& directory);
  /// A name that is bound; without a value it is left as it is written.
  struct Bound {
    std::string_view name;
    const Value* value = nullptr;
  };
  /// Evaluates one instance of a resource: `own` is what its for_each or count gives that instance.
  void evaluate(Resource& resource, Directory& directory, const Bound& own);
  [[nodiscard]] Value evaluated(Value value, Directory& directory);

 private:
  /// Where a path leads: to a value, or to nothing that is known and why.
  struct Target {
    const Value* value = nullptr;
    std::string_view reason;
  };

  void evaluate_setting(Resource& setting, Directory& directory);
  void visit_type(Value& type, Directory& directory);  // depth is bounded where values are read
  void visit(Value& value, Directory& directory);
  void visit_expression(Value& value, Directory& directory);
  void visit_all(std::vector<Value>& values, Directory& directory);
  void visit_entries(std::vector<Entry>& entries, Directory& directory);
  void visit_reference(Value& value, Directory& directory);
  void visit_call(Value& value, Directory& directory);
  static std::optional<Value> left_out(const Value& reference, const Directory& directory);
  std::optional<Value> left_out_of_each(const Value& reference, Directory& directory);
  void visit_object(Value& value, Directory& directory);
  bool visit_text(Value& value, Directory& directory);
  static bool visit_fileset(Value& value, const Directory& directory);
  void visit_try(Value& value, Directory& directory);
  void visit_template(Value& value, Directory& directory);
  /// Texts beside each other become one; a template without a place is that text.
  static void join_parts(Value& value);
  void visit_conditional(Value& value, Directory& directory);
  void visit_operator(Value& value, Directory& directory);
  void visit_for(Value& value, Directory& directory);
  std::optional<Value> comprehend(const Value& comprehension, Directory& directory);
  void repeat_block(Entry dynamic, Directory& directory, std::vector<Entry>& into);
  void visit_unbound(std::vector<Value*> values, std::vector<std::string_view> names, Directory& directory);

  Target find(std::string_view path, Directory& directory, std::size_t& rest);
  Target find_output(std::string_view module, std::string_view name, Directory& directory);
  Target find_document(std::string_view path, Directory& directory, std::size_t& rest);
  Target define(Definition& definition, Directory& directory);
  Target define(DocumentSource& source, Directory& directory);
  Target decide(std::string_view name, Variable& variable, Directory& directory);
  Value decide_by_callers(std::string_view name, const Variable& variable, const Directory& directory);
  Value decide_by_files(std::string_view name, const Variable& variable, std::string_view var_file);
  /// Follows the steps in `path` from `base`; operands[operand] is the next index expression.
  std::optional<Value> follow(const Value& base, std::string_view path, const std::vector<Value>& operands,
                              std::size_t operand);
  /// Pays for a copy; false if there are not enough steps, or if it nests too deeply to be handed on.
  bool pay(const Value& copied);

  Synonyms synonyms_;
  std::vector<Bound> bound_;
  std::string each_of_;  ///< the variable that the thing being evaluated has an instance of each of; else empty
  std::size_t steps_ = 0;
  unsigned depth_ = 0;
};

}  // namespace redtag::terraform
