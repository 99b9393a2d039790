#include "depot/replication.h"

#include <algorithm>

#include "depot/log.h"

namespace depot {

namespace {

constexpr std::size_t kBacklogLimit = 20000;
constexpr int kFailuresUntilSuspended = 8;

}  // namespace

Follower* Replication::find(const std::string& name) {
  const auto found = followers_.find(name);
  return found == followers_.end() ? nullptr : &found->second;
}

Status Replication::join(const std::string& name, std::uint64_t from) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (find(name) != nullptr) return Status::Conflict(name + " follows already");
  const Status reset = channel_.reset(name, from);
  if (!reset.ok()) return reset;
  Follower follower;
  follower.name = name;
  follower.acknowledged = from;
  follower.sent = from;
  followers_.emplace(name, follower);
  return push(followers_.at(name));
}

Status Replication::leave(const std::string& name) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (find(name) == nullptr) return Status::NotFound(name);
  if (static_cast<int>(followers_.size()) <= quorum_) return Status::Refused("too few would be left");
  followers_.erase(name);
  return Status::Ok();
}

// Only what is in the log is sent, and only what enough followers have is acknowledged.
Status Replication::publish(RecordKind kind, const std::string& payload, std::uint64_t& sequence) {
  const Status written = log_.append(kind, payload, sequence);
  if (!written.ok()) return written;
  std::lock_guard<std::mutex> lock(mutex_);
  if (backlog_.size() >= kBacklogLimit) return Status::Limit("the followers are too far behind");
  backlog_.push_back({sequence, kind, payload});
  int reached = 1;
  for (auto& [name, follower] : followers_) {
    if (follower.suspended) continue;
    const Status pushed = push(follower);
    if (pushed.ok())
      ++reached;
    else
      Log(Level::Warning, name + ": " + pushed.message());
  }
  if (reached < quorum_) return Status::Conflict("too few followers took it");
  return Status::Ok();
}

Status Replication::push(Follower& follower) {
  std::vector<Record> waiting;
  for (const Record& record : backlog_) {
    if (record.sequence > follower.sent) waiting.push_back(record);
  }
  if (waiting.empty()) return Status::Ok();
  const Status sent = channel_.send(follower.name, waiting);
  if (!sent.ok()) {
    ++follower.failures;
    if (follower.failures >= kFailuresUntilSuspended) follower.suspended = true;
    return sent;
  }
  follower.failures = 0;
  follower.sent = waiting.back().sequence;
  return Status::Ok();
}

Status Replication::acknowledge(const std::string& name, std::uint64_t sequence, std::int64_t now) {
  std::lock_guard<std::mutex> lock(mutex_);
  Follower* follower = find(name);
  if (follower == nullptr) return Status::NotFound(name);
  if (sequence > follower->sent) return Status::Corrupt(name + " acknowledges what it was never sent");
  follower->acknowledged = std::max(follower->acknowledged, sequence);
  follower->heard_at = now;
  return Status::Ok();
}

Status Replication::catch_up(const std::string& name) {
  std::lock_guard<std::mutex> lock(mutex_);
  Follower* follower = find(name);
  if (follower == nullptr) return Status::NotFound(name);
  const Status reset = channel_.reset(name, follower->acknowledged);
  if (!reset.ok()) return reset;
  follower->sent = follower->acknowledged;
  follower->suspended = false;
  follower->failures = 0;
  return push(*follower);
}

std::uint64_t Replication::committed() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::uint64_t> acknowledged;
  for (const auto& [name, follower] : followers_) acknowledged.push_back(follower.acknowledged);
  if (static_cast<int>(acknowledged.size()) < quorum_) return 0;
  std::sort(acknowledged.begin(), acknowledged.end(), std::greater<>());
  return acknowledged[static_cast<std::size_t>(quorum_) - 1];
}

// What every follower has is not sent again to any.
Status Replication::forget_acknowledged() {
  const std::uint64_t safe = committed();
  std::lock_guard<std::mutex> lock(mutex_);
  std::uint64_t least = safe;
  for (const auto& [name, follower] : followers_) least = std::min(least, follower.acknowledged);
  while (!backlog_.empty() && backlog_.front().sequence <= least) backlog_.pop_front();
  return Status::Ok();
}

std::vector<std::string> Replication::behind(std::uint64_t by) const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> names;
  const std::uint64_t last = backlog_.empty() ? 0 : backlog_.back().sequence;
  for (const auto& [name, follower] : followers_) {
    if (last > follower.acknowledged && last - follower.acknowledged > by) names.push_back(name);
  }
  return names;
}

}  // namespace depot
