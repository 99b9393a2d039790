#include "depot/log.h"

#include <atomic>
#include <cstdio>

namespace depot {

namespace {
std::atomic<Level> shown{Level::Info};

const char* name_of(Level level) {
  switch (level) {
    case Level::Debug: return "debug";
    case Level::Info: return "info";
    case Level::Warning: return "warning";
    case Level::Error: return "error";
  }
  return "?";
}
}  // namespace

void SetLevel(Level level) { shown = level; }

void Log(Level level, const std::string& text) {
  if (level < shown.load()) return;
  std::fprintf(stderr, "depot: %s: %s\n", name_of(level), text.c_str());
}

}  // namespace depot
