// The nodes of a depot, and who of them may be told what.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "depot/config.h"
#include "depot/status.h"

namespace depot {

struct Node {
  std::string name;
  int process = 0;
  bool primary = false;
  bool reachable = true;
  bool draining = false;
  std::int64_t seen_at = 0;
};

class Cluster {
 public:
  explicit Cluster(LoopOptions options) : options_(options) {}

  void add(Node node);
  Status evict(const std::string& name);
  Status fence(Node& node);
  Status restart(Node& node);
  Status round(std::int64_t now);
  Status promote(const std::string& name);
  Status retire_volume(const std::string& device);
  bool has_quorum() const;
  bool is_production() const { return production_; }
  void set_production(bool production) { production_ = production; }
  std::vector<Node> lost(std::int64_t now) const;

 private:
  Node* find(const std::string& name);

  LoopOptions options_;
  mutable std::mutex mutex_;
  std::map<std::string, Node> nodes_;
  bool production_ = false;
  std::uint64_t term_ = 0;
};

}  // namespace depot
