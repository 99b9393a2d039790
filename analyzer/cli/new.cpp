// redtag new: the folder of a check, with every key explained.
#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/source.h"
#include "finding/finding.h"

namespace redtag::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view check_text = R"(# One line for listings: what happens, without a full stop.
title: TODO

# The stacks whose entities it speaks of; each makes a rule STACK/{name}.
stacks: [terraform]

# critical, high, medium or low; or {{ by: class, table: severity, default: high }}; or a list of {{ if: …, is: … }} with {{ else: … }} last.
severity: high

# destroy, replace, interrupt, detach, reconfigure or unguard: what the blast radius counts.
action: reconfigure

since: "0.1"

# What must hold, all of it. Subjects: resource, attribute, operation, safeguard, procedure. `redtag show fields` lists what can be asked
# about each, `redtag show delta --patch FILE --whole` prints a change in these words, `redtag show traits` lists the traits.
match:
  resource:
    change: removed                    # a list means: one of them
    type: {{ glob: "aws_vpc*" }}         # or {{ in: stateful }}: the fact tables have such a row, or such a class

# What silences it; a list means: one of them. An unknown trait silences nothing.
unless:
  trait: in-tests

report:
  # resource.header, resource.cause, resource.because, resource, attribute, operation, safeguard or procedure.
  at: resource.header
  # Name the address and the consequence; {{subject.field}} puts in a field.
  says: "{{resource.address}} will be destroyed"
  because: "how redtag knows, in one sentence"
  instead: "what to do instead, in which order"
)";

constexpr std::string_view readme_text = R"(## What happens

TODO: what the platform does, and what is lost.

## Way back

TODO: what can be restored, from where, and how long it takes.

## Instead

TODO: the order of steps that loses nothing.

## Clear it when

TODO: what a senior should have seen before signing.
)";

constexpr std::string_view fires_text = R"(# RUN: %redtag test %s
# TODO: what this change does. Replace the patch by your own (git diff -U9999), then run `redtag test --update` on this file.
diff --git a/main.tf b/main.tf
--- a/main.tf
+++ b/main.tf
@@ -1,3 +0,0 @@
-resource "aws_vpc" "main" {
-  cidr_block = "10.0.0.0/16"
-}
)";

constexpr std::string_view silent_text = R"(# RUN: %redtag test %s
# TODO: the nearest innocent neighbour: the same change, but for the one fact that makes it harmless.
diff --git a/main.tf b/main.tf
--- a/main.tf
+++ b/main.tf
@@ -1,3 +1,4 @@
 resource "aws_vpc" "main" {
   cidr_block = "10.0.0.0/16"
+  tags       = { team = "network" }
 }
)";

bool is_check_name(std::string_view name) {
  if (name.empty() || name.size() > 60) return false;
  for (const char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
  }
  return name.front() != '-' && name.back() != '-';
}

Expected<std::string> write_folder(const NewOptions& options) {
  if (!is_check_name(options.name)) {
    return fail(ErrorCode::Usage,
                fmt::format("expected a name of small letters, digits and '-', got '{}'", printable(options.name)));
  }
  const fs::path category = fs::path(options.directory).lexically_normal();
  const std::string last =
      category.has_filename() ? category.filename().string() : category.parent_path().filename().string();
  if (!category_from_name(last)) {
    return fail(
        ErrorCode::Usage,
        fmt::format("--in takes a category's folder: destructive, control-plane, missing-rollback or advice, not '{}'",
                    printable(options.directory)));
  }
  const fs::path folder = category / options.name;
  std::error_code error;
  if (fs::exists(folder, error))
    return fail(ErrorCode::Usage, fmt::format("{} exists already", printable(folder.string())));
  fs::create_directories(folder, error);
  if (error)
    return fail(ErrorCode::Disk, fmt::format("cannot make {}: {}", printable(folder.string()), error.message()));
  RT_TRY(write_file((folder / "check.yaml").string(),
                    fmt::format(fmt::runtime(check_text), fmt::arg("name", options.name))));
  RT_TRY(write_file((folder / "README.md").string(), std::string(readme_text)));
  RT_TRY(write_file((folder / "fires_terraform_example.diff").string(), std::string(fires_text)));
  RT_TRY(write_file((folder / "silent_terraform_example.diff").string(), std::string(silent_text)));
  return fmt::format(
      "wrote {0}/check.yaml, README.md and two cases\nnext: put your change into the cases, edit check.yaml, run "
      "`redtag test --update {0}`, read the result\n",
      folder.string());
}

}  // namespace

int new_check(const NewOptions& options) {
  const Expected<std::string> text = write_folder(options);
  if (!text) return complain(text.error());
  const Expected<void> printed = print_out(*text);
  return printed ? 0 : complain(printed.error());
}

}  // namespace redtag::cli
