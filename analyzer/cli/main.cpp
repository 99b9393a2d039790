// Reads the arguments and calls one command. The only file that knows CLI11: it costs seconds to compile.
#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>

#include "cli/clear_commands.h"

namespace redtag::cli {
namespace {

void add_change_options(CLI::App& command, ChangeOptions& change) {
  command.add_option("range", change.range, "BASE..HEAD (two trees) or BASE...HEAD (from the merge base)")->type_name("RANGE");
  command.add_option("--merge", change.merge, "BASE and HEAD: compare BASE with what git would merge")->expected(2)->type_name("REV");
  command.add_flag("--staged", change.staged, "the index against HEAD");
  command.add_flag("--worktree", change.worktree, "work tree and index against HEAD (the default)");
  command.add_option("--patch", change.patch, "a patch file, or - for standard input")->type_name("FILE");
  command.add_option("--plan", change.plan, "a Terraform plan as `terraform show -json` prints it, or -")->type_name("FILE");
  command.add_option("--root", change.root, "with --plan and --repo: the directory that was planned (the likeliest)")->type_name("DIR");
  command.add_option("--repo", change.repository, "the repository (the current directory)")->type_name("DIR");
  command.add_option("--base", change.base, "with --patch and --repo: what the patch applies to (HEAD)")->type_name("REV");
  command.add_flag("--whole", change.whole, "with --patch: every hunk shows its whole file");
  command.add_option("--message", change.message, "what the change says of itself, instead of its commits' messages")->type_name("FILE");
}

void add_packs(CLI::App& command, std::vector<std::string>& packs) {
  command.add_option("--pack", packs, "also use the checks in this directory")->type_name("DIR");
}

void add_policy(CLI::App& command, PolicyOptions& policy) {
  command.add_option("--policy", policy.policy, "policy from outside instead of the target's .redtag.yaml")->type_name("FILE");
  command.add_option("--organisation-policy", policy.organisation, "the organisation's policy; the repository's may only tighten it")->type_name("FILE");
}

/// All commands and what they were asked.
struct Arguments {
  GateOptions gate;
  InitOptions init;
  PolicyCommandOptions policy;
  VerifyOptions verify;
  RulesOptions rules;
  ExplainOptions explain;
  TestOptions test;
  ShowOptions show;
  NewOptions fresh;
  ClearOptions clear;
  std::vector<std::string> words;  ///< of `clear`: a range and fingerprints
  LogOptions log;
  RevokeOptions revoke;
  DoctorOptions doctor;
  SelftestOptions selftest;
  GraphOptions graph;
};

void declare_policy(CLI::App& app, Arguments& all, int& status) {
  CLI::App& init_app = *app.add_subcommand("init", "Write a commented .redtag.yaml that fits the repository");
  init_app.add_option("--repo", all.init.repository, "the repository (the current directory)")->type_name("DIR");
  init_app.add_flag("--force", all.init.force, "write over a file that is there");
  init_app.callback([&] { status = init(all.init); });

  CLI::App& policy_app = *app.add_subcommand("policy", "Say in words what a policy means");
  policy_app.add_option("what", all.policy.what, "check, lanes or schema")->required()->type_name("WHAT");
  policy_app.add_option("file", all.policy.file, "the policy (.redtag.yaml)")->type_name("FILE");
  policy_app.add_option("--organisation-policy", all.policy.policy.organisation, "the organisation's policy above it")->type_name("FILE");
  policy_app.callback([&] { status = policy(all.policy); });

  CLI::App& verify_app = *app.add_subcommand("verify", "Is what is about to be merged what was judged? 0 yes, 1 no, 2 could not tell");
  verify_app.add_option("report", all.verify.report, "a report of redtag check (json or attestation, signed or not)")->required()->type_name("REPORT");
  verify_app.add_option("--expect", all.verify.expect, "the commit or tree that is about to be merged")->required()->type_name("TREE");
  verify_app.add_option("--signers", all.verify.signers, "an allowed_signers file: one of these must have signed the attestation")->type_name("FILE");
  verify_app.add_option("--at", all.verify.at, "the time at which the signature and clearances must count")->type_name("TIME");
  verify_app.add_option("--base", all.verify.base, "what it merges into now; the report's must be the same")->type_name("REV");
  verify_app.add_option("--repo", all.verify.repository, "the repository (the current directory)")->type_name("DIR");
  add_policy(verify_app, all.verify.policy);
  verify_app.callback([&] { status = verify(all.verify); });
}

void add_place(CLI::App& command, PlaceOptions& place) {
  command.add_option("--repository-name", place.repository_name, "what clearances call this repository (the address of the remote origin)")->type_name("NAME");
  command.add_option("--target", place.target, "the branch that the change is for (the one that its base names)")->type_name("BRANCH");
}

void declare_clearances(CLI::App& app, Arguments& all, int& status) {
  CLI::App& clear_app = *app.add_subcommand("clear", "Accept findings of a change and sign that with an SSH key");
  ClearOptions& clear_options = all.clear;
  clear_app.add_option("words", all.words, "BASE..HEAD or BASE...HEAD, and fingerprints (eight digits or more)")->type_name("RANGE|FINGERPRINT");
  clear_app.add_option("--merge", clear_options.check.change.merge, "BASE and HEAD: what git would merge")->expected(2)->type_name("REV");
  clear_app.add_option("--report", clear_options.report, "a report of the change (json or sarif) instead of judging it here")->type_name("FILE");
  clear_app.add_flag("--all", clear_options.all, "every finding that holds");
  clear_app.add_option("--reason", clear_options.reason, "why it may be merged; the next reader sees it")->type_name("TEXT");
  clear_app.add_option("--until", clear_options.until, "the last day, or the time, on which it counts (as long as policy allows)")->type_name("DATE");
  clear_app.add_option("--key", clear_options.key, "SSH key to sign with; a public one will do if an agent has it")->type_name("FILE");
  clear_app.add_flag("--yes", clear_options.yes, "do not ask");
  clear_app.add_flag("--break-glass", clear_options.break_glass, "an emergency: for this head only, for hours, by several persons");
  clear_app.add_option("--witness-for", clear_options.witness_for, "sign as a machine that a reviewer approved this head on the host")->type_name("LOGIN");
  clear_app.add_option("--actor", clear_options.check.actor, "login of who opened or pushed it, as the host says")->type_name("LOGIN");
  clear_app.add_option("--repo", clear_options.check.change.repository, "the repository (the current directory)")->type_name("DIR");
  clear_app.add_option("--at", clear_options.check.at, "the time to sign at")->type_name("TIME");
  add_place(clear_app, clear_options.place);
  clear_app.callback([&] {
    for (std::string& word : all.words) {
      const bool range = word.find("..") != std::string::npos && all.clear.check.change.range.empty();
      (range ? all.clear.check.change.range : all.clear.fingerprints.emplace_back()) = word;
    }
    status = clear(all.clear);
  });

  CLI::App& log_app = *app.add_subcommand("log", "List clearances and verify them again");
  log_app.add_option("target", all.log.target, "the branch whose tip says who may sign (HEAD)")->type_name("BRANCH");
  log_app.add_option("--repo", all.log.repository, "the repository (the current directory)")->type_name("DIR");
  log_app.add_option("--format", all.log.format, "text or json")->type_name("FORMAT");
  log_app.add_option("--at", all.log.at, "the time to verify at")->type_name("TIME");
  log_app.add_flag("--unite", all.log.unite, "first take in the clearances that were fetched");
  log_app.callback([&] { status = log(all.log); });

  CLI::App& revoke_app = *app.add_subcommand("revoke", "Take back clearances, or a key");
  revoke_app.add_option("ids", all.revoke.ids, "clearances as `redtag log` names them, or SHA256:… of keys")->required()->type_name("ID");
  revoke_app.add_option("--reason", all.revoke.reason, "why")->type_name("TEXT");
  revoke_app.add_option("--repo", all.revoke.repository, "the repository (the current directory)")->type_name("DIR");
  revoke_app.add_option("--at", all.revoke.at, "the time to note")->type_name("TIME");
  revoke_app.callback([&] { status = revoke(all.revoke); });

  CLI::App& doctor_app = *app.add_subcommand("doctor", "Say how this repository's gate could be skipped today: 0 no way found, 1 there are");
  doctor_app.add_option("--repo", all.doctor.repository, "the repository (the current directory)")->type_name("DIR");
  doctor_app.callback([&] { status = doctor(all.doctor); });

  CLI::App& selftest_app = *app.add_subcommand("selftest", "Run one known-bad case of every rule: 0 all are found, 1 one is not");
  add_packs(selftest_app, all.selftest.packs);
  selftest_app.callback([&] { status = selftest(all.selftest); });
}

void declare_graph(CLI::App& app, GraphOptions& options, int& status) {
  CLI::App& command = *app.add_subcommand("graph", "Print what uses what in a tree, or around one address");
  command.add_option("address", options.address, "a canonical address, or a name such as a bucket's")->type_name("ADDRESS");
  command.add_option("--repo", options.repository, "the repository (the current directory)")->type_name("DIR");
  command.add_option("--rev", options.revision, "whose tree (HEAD)")->type_name("REV");
  command.add_option("--format", options.format, "text, dot or json")->type_name("FORMAT");
  command.add_option("--cache", options.cache, "keep what files were read as in this directory; a check never uses it")->type_name("DIR");
  command.add_option("--workers", options.workers, "analysis processes at a time; never changes a result")->type_name("N");
  command.callback([&] { status = graph(options); });
}

void declare(CLI::App& app, Arguments& all, int& status) {
  CLI::App& check_app = *app.add_subcommand("check", "Judge a change: 0 nothing holds, 1 held, 2 could not do the job");
  add_change_options(check_app, all.gate.check.change);
  check_app.add_option("--format", all.gate.check.format, "text, sarif, github, json, markdown or attestation")->type_name("FORMAT");
  check_app.add_option("-o,--output", all.gate.check.outputs, "also write FORMAT=FILE")->type_name("FORMAT=FILE")->expected(1)->multi_option_policy(
      CLI::MultiOptionPolicy::TakeAll);
  check_app.add_option("--attestation-key", all.gate.check.attestation_key, "SSH key that signs the attestation; a public one will do if an agent has it")
      ->type_name("FILE");
  add_policy(check_app, all.gate.check.policy);
  check_app.add_option("--provenance", all.gate.check.provenance, "what you know of who made it: agent, assisted or bot; can only add review")->type_name("CLASS[=NAME]");
  check_app.add_option("--actor", all.gate.check.actor, "login of who opened or pushed it, as the host says; can only add review")->type_name("LOGIN");
  check_app.add_option("--branch", all.gate.check.branch, "name of the head's branch, as the host says; can only add review")->type_name("NAME");
  check_app.add_option("--since", all.gate.check.since, "judge small steps since this commit (the last release, say) as one")->type_name("REV");
  check_app.add_option("--at", all.gate.check.at, "the time that clearances are judged at")->type_name("TIME");
  check_app.add_option("--workers", all.gate.check.workers, "analysis processes at a time; never changes a result")->type_name("N");
  add_place(check_app, all.gate.place);
  check_app.add_flag("--advise", all.gate.advise, "for hooks on people's machines: print, and end with status 0 whatever comes");
  check_app.add_flag("--color", all.gate.check.color, "colour the text report");
  add_packs(check_app, all.gate.check.packs);
  check_app.callback([&] { status = gate(all.gate); });

  CLI::App& rules_app = *app.add_subcommand("rules", "List all rules");
  rules_app.add_option("--format", all.rules.format, "text, json or markdown")->type_name("FORMAT");
  add_packs(rules_app, all.rules.packs);
  rules_app.callback([&] { status = rules(all.rules); });

  CLI::App& explain_app = *app.add_subcommand("explain", "Explain one rule");
  explain_app.add_option("rule", all.explain.rule, "rule id")->required()->type_name("RULE");
  add_packs(explain_app, all.explain.packs);
  explain_app.callback([&] { status = explain(all.explain); });

  CLI::App& test_app = *app.add_subcommand("test", "Run golden cases of checks");
  test_app.add_option("paths", all.test.paths, "cases, folders of cases, packs")->required()->type_name("PATH");
  test_app.add_flag("--update", all.test.update, "rewrite what cases expect, and nothing else");
  add_packs(test_app, all.test.packs);
  test_app.callback([&] { status = test(all.test); });

  CLI::App& show_app = *app.add_subcommand("show", "Print what a phase makes of a change");
  show_app.add_option("what", all.show.what, "change, scope, model, delta, traits, findings or fields")->required()->type_name("PHASE");
  add_change_options(show_app, all.show.change);
  add_packs(show_app, all.show.packs);
  show_app.callback([&] { status = show(all.show); });

  declare_policy(app, all, status);
  declare_graph(app, all.graph, status);

  CLI::App& new_app = *app.add_subcommand("new", "Write the folder of a new check");
  new_app.add_option("name", all.fresh.name, "the check's name")->required()->type_name("NAME");
  new_app.add_option("--in", all.fresh.directory, "the category's folder")->required()->type_name("DIR");
  new_app.callback([&] { status = new_check(all.fresh); });
}

int run_command(int count, char** words) {
  CLI::App app("redtag reads a change before it merges and says what it will destroy, what it steers, and who must clear it.");
  app.set_version_flag("--version", std::string("redtag ") + REDTAG_VERSION);
  app.require_subcommand(1);
  Arguments all;
  int status = 2;
  declare(app, all, status);
  declare_clearances(app, all, status);
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // help and version
    std::fprintf(stderr, "redtag: %s\n", error.what());
    return 2;
  }
  return status;
}

}  // namespace
}  // namespace redtag::cli

int main(int count, char** words) {
  // A run allocates, seldom gives back, and ends: what it frees it will want again. Each page that the system takes back and gives
  // anew is a fault, and those cost a small change more than its analysis.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 1 << 20);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a failed write, told like any other
  int status = 2;
  try {
    status = redtag::cli::run_command(count, words);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "redtag: internal error: %s\n", error.what());
  }
  std::fflush(nullptr);
  _exit(status);  // trees and texts need no freeing: the process ends here
}
