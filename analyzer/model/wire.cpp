#include "model/wire.h"

#include <cstring>
#include <type_traits>

namespace redtag {

namespace {

constexpr std::uint32_t magic = 0x31575452;  // "RTW1"; the digit is the version
constexpr unsigned deepest = 2048;           // values nest at most limits::nesting levels; this is only a stop for damaged bytes

/// Each type says its fields once; writing and reading follow from that.
template <class Archive>
void fields(Archive& a, ByteRange& x) { a(x.begin, x.end); }
template <class Archive>
void fields(Archive& a, Region& x) { a(x.file.value, x.side, x.bytes); }
template <class Archive>
void fields(Archive& a, Value& x) {
  a(x.presence, x.shape, x.type, x.expression, x.sensitive, x.text, x.reason, x.items, x.entries, x.region);
}
template <class Archive>
void fields(Archive& a, Entry& x) { a(x.key, x.value, x.region); }
template <class Archive>
void fields(Archive& a, Reference& x) { a(x.target, x.through, x.region); }
template <class Archive>
void fields(Archive& a, Resource& x) {
  a(x.stack, x.declares, x.type, x.name, x.address, x.scope, x.identity, x.instances, x.attributes, x.references, x.region, x.header,
    x.subject);
}
template <class Archive>
void fields(Archive& a, Operation& x) {
  a(x.stack, x.verb, x.arming, x.certainty, x.program, x.action, x.object, x.target, x.arguments, x.unbounded, x.maybe_empty,
    x.harmless_target, x.fact, x.cited, x.text, x.procedure.value, x.position, x.region, x.subject);
}
template <class Archive>
void fields(Archive& a, Procedure& x) {
  a(x.stack, x.address, x.trigger, x.direction, x.reverses, x.reverse_expected, x.unread, x.in_transaction, x.references, x.region,
    x.subject);
}
template <class Archive>
void fields(Archive& a, Safeguard& x) { a(x.stack, x.kind, x.coverage, x.protects, x.text, x.region, x.subject); }
template <class Archive>
void fields(Archive& a, Gap& x) { a(x.region, x.stack, x.reason); }
template <class Archive>
void fields(Archive& a, Model& x) { a(x.resources, x.operations, x.procedures, x.safeguards, x.gaps); }

template <class T>
constexpr bool is_plain = std::is_enum_v<T> || std::is_integral_v<T>;

class Writer {
 public:
  template <class... T>
  void operator()(T&... values) {
    (write(values), ...);
  }
  std::string take() { return std::move(out_); }

 private:
  template <class T>
  void write(T& value) {
    if constexpr (is_plain<T>) {
      out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
    } else {
      fields(*this, value);
    }
  }
  void write(std::string& text) {
    auto size = static_cast<std::uint32_t>(text.size());
    write(size);
    out_ += text;
  }
  template <class T>
  void write(std::vector<T>& items) {
    auto size = static_cast<std::uint32_t>(items.size());
    write(size);
    for (T& item : items) write(item);
  }
  std::string out_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  template <class... T>
  void operator()(T&... values) {
    (read(values), ...);
  }
  [[nodiscard]] bool sound() const { return sound_ && rest_.empty(); }

 private:
  template <class T>
  void read(T& value) {
    if constexpr (is_plain<T>) {
      if (!take(sizeof(value))) return;
      std::memcpy(&value, taken_.data(), sizeof(value));
    } else {
      if (++depth_ > deepest) sound_ = false;
      if (sound_) fields(*this, value);
      --depth_;
    }
  }
  void read(bool& value) {
    if (take(1)) value = taken_[0] != 0;
  }
  void read(std::string& text) {
    std::uint32_t size = 0;
    read(size);
    if (take(size)) text = taken_;
  }
  template <class T>
  void read(std::vector<T>& items) {
    std::uint32_t size = 0;
    read(size);
    // An element takes at least one byte, so a size beyond the rest is damage, met before memory is asked for.
    if (size > rest_.size()) sound_ = false;
    for (std::uint32_t i = 0; sound_ && i < size; ++i) read(items.emplace_back());
  }
  bool take(std::size_t size) {
    if (!sound_ || size > rest_.size()) {
      sound_ = false;
      return false;
    }
    taken_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  std::string_view rest_;
  std::string_view taken_;
  unsigned depth_ = 0;
  bool sound_ = true;
};

/// Ids inside a model must point into it, whatever the bytes said.
bool consistent(const Model& model) {
  for (const Operation& operation : model.operations) {
    if (operation.procedure.valid() && operation.procedure.value >= model.procedures.size()) return false;
  }
  return true;
}

}  // namespace

std::string to_wire(const Model& model) {
  Writer writer;
  std::uint32_t head = magic;
  Model& fields_only = const_cast<Model&>(model);  // `fields` is shared with the reader; a Writer changes nothing
  writer(head, fields_only);
  return writer.take();
}

Expected<Model> from_wire(std::string_view bytes) {
  Reader reader(bytes);
  std::uint32_t head = 0;
  Model model;
  reader(head, model);
  if (head != magic || !reader.sound() || !consistent(model)) {
    return fail(ErrorCode::Process, "an analysis child answered with damaged bytes");
  }
  return model;
}

}  // namespace redtag
