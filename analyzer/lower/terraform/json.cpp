#include "lower/terraform/json.h"

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <utility>

#include "base/limits.h"
#include "base/text.h"

namespace redtag::terraform {

namespace {

constexpr char hole_mark = '\x01';  // cannot stand in JSON, so it marks where an interpolation was

std::string mark(const TemplatePart&) { return std::string(1, hole_mark); }

/// Reads one JSON text. Arrays and objects nest at most limits::nesting deep.
class Reader {
 public:
  Reader(const FlatText& flat, std::vector<const Value*> holes, Region whole, std::uint32_t offset)
      : flat_(flat), holes_(std::move(holes)), whole_(whole), offset_(offset) {}

  std::optional<Value> document() {
    std::optional<Value> value = read(0);
    blanks();
    return at_ == flat_.text.size() ? std::move(value) : std::nullopt;
  }

 private:
  [[nodiscard]] bool done() const { return at_ >= flat_.text.size(); }
  [[nodiscard]] char here() const { return done() ? '\0' : flat_.text[at_]; }
  bool take(char c) {
    blanks();
    if (here() != c || done()) return false;
    ++at_;
    return true;
  }
  void blanks() {
    while (!done() && (here() == ' ' || here() == '\t' || here() == '\n' || here() == '\r')) ++at_;
  }
  [[nodiscard]] Region region(std::size_t begin) const {
    if (flat_.map.empty()) return whole_;
    return {whole_.file, whole_.side, {flat_.map[begin] + offset_, flat_.map[at_] + offset_}};
  }
  [[nodiscard]] Value next_hole() {
    ++at_;
    return next_ < holes_.size() ? *holes_[next_++] : Value{};
  }

  std::optional<Value> read(unsigned depth) {
    blanks();
    if (depth > limits::nesting || done()) return std::nullopt;
    if (here() == '{') return object(depth);
    if (here() == '[') return array(depth);
    if (here() == '"') return string();
    if (here() == hole_mark) return next_hole();
    return word();
  }

  std::optional<Value> object(unsigned depth) {
    const std::size_t begin = at_++;
    Value map;
    map.presence = Presence::Known;
    map.shape = Shape::Map;
    if (!take('}')) {
      do {
        blanks();
        if (here() == '}')
          break;  // a comma too many is an error to whoever gets the text, and no reason not to read it
        const std::size_t entry = at_;
        if (here() != '"') return std::nullopt;
        const std::optional<Value> key = string();
        if (!key || !key->known() || !take(':')) return std::nullopt;
        std::optional<Value> value = read(depth + 1);
        if (!value) return std::nullopt;
        map.entries.push_back({key->text, std::move(*value), region(entry)});
      } while (take(','));
      if (!take('}')) return std::nullopt;
    }
    map.region = region(begin);
    return map;
  }

  std::optional<Value> array(unsigned depth) {
    const std::size_t begin = at_++;
    Value list;
    list.presence = Presence::Known;
    list.shape = Shape::List;
    if (!take(']')) {
      do {
        blanks();
        if (here() == ']') break;
        std::optional<Value> value = read(depth + 1);
        if (!value) return std::nullopt;
        list.items.push_back(std::move(*value));
      } while (take(','));
      if (!take(']')) return std::nullopt;
    }
    list.region = region(begin);
    return list;
  }

  std::optional<Value> word() {
    const std::size_t begin = at_;
    while (!done() && std::string_view(",]} \t\r\n").find(here()) == std::string_view::npos) ++at_;
    const std::string text = flat_.text.substr(begin, at_ - begin);
    if (text == "true" || text == "false") return known_bool(text == "true", region(begin));
    if (text == "null") {
      Value null = known_string({}, region(begin));
      null.type = ScalarType::Null;
      return null;
    }
    if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string::npos) return std::nullopt;
    return known_number(text, region(begin));
  }

  std::optional<Value> string() {
    const std::size_t begin = at_++;
    std::vector<Value> parts;
    std::string text;
    while (!done() && here() != '"') {
      if (here() == hole_mark) {
        if (!text.empty()) parts.push_back(known_string(std::exchange(text, {}), region(begin)));
        parts.push_back(next_hole());
      } else if (here() == '\\') {
        if (!escape(text)) return std::nullopt;
      } else {
        text += flat_.text[at_++];
      }
    }
    if (done()) return std::nullopt;
    ++at_;
    if (parts.empty()) return known_string(std::move(text), region(begin));
    if (!text.empty()) parts.push_back(known_string(std::move(text), region(begin)));
    if (parts.size() == 1) {
      parts.front().region = region(begin);
      return std::move(parts.front());
    }
    Value value = unknown_value({}, {}, region(begin));
    value.expression = Expression::Template;
    value.items = std::move(parts);
    return value;
  }

