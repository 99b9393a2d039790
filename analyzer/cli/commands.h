// The commands of the program, one file each. main.cpp reads the arguments (the only file that knows CLI11) and calls one.
//
// A command writes its report to standard output in one piece or not at all, says in one line on standard error why it could
// not do its job, and returns the exit status: 0, 1 (held, or a case failed) or 2.
#pragma once

#include <string>
#include <vector>

namespace redtag::cli {

/// Where the change comes from. At most one of range, merge, staged, worktree, patch, plan.
struct ChangeOptions {
  std::string range;               ///< `A..B` or `A...B`
  std::vector<std::string> merge;  ///< BASE HEAD
  bool staged = false;
  bool worktree = false;
  std::string patch;       ///< file, or `-`
  std::string plan;        ///< --plan: file, or `-`
  std::string root;        ///< --root: directory that was planned
  std::string repository;  ///< --repo; empty for the current directory (patch mode: none)
  std::string base;        ///< --base, patch mode with --repo
  bool whole = false;      ///< --whole: the patch shows whole files
  std::string message;     ///< --message FILE
  std::string target;      ///< --target: the branch that it is for; empty: the one that its base names
};

/// Whose rules count.
struct PolicyOptions {
  std::string policy;        ///< --policy FILE, instead of the target's
  std::string organisation;  ///< --organisation-policy FILE, which the repository's may only tighten
};

struct CheckOptions {
  ChangeOptions change;
  PolicyOptions policy;
  std::string provenance;  ///< what the caller knows: agent, assisted or bot, and perhaps `=NAME`
  std::string actor;       ///< login of who opened or pushed the change, as the host says
  std::string branch;      ///< name of the head's branch, as the host says
  std::string format = "text";
  std::vector<std::string> outputs;  ///< FORMAT=FILE
  std::string attestation_key;       ///< --attestation-key FILE: signs what the format attestation writes
  std::string since;                 ///< --since REV: judge an entity's steps since there as one
  std::string at;
  std::vector<std::string> packs;  ///< --pack DIR, from the disk: for writing checks, never in a gate
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

struct InitOptions {
  std::string repository;
  bool force = false;
};

struct PolicyCommandOptions {
  std::string what;  ///< check, lanes or schema
  std::string file;  ///< the policy; empty: `.redtag.yaml` of the work tree
  PolicyOptions policy;
};

struct VerifyOptions {
  std::string report;   ///< report, attestation, or signed attestation
  std::string signers;  ///< --signers FILE: who may have signed it, as OpenSSH lists them; empty: it must be unsigned
  std::string at;       ///< --at TIME: when the signature, and what it rests on, has to count
  std::string expect;   ///< commit or tree that is about to be merged
  std::string base;     ///< --base REV: what it merges into now; empty: as the report says
  std::string repository;
  PolicyOptions policy;
};

struct GraphOptions {
  std::string address;          ///< one node; empty for all
  std::string repository;       ///< --repo
  std::string revision;         ///< --rev; empty for HEAD
  std::string format = "text";  ///< text, dot, json
  std::string cache;            ///< --cache DIR; empty for none
  unsigned workers = 0;
};

int check(const CheckOptions& options);
int init(const InitOptions& options);
int policy(const PolicyCommandOptions& options);
int verify(const VerifyOptions& options);
int rules(const RulesOptions& options);
int explain(const ExplainOptions& options);
int test(const TestOptions& options);
int show(const ShowOptions& options);
int new_check(const NewOptions& options);
int graph(const GraphOptions& options);

}  // namespace redtag::cli
