#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace redtag {

void FileDescriptor::close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

namespace {

constexpr std::size_t errors_kept = std::size_t{64} << 10;
constexpr std::size_t room_size = std::size_t{256} << 10;

tl::unexpected<Error> failed(std::string_view what, const std::string& program, int code) {
  return fail(ErrorCode::Process, std::string(what) + " " + printable(program) + ": " + std::strerror(code));
}

/// Both ends stay clear of 0, 1 and 2, so that the child's redirections cannot overwrite one another when our own streams
/// are closed.
FileDescriptor above_standard(int number) {
  FileDescriptor original(number);
  if (number < 0 || number > 2) return original;
  return FileDescriptor(fcntl(number, F_DUPFD_CLOEXEC, 3));
}

struct Ends {
  FileDescriptor ours;
  FileDescriptor theirs;
};

bool make_output_pipe(Ends& ends) {
  std::array<int, 2> both{-1, -1};
  if (pipe2(both.data(), O_CLOEXEC) != 0) return false;
  ends.ours = above_standard(both[0]);
  ends.theirs = above_standard(both[1]);
  return ends.ours.open() && ends.theirs.open();
}

/// A socket instead of a pipe: writing to one whose reader has gone can be told not to raise SIGPIPE.
bool make_input_socket(Ends& ends) {
  std::array<int, 2> both{-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both.data()) != 0) return false;
  ends.ours = above_standard(both[0]);
  ends.theirs = above_standard(both[1]);
  if (!ends.ours.open() || !ends.theirs.open()) return false;
  shutdown(ends.ours.number(), SHUT_RD);
  return true;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

int spawn(const Command& command, int input, int output, int error, pid_t& id) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, input, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, error, 2);
  if (!command.directory.empty()) posix_spawn_file_actions_addchdir_np(&actions, command.directory.c_str());
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> words{command.program};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> environment = pointers(command.environment);
  const int code = posix_spawn(&id, command.program.c_str(), &actions, &attributes, argv.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

int wait_for(pid_t id, int& status) {
  while (waitpid(id, &status, 0) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

}  // namespace

Expected<Child> Child::start(const Command& command) {
  Ends input, output, error;
  if (!make_input_socket(input) || !make_output_pipe(output) || !make_output_pipe(error)) {
    return failed("cannot make the streams of", command.program, errno);
  }
  fcntl(output.ours.number(), F_SETPIPE_SZ,
        1 << 20);  // fewer switches between the two of us; a refusal costs only speed
  fcntl(error.ours.number(), F_SETFL, O_NONBLOCK);
  Child child;
  if (const int code =
          spawn(command, input.theirs.number(), output.theirs.number(), error.theirs.number(), child.id_)) {
    child.id_ = -1;
    return failed("cannot start", command.program, code);
  }
  child.owner_ = getpid();
  child.input_ = std::move(input.ours);
  child.output_ = std::move(output.ours);
  child.error_ = std::move(error.ours);
  return child;
}

Child::Child(Child&& from) noexcept { *this = std::move(from); }

Child& Child::operator=(Child&& from) noexcept {
  if (this == &from) return *this;
  stop();
  id_ = std::exchange(from.id_, -1);
  owner_ = from.owner_;
  input_ = std::move(from.input_);
  output_ = std::move(from.output_);
  error_ = std::move(from.error_);
  room_ = std::move(from.room_);
  queue_ = std::move(from.queue_);
  written_ = from.written_;
  last_input_ = from.last_input_;
  patience_ = from.patience_;
  errors_ = std::move(from.errors_);
  return *this;
}

Child::~Child() { stop(); }

void Child::stop() noexcept {
  input_.close();
  output_.close();
  error_.close();
  const pid_t id = std::exchange(id_, -1);
  if (id < 0 || owner_ != getpid()) return;
  kill(id, SIGKILL);
  int status = 0;
  wait_for(id, status);
}

void Child::write_queued() {
  while (input_.open() && written_ < queue_.size()) {
    const ssize_t sent =
        send(input_.number(), queue_.data() + written_, queue_.size() - written_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      written_ += static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (errno != EINTR) {
      input_.close();  // the program wants no more; its exit status will say why
    }
  }
  queue_.clear();
  written_ = 0;
  if (last_input_) input_.close();
}

void Child::feed(std::string_view bytes) {
  queue_.append(bytes);
  write_queued();
}

void Child::finish_input() {
  last_input_ = true;
  write_queued();
}

void Child::read_errors() {
  std::array<char, 4096> buffer;
  while (error_.open()) {
    const ssize_t got = ::read(error_.number(), buffer.data(), buffer.size());
    if (got > 0) {
      const std::size_t room = errors_kept - std::min(errors_kept, errors_.size());
      errors_.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
    } else if (got < 0 && errno == EINTR) {
      continue;
    } else {
      if (got == 0) error_.close();
      return;
    }
  }
}

Expected<bool> Child::read(std::string& text) {
  if (room_ == nullptr) room_ = std::make_unique_for_overwrite<char[]>(room_size);
  while (output_.open()) {
    std::array<pollfd, 3> streams{pollfd{output_.number(), POLLIN, 0}, pollfd{error_.number(), POLLIN, 0},
                                  pollfd{queue_.empty() ? -1 : input_.number(), POLLOUT, 0}};
    const int ready = poll(streams.data(), streams.size(), patience_);
    if (ready < 0) {
      if (errno == EINTR) continue;
      return fail(ErrorCode::Process, std::string("cannot wait for a program: ") + std::strerror(errno));
    }
    if (ready == 0) return fail(ErrorCode::Limit, "a program did not answer in time");
    if (streams[2].revents != 0) write_queued();
    if (streams[1].revents != 0) read_errors();
    if (streams[0].revents == 0) continue;
    ssize_t got = 0;
    do {
      got = ::read(output_.number(), room_.get(), room_size);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
      text.append(room_.get(),
                  static_cast<std::size_t>(got));  // not read into the text: that would have to be cleared first
      return true;
    }
    if (got < 0) return fail(ErrorCode::Process, std::string("cannot read from a program: ") + std::strerror(errno));
    output_.close();
  }
  return false;
}

Expected<int> Child::wait() {
  read_errors();
  input_.close();
  output_.close();
  error_.close();  // a program that still writes must not wait for us while we wait for it
  if (id_ < 0) return fail(ErrorCode::Process, "a program's end was asked for twice");
  int status = 0;
  const int code = wait_for(std::exchange(id_, -1), status);
  if (code != 0)
    return fail(ErrorCode::Process, std::string("cannot learn how a program ended: ") + std::strerror(code));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Expected<ProcessResult> run_process(const Command& command, std::string_view input, std::size_t output_limit) {
  RT_TRY(Child child, Child::start(command));
  child.feed(input);
  child.finish_input();
  ProcessResult result;
  for (;;) {
    RT_TRY(const bool more, child.read(result.output));
    if (!more) break;
    if (result.output.size() > output_limit) {
      return fail(ErrorCode::Limit,
                  printable(command.program) + " printed more than " + std::to_string(output_limit) + " bytes");
    }
  }
  RT_TRY(result.status, child.wait());
  result.errors = child.errors();
  return result;
}

std::string find_program(std::string_view name, std::string_view search_path) {
  for (const std::string_view directory : split(search_path, ':')) {
    if (directory.empty() || directory.front() != '/') continue;
    std::string path = std::string(directory) + "/" + std::string(name);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

}  // namespace redtag
