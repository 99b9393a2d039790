// Which files hold commands, by their names.
#include <gtest/gtest.h>

#include "stack/commands.h"

namespace redtag {
namespace {

TEST(CommandFile, AnEnvironmentIsWhatAShellCanRead) {
  for (const std::string_view path : {".env", "app/.env.production", "deploy/shop.env"})
    EXPECT_EQ(command_file(path, "A=1\n"), CommandFile::Environment) << path;
  for (const std::string_view path : {".env.enc.aws", ".env.production.gpg", ".env.sops", ".env.example", ".env.dist"})
    EXPECT_EQ(command_file(path, "A=1\n"), CommandFile::None) << path;
}

TEST(CommandFile, ATableOfJobsIsKnownByItsLines) {
  const std::string_view table =
      "# nightly\nMAILTO=ops@example.org\n10 3 * * * root rm -rf /srv/old\n@daily /usr/bin/report\n";
  for (const std::string_view path : {"cron/jobs", "files/backup-cron", "etc/cron/shop.txt"})
    EXPECT_EQ(command_file(path, table), CommandFile::Crontab) << path;
  EXPECT_EQ(command_file("notes/cron.txt", "How to write a job:\n10 3 * * * root true\n"), CommandFile::None);
  EXPECT_EQ(command_file("cron/jobs", "10 3 * *\n"), CommandFile::None);
  EXPECT_EQ(command_file("src/jobs", table), CommandFile::None);
}

}  // namespace
}  // namespace redtag
