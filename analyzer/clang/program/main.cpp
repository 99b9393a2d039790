// redtag-clang: answers requests on standard input until it ends.
//
// It is started by redtag with nothing but three streams. Before it reads the first byte it gives up opening files and making
// processes, so that nothing that a compile command or a header asks for can be done, whatever Clang would make of it.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "clang/program/parse.h"

namespace redtag::flow {
namespace {

[[maybe_unused]] constexpr rlim_t memory_bytes = rlim_t{3} << 30;
constexpr rlim_t seconds_per_request = 2;
constexpr unsigned seconds_at_most = 40;  // by the clock, below that of the process that asks

void limit_once() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_FSIZE, &none);
  rlimit stack{};
  getrlimit(RLIMIT_STACK, &stack);
  stack.rlim_cur = std::min<rlim_t>(stack.rlim_max, rlim_t{64} << 20);  // the parser descends as deep as a text nests
  setrlimit(RLIMIT_STACK, &stack);
  const rlimit no_more_files{3, 3};
  setrlimit(RLIMIT_NOFILE, &no_more_files);
#if !defined(REDTAG_SANITIZED)  // whose runtime, of the parts that it is linked with, reserves more
  const rlimit memory{memory_bytes, memory_bytes};
  setrlimit(RLIMIT_AS, &memory);
#endif
}

/// Processor time first: a busy machine does not change what is found. The clock is a backstop behind it.
void limit_request() {
  alarm(seconds_at_most);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto used = static_cast<rlim_t>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec);
  rlimit limit{};
  getrlimit(RLIMIT_CPU, &limit);
  limit.rlim_cur = used + seconds_per_request;
  setrlimit(RLIMIT_CPU, &limit);
}

bool write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

int complain(const char* what) {
  std::fprintf(stderr, "redtag-clang: %s\n", what);
  return 2;
}

int serve() {
  std::string bytes;
  static char buffer[1 << 16];
  for (;;) {
    Expected<std::optional<std::string>> message = take_frame(bytes);
    if (!message) return complain(message.error().message.c_str());
    if (*message) {
      limit_request();
      const Expected<Request> request = request_from_wire(**message);
      if (!request) return complain(request.error().message.c_str());
      if (!write_all(frame(to_wire(parse(*request))))) return 3;
      continue;
    }
    const ssize_t got = ::read(STDIN_FILENO, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return bytes.empty() ? 0 : complain("expected a whole request, its end is missing");
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
}

}  // namespace
}  // namespace redtag::flow

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--version") == 0) {
    std::printf("redtag-clang %s, protocol 2\n", REDTAG_VERSION);
    return 0;
  }
  if (argc > 1) {
    std::fprintf(stderr,
                 "usage: redtag-clang < requests > answers (started by redtag; it takes no arguments but --version)\n");
    return 2;
  }
  redtag::flow::limit_once();
  const int status = redtag::flow::serve();
  std::fflush(stderr);
  _exit(status);
}
