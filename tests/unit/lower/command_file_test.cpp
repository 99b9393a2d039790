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

}  // namespace
}  // namespace redtag
