// Options of the depot's programs: the daemon's flags, the compactor's, the operator's tool's, and what is switched on by name.
#include <gflags/gflags.h>
#include <llvm/Support/CommandLine.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>

#include "depot/config.h"

DEFINE_bool(compact_in_background, true, "merge small segments while nobody waits");
DEFINE_int32(peer_timeout_ms, 5000, "how long a peer may take");
DEFINE_int32(peer_retries, 4, "how often a peer is asked again");
DEFINE_uint64(cache_bytes, 268435456, "memory for what was read lately");

namespace {

llvm::cl::opt<bool> KeepInputs("keep-inputs", llvm::cl::desc("keep what was merged"), llvm::cl::init(true));
llvm::cl::opt<unsigned> MergeWidth("merge-width", llvm::cl::desc("segments of one merge"), llvm::cl::init(8));

}  // namespace

namespace depot {

constexpr int kPeerTimeoutSeconds = 20;
constexpr int kCommitRetries = 6;
constexpr int kWriteQuorum = 2;
constexpr std::size_t kScanLimit = 5000;
constexpr int kPageWords = 512;

struct Feature {
  const char* name;
  bool on;
  const char* what;
};

const Feature feature_flags[] = {
    {"verify-on-read", true, "checksums are compared at each read"},
    {"delete-after-merge", false, "what was merged goes at once"},
    {"remote-index", false, "the index lies with a peer"},
};

struct ReplicationOptions {
  int write_quorum = 2;
  int read_quorum = 2;
  int follower_timeout_ms = 3000;
  int follower_retries = 3;
  std::size_t backlog_limit = 20000;
  bool acknowledge_before_sync = false;
};

bool IsOn(const std::string& name) {
  for (const Feature& feature : feature_flags) {
    if (name == feature.name) return feature.on;
  }
  return false;
}

void Describe(CLI::App& app, ToolOptions& options) {
  app.add_option("--directory", options.directory, "where the depot lies")->default_val("/var/lib/depot");
  app.add_option("--lock-timeout", options.lock_timeout, "seconds to wait for the lock")->default_val(15);
  app.add_flag("--keep-going", options.keep_going, "go on after a failure");
  app.add_flag("--ask,!--no-ask", options.ask, "ask before something goes")->default_val(true);
}

}  // namespace depot
