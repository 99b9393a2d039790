#include "change/git/object_reader.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace redtag {

ObjectReader::ObjectReader(Command command, Child child)
    : command_(std::move(command)), child_(std::move(child)), owner_(getpid()) {}

Expected<ObjectReader> ObjectReader::start(Command command) {
  RT_TRY(Child child, Child::start(command));
  return ObjectReader(std::move(command), std::move(child));
}

Expected<void> ObjectReader::restart(Command command) {
  command_ = std::move(command);
  return renew();
}

/// A fresh program: for a forked copy of ourselves, and to get rid of an answer that nobody wants to read to its end.
Expected<void> ObjectReader::renew() {
  RT_TRY(Child child, Child::start(command_));
  child_ = std::move(child);
  owner_ = getpid();
  buffer_.clear();
  at_ = 0;
  return {};
}

Expected<void> ObjectReader::ask(std::string_view word, std::span<const std::string> names) {
  if (owner_ != getpid()) RT_TRY(renew());
  std::string questions;
  for (const std::string& name : names) {
    if (name.find('\n') != std::string::npos || name.find('\0') != std::string::npos || name.empty()) continue;
    questions += word;
    questions += name;
    questions += '\n';
  }
  questions += "flush\n";
  child_.feed(questions);
  return {};
}

tl::unexpected<Error> ObjectReader::ended() {
  const auto status = child_.wait();
  std::string_view why = trim(child_.errors());
  why = why.substr(0, why.find('\n'));
  if (why.starts_with("fatal: ")) why.remove_prefix(7);
  if (why.find("unknown option") != std::string_view::npos)
    return fail(ErrorCode::Process, "git is too old; 2.38 or newer is needed");
  return fail(ErrorCode::Process,
              "git cat-file ended" + (status ? " with status " + std::to_string(*status) : "") + ": " + printable(why));
}

/// Makes at least `bytes` bytes of untaken output stand in the buffer.
Expected<void> ObjectReader::need(std::size_t bytes) {
  while (buffer_.size() - at_ < bytes) {
    if (at_ > 0) buffer_.erase(0, at_);
    at_ = 0;
    RT_TRY(const bool more, child_.read(buffer_));
    if (!more) return ended();
  }
  return {};
}

Expected<std::string_view> ObjectReader::take_line() {
  std::size_t end = std::string::npos;
  for (std::size_t seen = 0; (end = buffer_.find('\n', at_ + seen)) == std::string::npos;) {
    seen = buffer_.size() - at_;
    RT_TRY(need(seen + 1));
  }
  const std::string_view line = std::string_view(buffer_).substr(at_, end - at_);
  at_ = end + 1;
  return line;
}

/// `<id> <type> <size>`, or a sentence that ends in another word (missing, ambiguous …).
Expected<std::optional<ObjectHeader>> ObjectReader::take_header() {
  RT_TRY(const std::string_view line, take_line());
  const std::vector<std::string_view> words = split(line, ' ');
  constexpr std::array<std::string_view, 4> types{"blob", "tree", "commit", "tag"};
  if (words.size() != 3) return std::optional<ObjectHeader>();
  const auto type = std::find(types.begin(), types.end(), words[1]);
  ObjectHeader header;
  const auto [end, code] = std::from_chars(words[2].data(), words[2].data() + words[2].size(), header.size);
  if (type == types.end() || code != std::errc() || end != words[2].data() + words[2].size())
    return std::optional<ObjectHeader>();
  header.id = std::string(words[0]);
  header.type = static_cast<ObjectType>(type - types.begin());
  return std::optional(std::move(header));
}

namespace {

/// Names that cannot be asked for, as the questions are lines.
bool askable(const std::string& name) {
  return !name.empty() && name.find('\n') == std::string::npos && name.find('\0') == std::string::npos;
}

}  // namespace

Expected<std::vector<std::optional<ObjectHeader>>> ObjectReader::find(std::span<const std::string> expressions) {
  RT_TRY(ask("info ", expressions));
  std::vector<std::optional<ObjectHeader>> headers;
  for (const std::string& expression : expressions) {
    headers.emplace_back();
    if (!askable(expression)) continue;
    RT_TRY(headers.back(), take_header());
  }
  return headers;
}

Expected<std::vector<std::optional<GitObject>>> ObjectReader::read_small(std::span<const std::string> ids,
                                                                         std::size_t most) {
  std::vector<std::optional<GitObject>> objects(ids.size());
  RT_TRY(ask("contents ", ids));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!askable(ids[i])) continue;
    RT_TRY(std::optional<ObjectHeader> header, take_header());
    if (!header) continue;
    GitObject& object = objects[i].emplace(GitObject{std::move(*header), {}, false});
    if (object.header.size > most) {
      object.too_large = true;
      RT_TRY(renew());  // cheaper than to read it all
      break;
    }
    RT_TRY(need(object.header.size + 1));
    object.content = buffer_.substr(at_, object.header.size);
    at_ += object.header.size + 1;
  }
  return objects;
}

Expected<std::optional<GitObject>> ObjectReader::read(const std::string& id, std::size_t most) {
  RT_TRY(std::vector<std::optional<GitObject>> objects, read_small(std::span(&id, 1), most));
  return std::move(objects.front());
}

Expected<std::vector<std::optional<GitObject>>> ObjectReader::read(std::span<const std::string> ids, std::size_t most) {
  RT_TRY(std::vector<std::optional<GitObject>> objects, read_small(ids, most));
  const auto large =
      std::find_if(objects.begin(), objects.end(), [](const auto& object) { return object && object->too_large; });
  if (large == objects.end()) return objects;
  // Where one is too large others may be, and each would cost a fresh program: from here on their sizes are asked for first.
  const auto read = static_cast<std::size_t>(large - objects.begin()) + 1;
  RT_TRY(auto rest, read_by_size(ids.subspan(read), most));
  std::move(rest.begin(), rest.end(), objects.begin() + static_cast<std::ptrdiff_t>(read));
  return objects;
}

Expected<std::vector<std::optional<GitObject>>> ObjectReader::read_by_size(std::span<const std::string> ids,
                                                                           std::size_t most) {
  RT_TRY(const auto headers, find(ids));
  std::vector<std::optional<GitObject>> objects;
  std::vector<std::string> wanted;
  for (const auto& header : headers) {
    objects.emplace_back();
    if (!header) continue;
    objects.back() = GitObject{*header, {}, header->size > most};
    if (header->size <= most) wanted.push_back(header->id);
  }
  if (wanted.empty()) return objects;
  RT_TRY(ask("contents ", wanted));
  for (auto& object : objects) {
    if (!object || object->too_large) continue;
    RT_TRY(const std::optional<ObjectHeader> header, take_header());
    if (!header || header->size != object->header.size)
      return fail(ErrorCode::Process, "git cat-file lost an object between two questions");
    RT_TRY(need(header->size + 1));
    object->content = buffer_.substr(at_, header->size);
    at_ += header->size + 1;
  }
  return objects;
}

}  // namespace redtag
