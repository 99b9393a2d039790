// Running other programs: by path and argument list, never through a shell; with the environment that the caller gives
// and nothing else; without zombies, stray descriptors or signals that reach us.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/file_descriptor.h"

namespace redtag {

struct Command {
  std::string program;                   ///< a path; nothing is searched
  std::vector<std::string> arguments;    ///< behind the program's own name
  std::vector<std::string> environment;  ///< NAME=value; all that the program sees
  std::string directory;                 ///< where it runs; empty for our own
};

/// What a finished program left.
struct ProcessResult {
  int status = 0;  ///< exit status, or 128 + signal
  std::string output;
  std::string errors;  ///< the first 64 KiB
};

/// A running program with all three standard streams in our hands. Writing and reading never block each other: whoever waits
/// for output also hands over queued input. A child that is still running when its Child goes is killed and reaped. In a
/// forked copy of this process the Child only closes its descriptors.
class Child {
 public:
  [[nodiscard]] static Expected<Child> start(const Command& command);
  Child(Child&& from) noexcept;
  Child& operator=(Child&& from) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  /// Queues bytes for standard input, and hands over what fits at once. Input that the program no longer wants is dropped.
  void feed(std::string_view bytes);
  /// Standard input ends behind what is queued.
  void finish_input();
  /// Appends output to `text`, waiting until there is some; false at its end. The text grows by at most 256 KiB.
  [[nodiscard]] Expected<bool> read(std::string& text);
  /// From now on read() gives up with an error when so long nothing happens. Without it a program may take its time.
  void expect_within(int milliseconds) { patience_ = milliseconds; }
  /// Drops the streams and waits for the end. Exit status, or 128 + signal.
  [[nodiscard]] Expected<int> wait();
  /// What came on standard error so far; the first 64 KiB.
  [[nodiscard]] const std::string& errors() const { return errors_; }

 private:
  Child() = default;
  void write_queued();
  void read_errors();
  void stop() noexcept;

  pid_t id_ = -1;
  pid_t owner_ = -1;
  FileDescriptor input_;
  FileDescriptor output_;
  FileDescriptor error_;
  std::unique_ptr<char[]> room_;  // what output is read into, made when first needed
  std::string queue_;
  std::size_t written_ = 0;
  bool last_input_ = false;
  int patience_ = -1;  // milliseconds; negative: for ever
  std::string errors_;
};

/// Runs a program to its end. More than `output_limit` bytes of output are an error.
[[nodiscard]] Expected<ProcessResult> run_process(const Command& command, std::string_view input,
                                                  std::size_t output_limit);

/// The first directory of a PATH-like list that has the program, as a path; empty if none has. Relative directories are passed
/// over: a program of that name in the tree under review must never be run.
[[nodiscard]] std::string find_program(std::string_view name, std::string_view search_path);

}  // namespace redtag