  bool escape(std::string& text) {
    if (at_ + 1 >= flat_.text.size()) return false;
    const char c = flat_.text[at_ + 1];
    at_ += 2;
    if (c == 'u') {  // kept as written: two texts that differ in nothing else spell it alike
      text += "\\u" + lower_ascii(std::string_view(flat_.text).substr(at_, 4));
      at_ = std::min(at_ + 4, flat_.text.size());
      return true;
    }
    const auto at = std::string_view("nrtbf").find(c);
    text += at == std::string_view::npos ? c : "\n\r\t\b\f"[at];
    return true;
  }

  const FlatText& flat_;
  std::vector<const Value*> holes_;
  Region whole_;
  std::uint32_t offset_;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
};

/// Cheap look before anything is copied: does the text open and close like an object or an array?
bool looks_like_json(std::string_view text) {
  text = trim(text);
  return text.size() >= 2 &&
         ((text.front() == '{' && text.back() == '}') || (text.front() == '[' && text.back() == ']'));
}

void write_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char buffer[8];
      std::snprintf(buffer, sizeof(buffer), "\\u%04x", static_cast<unsigned>(c));
      out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : buffer;
    } else {
      out += c;
    }
  }
  out += '"';
}

bool write(std::string& out, const Value& value) {  // values nest at most as deep as they were read
  if (!value.known()) return false;
  if (value.shape == Shape::Scalar || value.shape == Shape::Quantity) {
    if (value.type == ScalarType::Null)
      out += "null";
    else if (value.type == ScalarType::String)
      write_string(out, value.text);
    else
      out += value.text;
    return true;
  }
  if (value.shape == Shape::Map || value.shape == Shape::Block) {
    std::vector<const Entry*> entries;
    for (const Entry& entry : value.entries) entries.push_back(&entry);
    std::stable_sort(entries.begin(), entries.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
    out += '{';
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i > 0) out += ',';
      write_string(out, entries[i]->key);
      out += ':';
      if (!write(out, entries[i]->value)) return false;
    }
    out += '}';
    return true;
  }
  out += '[';
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) out += ',';
    if (!write(out, value.items[i])) return false;
  }
  out += ']';
  return true;
}

}  // namespace

std::optional<Value> read_json(const SourceView& source, const TemplateText& string) {
  if (string.parts.empty() || string.parts.front().hole || string.parts.back().hole) return std::nullopt;
  const std::string_view first =
      trim(source.text.substr(string.parts.front().bytes.begin, string.parts.front().bytes.size()));
  if (first.empty() || (first.front() != '{' && first.front() != '[')) return std::nullopt;
  const FlatText flat = flatten(source, string, mark);
  if (!looks_like_json(flat.text)) return std::nullopt;
  std::vector<const Value*> holes;
  for (const TemplatePart& part : string.parts) {
    if (part.hole) holes.push_back(&*part.hole);
  }
  const auto marks = std::count(flat.text.begin(), flat.text.end(), hole_mark);
  if (static_cast<std::size_t>(marks) != holes.size()) return std::nullopt;  // the author wrote one of our marks
  return Reader(flat, std::move(holes), source.region(string.bytes), source.offset).document();
}

std::optional<Value> read_json(std::string_view text, Region region) {
  if (!looks_like_json(text) || text.find(hole_mark) != std::string_view::npos) return std::nullopt;
  const FlatText flat{std::string(text), {}};
  return Reader(flat, {}, region, 0).document();
}

std::optional<Value> read_json_in_place(const SourceView& source) {
  if (!looks_like_json(source.text) || source.text.find(hole_mark) != std::string_view::npos) return std::nullopt;
  FlatText flat{std::string(source.text), std::vector<std::uint32_t>(source.text.size() + 1)};
  std::iota(flat.map.begin(), flat.map.end(), std::uint32_t{0});
  const ByteRange all{0, static_cast<std::uint32_t>(source.text.size())};
  return Reader(flat, {}, source.region(all), source.offset).document();
}

std::optional<std::string> write_json(const Value& value) {
  std::string out;
  return write(out, value) ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace redtag::terraform
