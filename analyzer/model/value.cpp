#include "model/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace redtag {

namespace {

Value known_scalar(ScalarType type, std::string text, Region region) {
  Value value;
  value.presence = Presence::Known;
  value.type = type;
  value.text = std::move(text);
  value.region = region;
  return value;
}

/// The canonical spelling of a decimal number, or the text itself where it is none.
std::string canonical_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // Beyond 2^53 two different integers may be one double: the text is the safer identity there.
  if (error != std::errc() || end != text.data() + text.size() || std::fabs(number) >= 9007199254740992.0) {
    return std::string(text);
  }
  char buffer[64];
  const auto written = std::to_chars(buffer, buffer + sizeof(buffer), number);
  return std::string(buffer, written.ptr);
}

void quote_into(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

constexpr std::size_t show_items = 64;  // more of a list than anybody reads on one line

class Shower {
 public:
  explicit Shower(std::size_t limit) : limit_(limit) {}
  void add(const Value& value) {
    if (out_.size() > limit_) return;
    if (value.sensitive) {
      out_ += "(sensitive)";
    } else if (value.presence == Presence::Absent) {
      out_ += "(absent)";
    } else if (value.presence == Presence::Unknown) {
      out_ += value.text.empty() ? "(unknown)" : value.text;
    } else if (value.shape == Shape::Scalar || value.shape == Shape::Quantity) {
      add_scalar(value);
    } else if (!value.entries.empty() || value.shape == Shape::Map || value.shape == Shape::Block) {
      add_entries(value);
    } else {
      add_items(value);
    }
  }
  std::string take() { return shortened(out_, limit_); }

 private:
  void add_scalar(const Value& value) {
    if (value.type == ScalarType::Null) {
      out_ += "null";
    } else if (value.type == ScalarType::String) {
      quote_into(out_, value.text);
    } else {
      out_ += value.text;
    }
  }
  void add_entries(const Value& value) {
    out_ += '{';
    for (std::size_t i = 0; i < value.entries.size() && i < show_items; ++i) {
      out_ += i == 0 ? "" : ", ";
      out_ += value.entries[i].key + " = ";
      add(value.entries[i].value);
    }
    out_ += '}';
  }
  void add_items(const Value& value) {
    out_ += '[';
    for (std::size_t i = 0; i < value.items.size() && i < show_items; ++i) {
      out_ += i == 0 ? "" : ", ";
      add(value.items[i]);
    }
    out_ += ']';
  }
  std::string out_;
  std::size_t limit_;
};

std::string canonical_scalar(const Value& value) {
  if (value.type == ScalarType::Null) return "null";
  std::string out;
  // "true" and true, "3" and 3 are the same to every reader of these formats, so all scalars are spelled alike.
  quote_into(out, value.type == ScalarType::Bool ? value.text : canonical_number(value.text));
  return out;
}

std::string canonical_items(const Value& value) {
  std::vector<std::string> parts;
  parts.reserve(value.items.size());
  for (const Value& item : value.items) parts.push_back(canonical(item));
  const bool ordered = value.shape == Shape::List || value.shape == Shape::Rules;
  if (!ordered) {
    std::sort(parts.begin(), parts.end());
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  }
  std::string out = ordered ? "[" : "<";
  for (const std::string& part : parts) out += part + ",";
  return out + (ordered ? "]" : ">");
}

std::string canonical_entries(const Value& value) {
  std::vector<std::string> parts;
  parts.reserve(value.entries.size());
  for (const Entry& entry : value.entries) {
    if (entry.value.presence == Presence::Absent || (entry.value.known() && entry.value.is_null())) continue;
    std::string part;
    quote_into(part, entry.key);
    parts.push_back(part + ":" + canonical(entry.value));
  }
  std::sort(parts.begin(), parts.end());
  std::string out = "{";
  for (const std::string& part : parts) out += part + ",";
  return out + "}";
}

}  // namespace

Value known_string(std::string text, Region region) { return known_scalar(ScalarType::String, std::move(text), region); }

Value known_number(std::string text, Region region) { return known_scalar(ScalarType::Number, std::move(text), region); }

Value known_bool(bool value, Region region) { return known_scalar(ScalarType::Bool, value ? "true" : "false", region); }

Value unknown_value(std::string text, std::string reason, Region region) {
  Value value;
  value.presence = Presence::Unknown;
  value.text = std::move(text);
  value.reason = std::move(reason);
  value.region = region;
  return value;
}

const Value* find_entry(const Value& map, std::string_view key) {
  const auto found = std::find_if(map.entries.begin(), map.entries.end(), [&](const Entry& e) { return e.key == key; });
  return found == map.entries.end() ? nullptr : &found->value;
}

bool same_value(const Value& a, const Value& b) {
  if (a.sensitive || b.sensitive) {
    Value x = a, y = b;
    x.sensitive = y.sensitive = false;
    return canonical(x) == canonical(y);
  }
  return canonical(a) == canonical(b);
}

std::string show(const Value& value, std::size_t limit) {
  Shower shower(limit);
  shower.add(value);
  return shower.take();
}

std::string canonical(const Value& value) {
  if (value.sensitive) return "sensitive";
  switch (value.presence) {
    case Presence::Absent: return "absent";
    case Presence::Unknown: return "?" + value.text;
    case Presence::Known:
    case Presence::Defaulted: break;
  }
  switch (value.shape) {
    case Shape::Scalar:
    case Shape::Quantity: return canonical_scalar(value);
    case Shape::Map:
    case Shape::Block: return canonical_entries(value);
    case Shape::List:
    case Shape::Set:
    case Shape::Rules:
    case Shape::Permissions:
    case Shape::Addresses: break;
  }
  return value.entries.empty() ? canonical_items(value) : canonical_items(value) + canonical_entries(value);
}

}  // namespace redtag
