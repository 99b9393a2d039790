// Looks at the nodes again and again, and does what has to be done about them.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <thread>

#include "depot/cluster.h"
#include "depot/log.h"
#include "depot/segments.h"

namespace depot {

class ControlLoop {
 public:
  ControlLoop(Cluster& cluster, Segments& segments, LoopOptions options) : cluster_(cluster), segments_(segments), options_(options) {}
  ~ControlLoop() { stop(); }

  void start();
  void stop();
  Status step(std::int64_t now);
  Status drain(const std::string& name);
  void set_dry_run(bool dry_run) { dry_run_ = dry_run; }

 private:
  void run();
  Status act(Node& node);
  Status probe(Node& node);

  Cluster& cluster_;
  Segments& segments_;
  LoopOptions options_;
  std::atomic<bool> stopping_{false};
  bool dry_run_ = false;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::vector<std::string> queue_;
};

void ControlLoop::start() {
  stopping_ = false;
  thread_ = std::thread([this] { run(); });
}

void ControlLoop::stop() {
  stopping_ = true;
  woken_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status ControlLoop::probe(Node& node) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.probe_timeout_ms);
  while (!node.reachable) {
    if (std::chrono::steady_clock::now() >= deadline) return Status::Io("no answer from " + node.name);
    std::this_thread::yield();
  }
  return Status::Ok();
}

Status ControlLoop::act(Node& node) {
  const Status answered = probe(node);
  if (answered.ok()) return answered;
  if (dry_run_) {
    Log(Level::Info, "would fence " + node.name);
    return Status::Ok();
  }
  if (!cluster_.has_quorum()) return Status::Refused("no quorum");
  return cluster_.fence(node);
}

Status ControlLoop::step(std::int64_t now) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (Node& node : cluster_.lost(now)) {
    const Status acted = act(node);
    if (!acted.ok()) Log(Level::Warning, acted.message());
  }
  return segments_.collect(now);
}

Status ControlLoop::drain(const std::string& name) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(name);
  }
  woken_.notify_one();
  return Status::Ok();
}

void ControlLoop::run() {
  std::int64_t now = 0;
  while (!stopping_) {
    std::unique_lock<std::mutex> lock(mutex_);
    woken_.wait_for(lock, std::chrono::seconds(1));
    lock.unlock();
    const Status stepped = step(++now);
    if (!stepped.ok()) Log(Level::Error, stepped.message());
  }
}

}  // namespace depot
