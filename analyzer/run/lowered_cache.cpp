#include "run/lowered_cache.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/hash.h"
#include "base/text.h"
#include "change/read_file.h"

namespace redtag {

namespace {

constexpr std::size_t largest_entry = std::size_t{256} << 20;

}  // namespace

Expected<LoweredCache> LoweredCache::on_disk(const std::string& directory, std::string_view program) {
  LoweredCache cache;
  cache.directory_ = directory + "/" + std::string(program);
  if (mkdir(cache.directory_.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(ErrorCode::Disk, "cannot make " + printable(cache.directory_) + ": " + std::strerror(errno));
  }
  return cache;
}

std::string LoweredCache::key(Stack stack, std::string_view path, std::string_view text) const {
  std::string all(stack_name(stack));
  all += '\0';
  all += path;
  all += '\0';
  all += text;
  if (!directory_.empty()) return sha256_hex(all);
  return std::to_string(fast_hash(all)) + ' ' + std::to_string(text.size()) + ' ' + std::string(path);
}

std::optional<std::string> LoweredCache::find(Stack stack, std::string_view path, std::string_view text) {
  const std::string name = key(stack, path, text);
  if (const auto known = known_.find(name); known != known_.end()) return known->second;
  if (directory_.empty()) return std::nullopt;
  auto stored = read_file(directory_ + "/" + name, largest_entry);
  return stored ? std::optional(std::move(*stored)) : std::nullopt;
}

void LoweredCache::keep(Stack stack, std::string_view path, std::string_view text, const std::string& wire) {
  const std::string name = key(stack, path, text);
  if (!directory_.empty()) {
    const std::string file = directory_ + "/" + name;
    const Expected<void> written = write_file(file + ".new", wire);
    if (written && std::rename((file + ".new").c_str(), file.c_str()) == 0) return;
  }
  known_.emplace(name, wire);
}

}  // namespace redtag
