#include "model/wire.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

Model sample() {
  Model model;
  Resource resource;
  resource.stack = Stack::Terraform;
  resource.type = "aws_db_instance";
  resource.address = "infra:aws_db_instance.orders";
  Value block;
  block.presence = Presence::Known;
  block.shape = Shape::Block;
  block.entries.push_back({"enabled", known_bool(true, {FileId{3}, Side::Before, {5, 9}}), {}});
  resource.attributes.push_back({"backup", block, {FileId{3}, Side::Before, {1, 20}}});
  resource.references.push_back({"aws_kms_key.main", "kms_key_id", {}});
  model.resources.push_back(resource);
  model.procedures.push_back({});
  Operation operation;
  operation.stack = Stack::Sql;
  operation.verb = Verb::Destroy;
  operation.target = known_string("orders");
  operation.procedure.value = 0;
  model.operations.push_back(operation);
  model.gaps.push_back({{}, Stack::Sql, "why"});
  return model;
}

TEST(Wire, BringsAModelAcross) {
  const auto read = from_wire(to_wire(sample()));
  ASSERT_TRUE(read);
  EXPECT_EQ(to_wire(*read), to_wire(sample()));
  EXPECT_EQ(read->resources[0].attributes[0].value.entries[0].value.region.bytes.end, 9U);
}

TEST(Wire, RefusesEveryTruncationAndTrailingBytes) {
  const std::string bytes = to_wire(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(from_wire(bytes.substr(0, size))) << size;
  EXPECT_FALSE(from_wire(bytes + "x"));
}

TEST(Wire, RefusesIdsThatPointNowhere) {
  Model model = sample();
  model.operations[0].procedure.value = 7;
  EXPECT_FALSE(from_wire(to_wire(model)));
}

TEST(Append, RenumbersProcedures) {
  Model all = sample();
  append(all, sample());
  EXPECT_EQ(all.operations[1].procedure.value, 1U);
}

}  // namespace
}  // namespace redtag
