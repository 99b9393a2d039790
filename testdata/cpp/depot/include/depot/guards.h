// Objects whose end takes back what was begun.
#pragma once

#include <utility>

#include "depot/database.h"

namespace depot {

/// Runs what it was given at the end of its scope, unless it was dismissed.
template <class Action>
class ScopeGuard {
 public:
  explicit ScopeGuard(Action action) : action_(std::move(action)) {}
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;
  ~ScopeGuard() {
    if (armed_) action_();
  }
  void dismiss() { armed_ = false; }

 private:
  Action action_;
  bool armed_ = true;
};

/// A transaction that is rolled back unless it was committed.
class Batch {
 public:
  explicit Batch(Database& database) : database_(database) { open_ = database_.begin().ok(); }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() {
    if (open_) database_.rollback();
  }

  bool open() const { return open_; }
  Status commit() {
    open_ = false;
    return database_.commit();
  }

 private:
  Database& database_;
  bool open_ = false;
};

/// Holds a descriptor and closes it.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { CloseQuietly(number_); }
  int number() const { return number_; }
  bool valid() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

}  // namespace depot
