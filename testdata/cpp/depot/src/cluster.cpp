#include "depot/cluster.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "depot/guards.h"
#include "depot/log.h"

namespace depot {

void Cluster::add(Node node) {
  std::lock_guard<std::mutex> lock(mutex_);
  nodes_[node.name] = std::move(node);
}

Node* Cluster::find(const std::string& name) {
  const auto found = nodes_.find(name);
  return found == nodes_.end() ? nullptr : &found->second;
}

bool Cluster::has_quorum() const {
  int reachable = 0;
  for (const auto& [name, node] : nodes_) {
    if (node.reachable && !node.draining) ++reachable;
  }
  return reachable >= options_.quorum;
}

std::vector<Node> Cluster::lost(std::int64_t now) const {
  std::vector<Node> lost;
  for (const auto& [name, node] : nodes_) {
    if (!node.reachable && now - node.seen_at > kLeaseTimeoutSeconds) lost.push_back(node);
  }
  return lost;
}

Status Cluster::evict(const std::string& name) {
  std::unique_lock<std::mutex> lock(mutex_);
  Node* node = find(name);
  if (node == nullptr) return Status::NotFound(name);
  if (node->primary) return Status::Refused("a primary is demoted first");
  nodes_.erase(name);
  ++term_;
  return Status::Ok();
}

Status Cluster::fence(Node& node) {
  if (node.process <= 1) return Status::Refused("no process to end");
  if (kill(node.process, SIGKILL) != 0) return Status::Io(std::strerror(errno));
  node.reachable = false;
  return Status::Ok();
}

Status Cluster::restart(Node& node) {
  if (!options_.fence_lost_nodes) return Status::Refused("fencing is off");
  if (is_production() && node.primary) return Status::Refused("never the primary of production");
  node.draining = true;
  if (reboot(RB_AUTOBOOT) != 0) return Status::Io(std::strerror(errno));
  return Status::Ok();
}

Status Cluster::promote(const std::string& name) {
  std::lock_guard<std::mutex> lock(mutex_);
  Node* node = find(name);
  if (node == nullptr) return Status::NotFound(name);
  for (auto& [other, each] : nodes_) each.primary = false;
  node->primary = true;
  ++term_;
  return Status::Ok();
}

// Everything on the device goes: it is asked twice whether this is the right one.
Status Cluster::retire_volume(const std::string& device) {
  if (is_production()) return Status::Refused("volumes of production are retired by hand");
  const int out = open(device.c_str(), O_WRONLY | O_EXCL);
  if (out < 0) return Status::Io(std::strerror(errno));
  std::uint64_t range[2] = {0, 0};
  if (ioctl(out, BLKGETSIZE64, &range[1]) != 0) {
    close(out);
    return Status::Io("cannot ask for the size of " + device);
  }
  if (ioctl(out, BLKDISCARD, range) != 0) {
    close(out);
    return Status::Io("cannot discard " + device);
  }
  close(out);
  return Status::Ok();
}

Status Cluster::round(std::int64_t now) {
  if (!has_quorum()) return Status::Refused("no quorum");
  int evicted = 0;
  for (const Node& node : lost(now)) {
    if (evicted >= options_.max_evictions_per_round) break;
    const Status status = evict(node.name);
    if (!status.ok()) {
      Log(Level::Warning, status.message());
      continue;
    }
    ++evicted;
  }
  return Status::Ok();
}

}  // namespace depot
