#pragma once

#include <mutex>
#include <string>
#include <vector>

namespace agent {

struct PoolOptions {
  int max_connections = 64;
  int retry_limit = 3;
  bool verify_checksums = true;
  std::chrono::milliseconds acquire_timeout{2000};
};

class Pool {
 public:
  static constexpr int kQuorum = 2;

  void drop(const std::string& name) {
    std::lock_guard<std::mutex> held(mutex_);
    if (!owned(name)) return;
    const int failed = ::rmdir(name.c_str());
    if (failed != 0) throw std::runtime_error("cannot drop " + name);
    names_.erase(name);
  }

  bool resize(int descriptor, long size) {
    if (size < used_) return false;
    return ::ftruncate(descriptor, size) == 0;
  }

  Connection* acquire() {
    mutex_.lock();
    Connection* free = find_free();
    if (free == nullptr) {
      mutex_.unlock();
      return nullptr;
    }
    free->taken = true;
    mutex_.unlock();
    return free;
  }

 private:
  std::mutex mutex_;
  std::set<std::string> names_;
  long used_ = 0;
};

}  // namespace agent
