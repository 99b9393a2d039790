// Followers take what the log takes; a write counts when enough of them have it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "depot/status.h"
#include "depot/wal.h"

namespace depot {

/// A follower as its leader knows it.
struct Follower {
  std::string name;
  std::uint64_t acknowledged = 0;
  std::uint64_t sent = 0;
  std::int64_t heard_at = 0;
  int failures = 0;
  bool suspended = false;
};

/// How records get to a follower.
class Channel {
 public:
  virtual ~Channel() = default;
  virtual Status send(const std::string& follower, const std::vector<Record>& records) = 0;
  virtual Status reset(const std::string& follower, std::uint64_t from) = 0;
};

class Replication {
 public:
  Replication(Wal& log, Channel& channel, int quorum) : log_(log), channel_(channel), quorum_(quorum) {}

  Status join(const std::string& name, std::uint64_t from);
  Status leave(const std::string& name);
  Status publish(RecordKind kind, const std::string& payload, std::uint64_t& sequence);
  Status acknowledge(const std::string& name, std::uint64_t sequence, std::int64_t now);
  Status catch_up(const std::string& name);
  Status forget_acknowledged();
  std::uint64_t committed() const;
  std::vector<std::string> behind(std::uint64_t by) const;

 private:
  Follower* find(const std::string& name);
  Status push(Follower& follower);

  Wal& log_;
  Channel& channel_;
  int quorum_ = 2;
  mutable std::mutex mutex_;
  std::map<std::string, Follower> followers_;
  std::deque<Record> backlog_;
};

}  // namespace depot
