#include "depot/index.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "depot/config.h"
#include "depot/log.h"
#include "depot/wal.h"

namespace depot {

namespace {

constexpr std::size_t kPageObjects = 512;
constexpr std::size_t kRangeLimit = 10000;

std::string line_of(const std::string& name, const Place& place) {
  std::ostringstream out;
  out << name.size() << ' ' << name << ' ' << place.segment << ' ' << place.offset << ' ' << place.bytes << ' ' << place.checksum << '\n';
  return out.str();
}

bool read_line(std::istream& in, std::string& name, Place& place) {
  std::size_t length = 0;
  if (!(in >> length) || length > 4096) return false;
  in.get();
  name.resize(length);
  if (!in.read(name.data(), static_cast<std::streamsize>(length))) return false;
  return static_cast<bool>(in >> place.segment >> place.offset >> place.bytes >> place.checksum);
}

Page whole_of(const Generation& generation) {
  Page whole;
  for (const auto& page : generation.pages) whole.insert(page->begin(), page->end());
  return whole;
}

}  // namespace

Index::Index() : current_(std::make_shared<Generation>()) {}

std::shared_ptr<const Generation> Index::pin() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return current_;
}

std::optional<Place> Index::find(std::string_view name) const {
  const std::shared_ptr<const Generation> seen = pin();
  const auto page = std::upper_bound(seen->pages.begin(), seen->pages.end(), name,
                                     [](std::string_view wanted, const auto& at) { return wanted < at->begin()->first; });
  if (page == seen->pages.begin()) return std::nullopt;
  const Page& here = **std::prev(page);
  const auto found = here.find(name);
  return found == here.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::pair<std::string, Place>> Index::scan(std::string_view from, std::string_view to, std::size_t most) const {
  std::vector<std::pair<std::string, Place>> found;
  const std::shared_ptr<const Generation> seen = pin();
  for (const auto& page : seen->pages) {
    if (page->empty() || page->rbegin()->first < from) continue;
    if (!to.empty() && page->begin()->first >= to) break;
    for (auto at = page->lower_bound(from); at != page->end() && found.size() < most; ++at) {
      if (!to.empty() && at->first >= to) return found;
      found.emplace_back(at->first, at->second);
    }
  }
  return found;
}

void Index::publish(Page whole, std::uint64_t number) {
  auto next = std::make_shared<Generation>();
  next->number = number;
  next->objects = whole.size();
  while (!whole.empty()) {
    auto page = std::make_shared<Page>();
    while (!whole.empty() && page->size() < kPageObjects) page->insert(whole.extract(whole.begin()));
    next->pages.push_back(std::move(page));
  }
  current_ = std::move(next);
}

Status Index::apply(const Edit& edit, std::size_t& removed) {
  removed = 0;
  if (edit.empty()) return Status::Ok();
  std::lock_guard<std::mutex> lock(mutex_);
  Page whole = whole_of(*current_);
  for (const auto& [name, place] : edit.puts_) whole[name] = place;
  for (const std::string& name : edit.removes_) removed += whole.erase(name);
  for (const auto& [first, last] : edit.ranges_) {
    if (first.empty() || last <= first) return Status::Refused("a range without a beginning or an end");
    const auto begin = whole.lower_bound(first), end = whole.lower_bound(last);
    const auto count = static_cast<std::size_t>(std::distance(begin, end));
    if (removed + count > kRangeLimit) return Status::Limit("a range of more objects than may go at once");
    whole.erase(begin, end);
    removed += count;
  }
  publish(std::move(whole), current_->number + 1);
  return Status::Ok();
}

std::vector<std::uint64_t> Index::segments() const {
  std::set<std::uint64_t> used;
  const std::shared_ptr<const Generation> seen = pin();
  for (const auto& page : seen->pages) {
    for (const auto& [name, place] : *page) used.insert(place.segment);
  }
  return {used.begin(), used.end()};
}

Status Index::save(const std::string& path) const {
  const std::shared_ptr<const Generation> seen = pin();
  std::string text = "depot-index 1 " + std::to_string(seen->number) + ' ' + std::to_string(seen->objects) + '\n';
  for (const auto& page : seen->pages) {
    for (const auto& [name, place] : *page) text += line_of(name, place);
  }
  text += "end " + std::to_string(ChecksumOf(text)) + '\n';
  const std::string beside = path + ".next";
  std::FILE* out = std::fopen(beside.c_str(), "wb");
  if (out == nullptr) return Status::Io("cannot open " + beside);
  const bool wrote = std::fwrite(text.data(), 1, text.size(), out) == text.size() && std::fflush(out) == 0;
  const bool synced = wrote && ::fsync(::fileno(out)) == 0;
  if (std::fclose(out) != 0 || !synced) {
    std::remove(beside.c_str());
    return Status::Io("cannot write " + beside);
  }
  if (std::rename(beside.c_str(), path.c_str()) != 0) return Status::Io("cannot put the index into its place");
  return Status::Ok();
}

Status Index::load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Status::NotFound(path);
  std::string magic;
  int version = 0;
  std::uint64_t number = 0;
  std::size_t objects = 0;
  if (!(in >> magic >> version >> number >> objects) || magic != "depot-index" || version != 1) return Status::Corrupt(path + " is no index");
  Page whole;
  for (std::size_t i = 0; i < objects; ++i) {
    std::string name;
    Place place;
    if (!read_line(in, name, place)) return Status::Corrupt(path + " ends in the middle");
    whole.emplace(std::move(name), place);
  }
  std::lock_guard<std::mutex> lock(mutex_);
  publish(std::move(whole), number);
  return Status::Ok();
}

}  // namespace depot
