#include <algorithm>
#include <string>
#include <vector>

#include "lower/limit_met.h"
#include "terraform_fixture.h"

namespace redtag {
namespace {

/// Runs the asking to its end, as the pipeline does; `changed` are the files that the change touches.
std::string context_of(const std::map<Path, std::string>& texts, const std::vector<Path>& changed) {
  const FactTables facts = FactTables::empty();
  MemoryTree tree(texts);
  std::vector<LoweredFile> files;
  const auto add = [&](const Path& path, ChangeStatus status) {
    LoweredFile file;
    file.file = FileId{static_cast<std::uint32_t>(files.size())};
    file.path = path;
    file.context = status == ChangeStatus::Unchanged;
    file.model = terraform_frontend.lower({file.file, Side::After, path, texts.at(path), 0, false}, {facts, 0});
    files.push_back(std::move(file));
  };
  for (const Path& path : changed) add(path, ChangeStatus::Modified);
  std::string asked;
  for (int round = 0; round < 10; ++round) {
    const std::vector<Path> wanted = terraform_frontend.wants(files, tree);
    if (wanted.empty()) return asked;
    for (const Path& path : wanted) {
      asked += path + "\n";
      add(path, ChangeStatus::Unchanged);
    }
  }
  return asked + "never ends";
}

TEST(TerraformContext, AsksForNeighboursAndModules) {
  const std::map<Path, std::string> texts = {
      {"infra/main.tf", "module \"a\" {\n  source = \"../modules/a\"\n}\nprovider \"aws\" {}\n"},
      {"infra/variables.tf", ""},
      {"infra/prod.tfvars", ""},
      {"infra/README.md", ""},
      {"modules/a/main.tf",
       "module \"b\" {\n  source = \"./b\"\n}\nmodule \"r\" {\n  source = \"hashicorp/x/aws\"\n}\n"},
      {"modules/a/b/main.tf", ""},
      {"modules/c/main.tf", ""},
  };
  EXPECT_EQ(context_of(texts, {"infra/variables.tf"}),
            "infra/main.tf\ninfra/prod.tfvars\nmodules/a/main.tf\nmodules/a/b/main.tf\n");
}

TEST(TerraformContext, FindsTheCallersOfAModule) {
  const std::map<Path, std::string> texts = {
      {"prod/main.tf", "provider \"aws\" {}\nmodule \"a\" {\n  source = \"../modules/a\"\n}\n"},
      {"prod/other.tf", ""},
      {"stage/main.tf", "module \"z\" {\n  source = \"../modules/z\"\n}\n# modules/a\n"},
      {"examples/main.tf", "module \"a\" {\n  source = \"../modules/a\"\n}\n"},
      {"modules/a/main.tf", "variable \"name\" {}\n"},
      {"modules/z/main.tf", ""},
  };
  EXPECT_EQ(context_of(texts, {"modules/a/main.tf"}), "prod/main.tf\nprod/other.tf\n");
}

TEST(TerraformContext, FollowsCallersUpToTheRoot) {
  const std::map<Path, std::string> texts = {
      {"live/main.tf", "terraform {\n  backend \"s3\" {}\n}\nmodule \"m\" {\n  source = \"../modules/outer\"\n}\n"},
      {"modules/outer/main.tf", "module \"i\" {\n  source = \"../inner\"\n}\n"},
      {"modules/inner/main.tf", "variable \"name\" {}\n"},
  };
  EXPECT_EQ(context_of(texts, {"modules/inner/main.tf"}), "modules/outer/main.tf\nlive/main.tf\n");
}

TEST(TerraformContext, FindsWhoWritesAChangedNameInALargeDirectory) {
  std::map<Path, std::string> texts = {{"infra/a.tf", "locals {\n  key = \"a\"\n}\n"}};
  for (int i = 0; i < 700; ++i) texts["infra/f" + std::to_string(1000 + i) + ".tf"] = "";
  texts["infra/y.tf"] = "locals {\n  also = local.key\n}\n";
  texts["infra/z.tf"] = "resource \"t\" \"n\" {\n  key = local.also\n}\n";
  texts["infra/zz.tf"] = "resource \"t\" \"o\" {\n  key = local.keys\n}\n";
  const std::string asked = context_of(texts, {"infra/a.tf"});
  EXPECT_NE(asked.find("infra/y.tf\n"), std::string::npos);
  EXPECT_NE(asked.find("infra/z.tf\n"), std::string::npos);
  EXPECT_EQ(asked.find("infra/zz.tf\n"), std::string::npos);
  EXPECT_EQ(asked.find("infra/f1650.tf\n"), std::string::npos);
}

TEST(TerraformContext, BringsTheRootAboveAFolderOfVariableFiles) {
  const std::map<Path, std::string> texts = {
      {"infra/main.tf", "variable \"size\" {}\n"}, {"infra/env/prod/a.tfvars", "size = 1\n"}, {"other/main.tf", ""}};
  EXPECT_EQ(context_of(texts, {"infra/env/prod/a.tfvars"}), "infra/main.tf\n");
}

TEST(TerraformContext, LooksForNoCallersOfARoot) {
  const std::map<Path, std::string> texts = {
      {"app/main.tf", "provider \"aws\" {}\n"},
      {"other/main.tf", "module \"a\" {\n  source = \"../app\"\n}\n"},
  };
  EXPECT_EQ(context_of(texts, {"app/main.tf"}), "");
}

TEST(TerraformContext, LooksForNoCallersOfWhatTakesNoArguments) {
  const std::map<Path, std::string> texts = {
      {"app/main.tf", "resource \"a\" \"b\" {}\n"},
      {"other/main.tf", "module \"a\" {\n  source = \"../app\"\n}\n"},
  };
  EXPECT_EQ(context_of(texts, {"app/main.tf"}), "");
}

/// A directory with more files than are read for one change.
std::map<Path, std::string> crowded(std::size_t count) {
  std::map<Path, std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(100'000 + i);
    texts["infra/a" + number + ".tf"] = "resource \"aws_sns_topic\" \"t" + number + "\" {\n  name = \"x\"\n}\n";
  }
  return texts;
}

std::vector<Path> asked_of(const std::map<Path, std::string>& texts, const Path& changed) {
  const FactTables facts = FactTables::empty();
  MemoryTree tree(texts);
  std::vector<LoweredFile> files(1);
  files[0].file = FileId{0};
  files[0].path = changed;
  files[0].model =
      terraform_frontend.lower({files[0].file, Side::After, changed, texts.at(changed), 0, false}, {facts, 0});
  return terraform_frontend.wants(files, tree);
}

TEST(TerraformContext, BringsWhatDefinesANameFromBehindTheLimit) {
  std::map<Path, std::string> texts = crowded(650);
  texts["infra/b.tf"] = "resource \"aws_dynamodb_table\" \"t\" {\n  hash_key = local.key\n  name = var.name\n}\n";
  texts["infra/x.tf"] = "locals {\n  other_key = \"b\"\n}\n";
  texts["infra/y.tf"] = "locals {\n  key = \"a\"\n}\n";
  texts["infra/z.tf"] = "variable \"name\" {}\n";
  const std::vector<Path> asked = asked_of(texts, "infra/b.tf");
  const auto has = [&](const Path& path) { return std::find(asked.begin(), asked.end(), path) != asked.end(); };
  EXPECT_TRUE(has("infra/y.tf") && has("infra/z.tf"));
  EXPECT_FALSE(has("infra/x.tf"));
  EXPECT_FALSE(has(Path(limit_met)));
}

TEST(TerraformContext, SaysWhenMoreIsLeftOutThanItMaySearch) {
  std::map<Path, std::string> texts = crowded(1700);
  texts["infra/b.tf"] = "resource \"aws_dynamodb_table\" \"t\" {\n  hash_key = local.key\n}\n";
  texts["infra/y.tf"] = "locals {\n  key = \"a\"\n}\n";
  const std::vector<Path> asked = asked_of(texts, "infra/b.tf");
  EXPECT_EQ(std::count(asked.begin(), asked.end(), Path(limit_met)), 1);
}

}  // namespace
}  // namespace redtag
