// The commands of the program, one file each. main.cpp reads the arguments (the only file that knows CLI11) and calls one.
//
// A command writes its report to standard output in one piece or not at all, says in one line on standard error why it could
// not do its job, and returns the exit status: 0, 1 (held, or a case failed) or 2.
#pragma once

#include <string>
#include <vector>

namespace redtag::cli {

/// Where the change comes from. At most one of range, merge, staged, worktree, patch.
struct ChangeOptions {
  std::string range;               ///< `A..B` or `A...B`
  std::vector<std::string> merge;  ///< BASE HEAD
  bool staged = false;
  bool worktree = false;
  std::string patch;               ///< file, or `-`
  std::string repository;          ///< --repo; empty for the current directory (patch mode: none)
  std::string base;                ///< --base, patch mode with --repo
  bool whole = false;              ///< --whole: the patch shows whole files
  std::string message;             ///< --message FILE
};

struct CheckOptions {
  ChangeOptions change;
  std::string format = "text";
  std::vector<std::string> outputs;  ///< FORMAT=FILE
  std::string policy;
  std::string at;
  std::vector<std::string> packs;    ///< --pack DIR, from the disk: for writing checks, never in a gate
  unsigned workers = 0;
  bool color = false;
};

struct RulesOptions {
  std::string format = "text";  ///< text, json, markdown
  std::vector<std::string> packs;
};

struct ExplainOptions {
  std::string rule;
  std::vector<std::string> packs;
};

struct TestOptions {
  std::vector<std::string> paths;  ///< cases, folders of cases, packs
  bool update = false;
  std::vector<std::string> packs;
};

struct ShowOptions {
  std::string what;  ///< change, scope, model, delta, traits, findings; `traits` alone lists them
  ChangeOptions change;
  std::vector<std::string> packs;
};

struct NewOptions {
  std::string name;
  std::string directory;
};

int check(const CheckOptions& options);
int rules(const RulesOptions& options);
int explain(const ExplainOptions& options);
int test(const TestOptions& options);
int show(const ShowOptions& options);
int new_check(const NewOptions& options);

}  // namespace redtag::cli
