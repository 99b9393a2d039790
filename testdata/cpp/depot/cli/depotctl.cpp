// The operator's tool.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "depot/access.h"
#include "depot/database.h"
#include "depot/log.h"
#include "depot/segments.h"

namespace {

struct Options {
  bool dry_run = false;
  bool yes = false;
  std::string directory = "/var/lib/depot";
  std::vector<std::string> words;
};

bool confirmed(const Options& options, const std::string& question) {
  if (options.yes) return true;
  std::cout << question << " [y/N] ";
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y";
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--dry-run") options.dry_run = true;
    else if (word == "--yes") options.yes = true;
    else if (word == "--directory" && i + 1 < argc) options.directory = argv[++i];
    else options.words.push_back(word);
  }
  return options;
}

int fail(const std::string& why) {
  std::cerr << "depotctl: " << why << "\n";
  return 1;
}

int destroy_store(const Options& options) {
  const std::string store = options.directory;
  if (!std::filesystem::exists(store)) return fail("no store at " + store);
  if (!confirmed(options, "Remove " + store + " and all in it?")) return fail("nothing was done");
  if (options.dry_run) {
    std::cout << "would remove " << store << "\n";
    return 0;
  }
  std::error_code failed;
  std::filesystem::remove_all(store, failed);
  if (failed) return fail(failed.message());
  return 0;
}

int remove_backups(const Options& options) {
  if (options.words.size() < 2) return fail("which backups?");
  for (std::size_t i = 1; i < options.words.size(); ++i) {
    const std::string backup = options.directory + "/backups/" + options.words[i];
    if (options.dry_run) {
      std::cout << "would remove " << backup << "\n";
      continue;
    }
    if (std::remove(backup.c_str()) != 0) return fail("cannot remove " + backup);
  }
  return 0;
}

int reset_catalog(const Options& options) {
  const depot::Caller caller = depot::CallerOfProcess();
  if (!depot::is_admin(caller)) return fail("only root resets the catalog");
  const bool apply = !options.dry_run;
  const std::string catalog = options.directory + "/catalog.db";
  if (apply) {
    if (unlink(catalog.c_str()) != 0) return fail("cannot remove " + catalog);
  }
  return 0;
}

int list(const Options& options) {
  for (const auto& entry : std::filesystem::directory_iterator(options.directory)) {
    std::cout << entry.path().filename().string() << "\n";
  }
  return 0;
}

int usage() {
  std::cerr << "usage: depotctl [--dry-run] [--yes] [--directory DIR] list|destroy|remove-backups NAME...|reset-catalog\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  if (options.words.empty()) return usage();
  const std::string& verb = options.words.front();
  if (verb == "list") return list(options);
  if (verb == "destroy") return destroy_store(options);
  if (verb == "remove-backups") return remove_backups(options);
  if (verb == "reset-catalog") return reset_catalog(options);
  return usage();
}
