#include "compare/template.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace redtag {
namespace {

/// A text with a place in it is a template.
Value written(std::string_view text) {
  if (text.find("${") == std::string_view::npos) return known_string(std::string(text));
  Value value = unknown_value(std::string(text), "a variable without default");
  value.expression = Expression::Template;
  return value;
}

bool differ(std::string_view before, std::string_view after) {
  const bool there = surely_differ(written(before), written(after));
  EXPECT_EQ(there, surely_differ(written(after), written(before))) << before << " and " << after;
  return there;
}

TEST(Template, DiffersByTheTextAroundTheSamePlaces) {
  EXPECT_TRUE(differ("${env}-web", "${env}-site"));
  EXPECT_TRUE(differ("${env}-web", "${env}-website"));
  EXPECT_TRUE(differ("web-${env}", "site-${env}"));
  EXPECT_TRUE(differ("a-${env}-b", "a-${env}-${region}-b"));
  EXPECT_TRUE(differ("${env}-${region}-web", "${region}-${env}-site"));
  EXPECT_TRUE(differ("a${env}b${env}", "a${env}${env}bb"));
  EXPECT_TRUE(differ("${env}", "${env}-web"));
  EXPECT_TRUE(differ(R"("${lookup(var.names, "{}")}-web")", R"("${lookup(var.names, "{}")}-site")"));
}

TEST(Template, DiffersByItsEndsWhateverFillsThePlaces) {
  EXPECT_TRUE(differ("prod-web", "${env}-site"));
  EXPECT_TRUE(differ("web", "web-${env}"));
  EXPECT_TRUE(differ("web-${env}", "site-${region}"));
}

TEST(Template, MayBeTheSameWhereSomeFillingMakesItSo) {
  EXPECT_FALSE(differ("prod-web", "${env}-web"));
  EXPECT_FALSE(differ("${env}-web", "${stage}-web"));
  EXPECT_FALSE(differ("web-${env}", "${env}-web"));
  EXPECT_FALSE(differ("${env}-web", "${env}${suffix}"));
  EXPECT_FALSE(differ("a${env}", "${env}${env}"));
  EXPECT_FALSE(differ("${env}", "${stage}"));
}

TEST(Template, DiffersByTheElementThatIsPicked) {
  const auto differ = [](std::string before, std::string after) {
    return surely_differ(unknown_value(std::move(before), "a look-up"), unknown_value(std::move(after), "a look-up"));
  };
  EXPECT_TRUE(differ("data.aws_availability_zones.all.names[0]", "data.aws_availability_zones.all.names[1]"));
  EXPECT_TRUE(differ("data.aws_availability_zones.all.names[1]", "data.aws_availability_zones.all.names[12]"));
  EXPECT_TRUE(
      differ("element(data.aws_availability_zones.all.names, 0)", "element(data.aws_availability_zones.all.names, 2)"));
  EXPECT_TRUE(differ("cidrsubnet(var.net, 8, 1)", "cidrsubnet(var.net, 8, 11)"));
  EXPECT_FALSE(differ("data.aws_availability_zones.all.names[0]", "data.aws_availability_zones.us.names[1]"));
  EXPECT_FALSE(differ("cidrsubnet(cidrsubnet(var.net, 4, 1), 8, 1)", "cidrsubnet(cidrsubnet(var.net, 4, 2), 8, 1)"));
  EXPECT_TRUE(differ("Select(0, ${GetAZs()})", "Select(1, ${GetAZs()})"));
  EXPECT_FALSE(differ("Select(0, ${Names})", "Select(1, ${Names})"));
  EXPECT_FALSE(differ("min(var.a, 1)", "min(var.a, 2)"));
  EXPECT_FALSE(differ("var.zones[0]", "var.zones[1]"));
}

TEST(Template, SaysNothingOfWhatIsNoText) {
  EXPECT_FALSE(surely_differ(unknown_value("var.a", "a variable without default"), known_string("x")));
  EXPECT_FALSE(surely_differ(Value(), written("${env}-web")));
  EXPECT_FALSE(differ("${env-web", "${env-site"));
  EXPECT_FALSE(surely_differ(written("${env}-web"), written("${env}-web")));
}

}  // namespace
}  // namespace redtag
