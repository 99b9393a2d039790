// Where addresses, variables and files say that a command acts.
#include "lower/shell/destination.h"

#include <gtest/gtest.h>

namespace redtag::shell {
namespace {

TEST(Destination, AddressesOfAllKinds) {
  EXPECT_EQ(sign_of_address("postgres://app@localhost:5432/shop").where, Destination::Nearby);
  EXPECT_EQ(sign_of_address("postgres:///shop?host=/run/postgresql").where, Destination::Nearby);
  EXPECT_EQ(sign_of_address("jdbc:postgresql://[::1]:5432/shop").where, Destination::Nearby);
  EXPECT_EQ(sign_of_address("root@tcp(127.0.0.1:3306)/shop").where, Destination::Nearby);
  EXPECT_EQ(sign_of_address("sqlite:///var/shop.db").where, Destination::Nearby);
  EXPECT_EQ(sign_of_address("file:./dev.db").where, Destination::Nearby);
  EXPECT_EQ(sign_of_address("mysql://root@mysql/shop").where, Destination::Beside);
  EXPECT_EQ(sign_of_address("host=db7.example.net dbname=shop_test").where, Destination::Test);
  EXPECT_EQ(sign_of_address("jdbc:sqlserver://sql1.example.net;databaseName=shop").where, Destination::Elsewhere);
  EXPECT_EQ(sign_of_address("db.shop-prod.example.net").where, Destination::Production);
  EXPECT_EQ(sign_of_address("db.non-prod.example.net").where, Destination::Test);
  EXPECT_EQ(sign_of_address("prod2-db").where, Destination::Production);
}

TEST(Destination, VariablesByWhatTheyAreFor) {
  EXPECT_EQ(sign_of_variable("RAILS_ENV", "production").where, Destination::Production);
  EXPECT_EQ(sign_of_variable("DB_HOST", "10.0.0.7").where, Destination::Elsewhere);
  EXPECT_EQ(sign_of_variable("PROD_DATABASE_URL", "postgres://db1.example.net/x").where, Destination::Production);
  EXPECT_EQ(sign_of_variable("DATABASE_URL", "${{ secrets.DATABASE_URL }}").where, Destination::Elsewhere);
  EXPECT_EQ(sign_of_variable("DB_PORT", "5432").where, Destination::Unknown);
  EXPECT_EQ(sign_of_variable("PRODUCT_NAME", "prod").where, Destination::Unknown);
}

TEST(Destination, FilesByTheirNames) {
  EXPECT_EQ(sign_of_file("deploy/.env.production").where, Destination::Production);
  EXPECT_EQ(sign_of_file("ci/prod.env").where, Destination::Production);
  EXPECT_EQ(sign_of_file(".env.test").where, Destination::Test);
  EXPECT_EQ(sign_of_file(".env").where, Destination::Unknown);
}

TEST(Destination, HostileAddressesEnd) {
  const std::string long_one = "postgres://" + std::string(100'000, '@') + "/" + std::string(100'000, '[');
  EXPECT_NO_THROW(static_cast<void>(sign_of_address(long_one)));
  for (const char* odd : {"", "[", "://", "jdbc:", "tcp(", "x@tcp(", "host=", "a:b:c", "@", "$", "://@:/?;="})
    EXPECT_NO_THROW(static_cast<void>(sign_of_address(odd)));
}

}  // namespace
}  // namespace redtag::shell
