#include "clang/protocol.h"

#include <cstring>

#include "base/archive.h"

namespace redtag::flow {

namespace {

// The last byte is the version: a program of another one is refused by the first four bytes of its answer.
constexpr std::uint32_t request_magic = 0x32515452;  // "RTQ2"
constexpr std::uint32_t answer_magic = 0x32415452;   // "RTA2"

/// Each type says its fields once; writing and reading follow from that.
template <class Archive>
void fields(Archive& a, ByteRange& x) {
  a(x.begin, x.end);
}
template <class Archive>
void fields(Archive& a, Event& x) {
  a(x.kind, x.bytes, x.name, x.type);
}
template <class Archive>
void fields(Archive& a, Block& x) {
  a(x.events, x.condition, x.next);
}
template <class Archive>
void fields(Archive& a, Function& x) {
  a(x.path, x.symbol, x.header, x.bytes, x.blocks, x.exit);
}
template <class Archive>
void fields(Archive& a, Summary& x) {
  a(x.symbol, x.words);
}
template <class Archive>
void fields(Archive& a, Unit& x) {
  a(x.functions, x.summaries, x.errors, x.headers_missing);
}
template <class Archive>
void fields(Archive& a, Answer& x) {
  a(x.before, x.after);
}
template <class Archive>
void fields(Archive& a, File& x) {
  a(x.path, x.text);
}
template <class Archive>
void fields(Archive& a, SideRequest& x) {
  a(x.present, x.main, x.files, x.arguments, x.bodies);
}
template <class Archive>
void fields(Archive& a, Request& x) {
  a(x.files, x.before, x.after, x.wanted, x.names);
}

/// What the archives ask for: the overloads above.
struct Fields {
  template <class Archive, class T>
  static void of(Archive& archive, T& value) {
    fields(archive, value);
  }
};
using Writer = ArchiveWriter<Fields>;
using Reader = ArchiveReader<Fields>;

/// Indexes inside an answer must point into it, whatever the bytes said.
bool consistent(const Unit& unit) {
  for (const Function& function : unit.functions) {
    if (function.blocks.empty() || function.exit >= function.blocks.size()) return false;
    for (const Block& block : function.blocks) {
      for (const std::uint32_t next : block.next) {
        if (next != no_block && next >= function.blocks.size()) return false;
      }
      for (const Event& event : block.events) {
        if (event.kind > EventKind::Throw || event.bytes.begin > event.bytes.end) return false;
      }
      if (block.condition.begin > block.condition.end) return false;
    }
    if (function.bytes.begin > function.bytes.end || function.header.begin > function.header.end) return false;
  }
  return true;
}

bool consistent(const Request& request) {
  for (const SideRequest* side : {&request.before, &request.after}) {
    for (const std::uint32_t file : side->files) {
      if (file >= request.files.size()) return false;
    }
  }
  return true;
}

template <class T>
std::string write(std::uint32_t magic, const T& value) {
  Writer writer;
  writer(magic, const_cast<T&>(value));  // `fields` is shared with the reader; a Writer changes nothing
  return writer.take();
}

}  // namespace

std::string to_wire(const Request& request) { return write(request_magic, request); }

std::string to_wire(const Answer& answer) { return write(answer_magic, answer); }

Expected<Request> request_from_wire(std::string_view bytes) {
  Reader reader(bytes);
  std::uint32_t head = 0;
  Request request;
  reader(head);
  if (head != request_magic) return fail(ErrorCode::Input, "expected a request of this version");
  reader(request);
  if (!reader.sound() || !consistent(request)) return fail(ErrorCode::Input, "the request is damaged");
  return request;
}

Expected<Answer> answer_from_wire(std::string_view bytes) {
  Reader reader(bytes);
  std::uint32_t head = 0;
  Answer answer;
  reader(head);
  if (head != answer_magic) return fail(ErrorCode::Process, "redtag-clang speaks another version");
  reader(answer);
  if (!reader.sound() || !consistent(answer.before) || !consistent(answer.after)) {
    return fail(ErrorCode::Process, "redtag-clang answered with damaged bytes");
  }
  return answer;
}

std::string frame(std::string_view message) {
  const auto size = static_cast<std::uint32_t>(message.size());
  std::string out(reinterpret_cast<const char*>(&size), sizeof(size));
  return out.append(message);
}

Expected<std::optional<std::string>> take_frame(std::string& bytes) {
  std::uint32_t size = 0;
  if (bytes.size() < sizeof(size)) return std::optional<std::string>();
  std::memcpy(&size, bytes.data(), sizeof(size));
  if (size > largest_frame) return fail(ErrorCode::Process, "a frame is larger than any may be");
  if (bytes.size() - sizeof(size) < size) return std::optional<std::string>();
  std::optional<std::string> message = bytes.substr(sizeof(size), size);
  bytes.erase(0, sizeof(size) + size);
  return message;
}

}  // namespace redtag::flow
