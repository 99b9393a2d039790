#include "compare/machine_size.h"

#include <gtest/gtest.h>

#include "compare/quantity.h"

namespace redtag {
namespace {

double ratio(std::string_view before, std::string_view after) {
  const QuantityDifference difference =
      compare_quantities(known_string(std::string(before)), known_string(std::string(after)));
  return difference.ratio.value_or(0);
}

TEST(MachineSize, ReadsNamesOfEachVendor) {
  EXPECT_DOUBLE_EQ(ratio("db.r6g.8xlarge", "db.m6g.large"), 8.0 / 256);
  EXPECT_DOUBLE_EQ(ratio("cache.t4g.medium", "cache.t4g.small"), 0.5);
  EXPECT_DOUBLE_EQ(ratio("r6g.large.search", "r6g.2xlarge.search"), 4);
  EXPECT_DOUBLE_EQ(ratio("GP_Standard_D16s_v3", "GP_Standard_D4s_v3"), 0.25);
  EXPECT_DOUBLE_EQ(ratio("GP_Gen5_8", "GP_Gen5_2"), 0.25);
  EXPECT_DOUBLE_EQ(ratio("db-custom-16-61440", "db-custom-4-15360"), 0.25);
  EXPECT_DOUBLE_EQ(ratio("db-n1-highmem-8", "db-n1-standard-16"), 2);
}

TEST(MachineSize, ComparesNothingElse) {
  EXPECT_EQ(ratio("db.r6g.8xlarge", "GP_Gen5_2"), 0);
  EXPECT_EQ(ratio("db.r6g.metal", "db.m6g.large"), 0);
  EXPECT_EQ(ratio("v1.large-scale", "v2.small-scale"), 0);
  EXPECT_FALSE(machine_size("registry.example/app:large"));
  EXPECT_FALSE(machine_size(""));
  EXPECT_FALSE(machine_size("Standard_"));
}

}  // namespace
}  // namespace redtag
