// What constraints leave of a provider's versions, and whose they are.
#include "delta/provider_versions.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

std::pair<unsigned, unsigned> ends(std::string_view constraint) {
  const Majors majors = majors_of(constraint);
  return {majors.lowest, majors.highest};
}

constexpr unsigned no_end = std::numeric_limits<unsigned>::max();

TEST(ProviderVersions, WhatAConstraintLeaves) {
  EXPECT_EQ(ends("3.53.0"), std::pair(3U, 3U));
  EXPECT_EQ(ends("= 3.53.0"), std::pair(3U, 3U));
  EXPECT_EQ(ends("~> 3.0"), std::pair(3U, 3U));
  EXPECT_EQ(ends("~> 3"), std::pair(3U, no_end));
  EXPECT_EQ(ends(">= 3.0, < 5.0"), std::pair(3U, 4U));
  EXPECT_EQ(ends(">= 3.0, < 4.2"), std::pair(3U, 4U));
  EXPECT_EQ(ends("<= 3.9"), std::pair(0U, 3U));
  EXPECT_EQ(ends("latest"), std::pair(0U, no_end));
  EXPECT_EQ(ends("!= 3.1"), std::pair(0U, no_end));
  EXPECT_EQ(ends(""), std::pair(0U, no_end));
}

Resource version(std::string type, std::string name, std::string scope, std::string constraint) {
  Resource resource;
  resource.stack = Stack::Terraform;
  resource.declares = Declares::Provider;
  resource.type = std::move(type);
  resource.name = std::move(name);
  resource.scope = std::move(scope);
  resource.attributes = {{"version", known_string(std::move(constraint)), {}}};
  return resource;
}

TEST(ProviderVersions, TheLockedOneOfEachRootThatCallsAModule) {
  Model side;
  side.resources.push_back(version("required_provider", "aws", "prod", ">= 3.0"));
  side.resources.push_back(version("provider_lock", "registry.terraform.io/hashicorp/aws", "prod", "4.67.0"));
  side.resources.push_back(version("provider_lock", "registry.terraform.io/hashicorp/aws", "dev", "5.1.0"));
  const ProviderVersions versions(side);
  Resource resource;
  resource.type = "aws_instance";
  resource.scope = "prod";
  EXPECT_EQ(versions.of(resource).lowest, 4U);
  EXPECT_EQ(versions.of(resource).highest, 4U);
  resource.scope = "modules/node";
  resource.calls = {{"prod:module.node", {}, {}}, {"dev:module.node", {}, {}}};
  EXPECT_EQ(versions.of(resource).lowest, 4U);
  EXPECT_EQ(versions.of(resource).highest, 5U);
  resource.calls.push_back({"test:module.node", {}, {}});  // nobody says
  EXPECT_EQ(versions.of(resource).lowest, 0U);
}

}  // namespace
}  // namespace redtag
