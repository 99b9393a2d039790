// Attributes that always have the value of another one: `data.aws_region.x.name` and `.region`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"

namespace redtag::terraform {

/// Brings references to one spelling, so that an edit from one name of a value to another is no change of it. Borrows the tables, which
/// list the names as rows of the effect `same-as`.
class Synonyms {
 public:
  explicit Synonyms(const FactTables& facts) : facts_(facts) {}

  /// The path with its attribute named as the tables prefer it; nullopt where that is its name already. `path` is a reference as the front
  /// end writes it: `data.aws_region.x.name`, `aws_s3_bucket.b[].id`.
  [[nodiscard]] std::optional<std::string> preferred(std::string_view path);

 private:
  const FactTables& facts_;
  std::map<std::string, std::vector<FactRowView>, std::less<>> rows_;  // asked for so far, by type
};

}  // namespace redtag::terraform
