#include "report/redact.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

// Secrets are put together here, so that no scanner of this repository takes the tests for a leak.
const std::string letters = "abcdefghijklmnopqrstuvwxyz0123456789";

TEST(Redacted, HidesTokensOfKnownForms) {
  EXPECT_EQ(redacted("use AKIA" + std::string("IOSFODNN7EXAMPLE") + " now"), "use *** now");
  for (const std::string prefix : {"ghp_", "github_pat_", "glpat-", "xoxb-", "sk_live_", "AIza", "hvs.", "npm_"}) {
    EXPECT_EQ(redacted("x " + prefix + letters + "."), "x ***") << prefix;
  }
  EXPECT_EQ(redacted("ghp_short"), "ghp_short");
  EXPECT_EQ(redacted("a -----BEGIN RSA PRIVATE"
                     " KEY-----\nMIIE\n-----END RSA PRIVATE"
                     " KEY----- b"),
            "a *** b");
}

TEST(Redacted, HidesPasswordsInUrls) {
  EXPECT_EQ(redacted("psql postgres://app:hunter2@db.example.com:5432/x"),
            "psql postgres://app:***@db.example.com:5432/x");
  EXPECT_EQ(redacted("https://example.com:8080/a@b"), "https://example.com:8080/a@b");
}

TEST(Redacted, HidesValuesOfSecretKeys) {
  EXPECT_EQ(redacted("mysql --password=hunter2 -e 'DROP'"), "mysql --password=*** -e 'DROP'");
  EXPECT_EQ(redacted("tool --token abc --force"), "tool --token *** --force");
  EXPECT_EQ(redacted("DB_PASSWORD='a b' run"), "DB_PASSWORD='***' run");
  EXPECT_EQ(redacted("master_password = \"x y\""), "master_password = \"***\"");
  EXPECT_EQ(redacted("{\"api_key\": \"zzz\"}"), "{\"api_key\": \"***\"}");
  EXPECT_EQ(redacted("secret => \"zzz\""), "secret => \"***\"");
}

TEST(Redacted, LeavesWhatIsNoSecret) {
  for (const std::string text :
       {"aws_secretsmanager_secret.token will be destroyed", "the secret: nothing can read it afterwards",
        "--password=$DB_PASSWORD", "password = var.password", "token = \"${var.token}\"", "--token --force",
        "password changed from (sensitive) to (sensitive)", "", "=", "password", "password ="}) {
    EXPECT_EQ(redacted(text), text);
  }
}

}  // namespace
}  // namespace redtag
