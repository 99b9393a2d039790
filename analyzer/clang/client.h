// The parent's side of redtag-clang: starts the program, hands over what it shall read, takes what it says.
#pragma once

#include <optional>
#include <string>

#include "base/process.h"
#include "clang/protocol.h"

namespace redtag::flow {

/// A running redtag-clang, started at the first question and again after its death. Not for two threads; a forked copy of this
/// process must make its own.
class Client {
 public:
  /// `program` is a path. It limits its own time and memory, and ends when this process does; one that cannot even do that (it was
  /// stopped, the machine is overrun) is ended after `patience` milliseconds, and not asked again.
  explicit Client(std::string program, int patience = 20'000) : program_(std::move(program)), patience_(patience) {}

  /// Errors say in one line why there is no answer: it could not be started, died, was too slow or speaks another version.
  [[nodiscard]] Expected<Answer> ask(const Request& request);

 private:
  [[nodiscard]] Expected<std::string> exchange(const Request& request);

  std::string program_;
  int patience_;
  std::optional<Child> child_;
  unsigned deaths_ = 0;
};

}  // namespace redtag::flow
