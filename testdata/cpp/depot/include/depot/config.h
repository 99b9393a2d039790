// What an operator may set, and what it is when nobody does.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace depot {

struct StoreOptions {
  std::string directory = "/var/lib/depot";
  bool sync_writes = true;
  bool verify_checksums = true;
  bool delete_orphans = false;
  std::size_t max_segment_bytes = 67108864;
  int keep_snapshots = 14;
  int commit_retries = 5;
};

struct LoopOptions {
  int quorum = 3;
  int max_evictions_per_round = 10;
  int probe_timeout_ms = 2000;
  bool fence_lost_nodes = true;
};

/// What the operator's tool is told.
struct ToolOptions {
  std::string directory = "/var/lib/depot";
  int lock_timeout = 15;
  bool keep_going = false;
  bool ask = true;
};

constexpr int kMaxRetries = 5;
constexpr int kLeaseTimeoutSeconds = 30;
constexpr std::size_t kDeleteLimit = 100;
constexpr int kBufferPages = 64;

}  // namespace depot
