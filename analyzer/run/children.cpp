#include "run/children.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

namespace redtag {

namespace {

constexpr std::size_t most_workers = 64;
constexpr std::uint32_t idle = UINT32_MAX;
constexpr std::size_t largest_answer = std::size_t{1} << 30;

/// What parent and children share: the next piece to take, and the piece each worker is at.
struct Shared {
  std::atomic<std::uint32_t> next{0};
  std::array<std::atomic<std::uint32_t>, most_workers> at{};
};
static_assert(std::atomic<std::uint32_t>::is_always_lock_free, "it is shared between processes");

class SharedMemory {
 public:
  SharedMemory() {
    void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) shared_ = new (memory) Shared;
  }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory() {
    if (shared_ != nullptr) munmap(shared_, sizeof(Shared));
  }
  [[nodiscard]] Shared* get() const { return shared_; }

 private:
  Shared* shared_ = nullptr;
};

bool write_all(int out, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = ::write(out, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

void limit_child() {
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const rlimit memory{rlim_t{6} << 30, rlim_t{6} << 30};
  setrlimit(RLIMIT_AS, &memory);
#endif
  // A grammar that asserts prints; that is no part of the report.
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) {
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
  }
}

[[noreturn]] void child_main(Shared& shared, std::size_t slot, std::size_t pieces, int out,
                             const std::function<std::string(std::size_t)>& work) {
  limit_child();
  for (;;) {
    const std::uint32_t piece = shared.next.fetch_add(1);
    if (piece >= pieces) break;
    shared.at[slot].store(piece);
    const std::string bytes = work(piece);
    const std::array<std::uint32_t, 2> head{piece, static_cast<std::uint32_t>(bytes.size())};
    if (!write_all(out, head.data(), sizeof(head)) || !write_all(out, bytes.data(), bytes.size())) _exit(3);
    shared.at[slot].store(idle);
  }
  _exit(0);
}

using Clock = std::chrono::steady_clock;

struct Worker {
  pid_t process = -1;
  int in = -1;
  std::string pending;  // bytes of frames that have not arrived whole
  std::uint32_t seen_at = idle;
  Clock::time_point since{};  // when it was last seen to make progress
};

class Pool {
 public:
  Pool(Shared& shared, std::size_t pieces, const std::function<std::string(std::size_t)>& work,
       const std::function<void(std::size_t, PieceResult)>& take, const ChildLimits& limits)
      : shared_(shared), pieces_(pieces), work_(work), take_(take), limits_(limits), done_(pieces, false) {}

  Expected<void> run() {
    const std::size_t count = worker_count();
    workers_.resize(count);
    for (std::size_t slot = 0; slot < count; ++slot) {
      if (!start(slot) && slot == 0) return fail(ErrorCode::Process, "cannot fork a process to analyse files in");
    }
    while (busy()) {
      wait_for_news();
      for (std::size_t slot = 0; slot < workers_.size(); ++slot) look_after(slot);
    }
    for (std::size_t piece = 0; piece < pieces_; ++piece) {
      if (!done_[piece]) finish_piece(piece, {PieceEnd::Crashed, {}});
    }
    return {};
  }

 private:
  [[nodiscard]] std::size_t worker_count() const {
    const std::size_t wanted =
        limits_.workers != 0 ? limits_.workers : std::max(1U, std::thread::hardware_concurrency());
    return std::clamp<std::size_t>(std::min(wanted, pieces_), 1, most_workers);
  }

  bool start(std::size_t slot) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    shared_.at[slot].store(idle);
    const pid_t process = fork();
    if (process == 0) child_main(shared_, slot, pieces_, ends[1], work_);
    close(ends[1]);
    if (process < 0) {
      close(ends[0]);
      return false;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    workers_[slot] = Worker{process, ends[0], {}, idle, Clock::now()};
    return true;
  }

  [[nodiscard]] bool busy() const {
    return std::any_of(workers_.begin(), workers_.end(), [](const Worker& worker) { return worker.process > 0; });
  }

  void wait_for_news() const {
    std::vector<pollfd> ends;
    for (const Worker& worker : workers_) {
      if (worker.process > 0) ends.push_back({worker.in, POLLIN, 0});
    }
    poll(ends.data(), ends.size(), 1000);
  }

  void look_after(std::size_t slot) {
    Worker& worker = workers_[slot];
    if (worker.process <= 0) return;
    const bool ended = read_frames(worker);
    const std::uint32_t at = shared_.at[slot].load();
    if (at != worker.seen_at) {
      worker.seen_at = at;
      worker.since = Clock::now();
    }
    if (ended) {
      finish(slot, PieceEnd::Crashed);
    } else if (at != idle && Clock::now() - worker.since > std::chrono::seconds(limits_.backstop_seconds)) {
      kill(worker.process, SIGKILL);
      finish(slot, PieceEnd::TimedOut);
    }
  }

  /// True when the child has closed its end.
  bool read_frames(Worker& worker) {
    std::array<char, 65536> buffer;  // not zeroed: a frame is read in many small pieces
    for (;;) {
      const ssize_t size = ::read(worker.in, buffer.data(), buffer.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) break;  // EAGAIN: no more for now
      if (size == 0) {
        take_frames(worker);
        return true;
      }
      worker.pending.append(buffer.data(), static_cast<std::size_t>(size));
      worker.since = Clock::now();
    }
    take_frames(worker);
    return false;
  }

  void take_frames(Worker& worker) {
    std::size_t at = 0;
    std::array<std::uint32_t, 2> head{};
    while (worker.pending.size() - at >= sizeof(head)) {
      std::memcpy(head.data(), worker.pending.data() + at, sizeof(head));
      if (head[0] >= pieces_ || head[1] > largest_answer) break;
      if (worker.pending.size() - at - sizeof(head) < head[1]) break;
      if (!done_[head[0]]) finish_piece(head[0], {PieceEnd::Done, worker.pending.substr(at + sizeof(head), head[1])});
      at += sizeof(head) + head[1];
    }
    worker.pending.erase(0, at);
  }

  void finish(std::size_t slot, PieceEnd end) {
    Worker& worker = workers_[slot];
    close(worker.in);
    int status = 0;
    while (waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
    }
    worker.process = -1;
    const std::uint32_t at = shared_.at[slot].load();
    const bool lost = at != idle && at < pieces_ && !done_[at];
    if (lost) finish_piece(at, {end, {}});
    // Others may still be at work; a new child takes what nobody has taken yet. Where none can be had, the rest stays
    // Crashed, which is a gap and no "all clear".
    if (shared_.next.load() < pieces_ && ++restarts_ <= pieces_) start(slot);
  }

  void finish_piece(std::size_t piece, PieceResult result) {
    done_[piece] = true;
    take_(piece, std::move(result));
  }

  Shared& shared_;
  std::size_t pieces_;
  const std::function<std::string(std::size_t)>& work_;
  const std::function<void(std::size_t, PieceResult)>& take_;
  const ChildLimits& limits_;
  std::vector<Worker> workers_;
  std::vector<bool> done_;
  std::size_t restarts_ = 0;
};

}  // namespace

Expected<void> work_in_children(std::size_t pieces, const std::function<std::string(std::size_t)>& work,
                                const std::function<void(std::size_t, PieceResult)>& take, const ChildLimits& limits) {
  if (pieces == 0) return {};
  const SharedMemory memory;
  if (memory.get() == nullptr) return fail(ErrorCode::Process, "cannot share memory with analysis children");
  return Pool(*memory.get(), pieces, work, take, limits).run();
}

Expected<std::vector<PieceResult>> work_in_children(std::size_t pieces,
                                                    const std::function<std::string(std::size_t)>& work,
                                                    const ChildLimits& limits) {
  std::vector<PieceResult> results(pieces);
  const auto take = [&](std::size_t piece, PieceResult result) { results[piece] = std::move(result); };
  RT_TRY(work_in_children(pieces, work, take, limits));
  return results;
}

}  // namespace redtag
