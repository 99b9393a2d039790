#include "lower/terraform/render.h"

#include <algorithm>
#include <span>
#include <vector>

#include "base/hash.h"
#include "base/limits.h"

namespace redtag::terraform {

namespace {

constexpr std::size_t longest_text = 4096;

/// Writes an expression. Values nest at most limits::nesting deep, and so does this.
class Renderer {
 public:
  void add(const Value& value) {
    if (out_.size() > 4 * longest_text) return;  // the digest is over this much; two that differ only behind it are one
    if (value.presence == Presence::Absent) return;
    if (value.known()) return add_known(value);
    switch (value.expression) {
      case Expression::None:
      case Expression::Opaque: out_ += value.text; return;
      case Expression::Reference: return add_path(value, value.text, 0);
      case Expression::Call: return add_call(value);
      case Expression::Template: return add_template(value);
      case Expression::Conditional: return add_joined(value.items, {" ? ", " : "});
      case Expression::Operator: return add_operator(value);
      case Expression::For: return add_for(value);
    }
  }
  std::string take() {
    if (out_.size() > longest_text) {
      const std::string digest = sha256_hex(out_).substr(0, 16);
      out_.resize(longest_text);
      out_ += "#" + digest;
    }
    return std::move(out_);
  }

 private:
  void quote(std::string_view text) {
    for (const char c : text) {
      if (c == '"' || c == '\\') out_ += '\\';
      if (c == '\n')
        out_ += "\\n";
      else
        out_ += c;
    }
  }
  void add_known(const Value& value) {
    if (value.shape == Shape::Map || value.shape == Shape::Block) return add_entries(value);
    if (value.shape != Shape::Scalar && value.shape != Shape::Quantity) {
      out_ += '[';
      add_list(value.items);
      out_ += ']';
    } else if (value.type == ScalarType::Null) {
      out_ += "null";
    } else if (value.type == ScalarType::String) {
      out_ += '"';
      quote(value.text);
      out_ += '"';
    } else {
      out_ += value.text;
    }
  }
  void add_entries(const Value& value) {
    std::vector<const Entry*> entries;
    for (const Entry& entry : value.entries) entries.push_back(&entry);
    std::stable_sort(entries.begin(), entries.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
    out_ += '{';
    for (std::size_t i = 0; i < entries.size(); ++i) {
      out_ += i == 0 ? "" : ", ";
      out_ += entries[i]->key + " = ";
      add(entries[i]->value);
    }
    out_ += '}';
  }
  void add_list(const std::vector<Value>& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += ", ";
      add(items[i]);
    }
  }
  void add_joined(const std::vector<Value>& items, std::vector<std::string_view> between) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += between[std::min(i - 1, between.size() - 1)];
      add_operand(items[i]);
    }
  }
  /// Parentheses only where two operators meet, so that needless ones in the source do not count.
  void add_operand(const Value& value) {
    const bool compound =
        !value.known() && (value.expression == Expression::Conditional ||
                           (value.expression == Expression::Operator && value.text[0] != '.' && value.text[0] != '['));
    if (compound) out_ += '(';
    add(value);
    if (compound) out_ += ')';
  }
  void add_path(const Value& value, std::string_view path, std::size_t operand) {
    std::size_t from = 0;
    for (std::size_t at = path.find("[]"); at != std::string_view::npos; at = path.find("[]", from)) {
      out_ += path.substr(from, at - from);
      out_ += '[';
      if (operand < value.items.size()) add(value.items[operand++]);
      out_ += ']';
      from = at + 2;
    }
    out_ += path.substr(from);
  }
  void add_call(const Value& value) {
    if (value.text == "{}") {
      out_ += '{';
      for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
        out_ += i == 0 ? "(" : ", (";
        add(value.items[i]);
        out_ += ") = ";
        add(value.items[i + 1]);
      }
      out_ += '}';
      return;
    }
    const bool expands = value.text.ends_with("...");
    out_ += value.text.substr(0, value.text.size() - (expands ? 3 : 0)) + "(";
    add_list(value.items);
    out_ += expands ? "...)" : ")";
  }
  void add_template(const Value& value) {
    if (value.items.empty() && !value.text.empty()) {  // another stack's, written as it stands: `arn:…:table/${Table}`
      out_ += value.text;
      return;
    }
    out_ += '"';
    for (const Value& part : value.items) {
      if (part.known() && part.shape == Shape::Scalar) {
        quote(part.text);
      } else {
        out_ += "${";
        add(part);
        out_ += '}';
      }
    }
    out_ += '"';
  }
  void add_operator(const Value& value) {
    if (value.text[0] == '.' || value.text[0] == '[') {
      if (!value.items.empty()) add_operand(value.items.front());
      return add_path(value, value.text, 1);
    }
    if (value.items.size() == 1) {
      out_ += value.text;
      return add_operand(value.items.front());
    }
    const std::string between = " " + value.text + " ";
    add_joined(value.items, {between});
  }
  void add_for(const Value& value) {
    const bool groups = value.text.ends_with("...");
    const bool map = value.items[1].presence != Presence::Absent;
    out_ += map ? "{for " : "[for ";
    out_ += value.text.substr(0, value.text.size() - (groups ? 3 : 0)) + " in ";
    add(value.items[0]);
    out_ += " : ";
    if (map) {
      add(value.items[1]);
      out_ += " => ";
    }
    add(value.items[2]);
    if (groups) out_ += "...";
    if (value.items[3].presence != Presence::Absent) {
      out_ += " if ";
      add(value.items[3]);
    }
    out_ += map ? "}" : "]";
  }

  std::string out_;
};

/// The places inside an expression that may decide it, since its text no longer says where they are.
void gather_origins(std::span<const Value> operands, Value& into, unsigned levels) {
  constexpr std::size_t most = 12;
  if (levels == 0) return;
  for (const Value& operand : operands) {
    if (into.origins.size() >= most) return;
    if (operand.region.valid() && operand.region.file != into.region.file) into.origins.push_back(operand.region);
    for (const Region& region : operand.origins) {
      if (into.origins.size() < most) into.origins.push_back(region);
    }
    gather_origins(operand.items, into, levels - 1);
    for (const Entry& entry : operand.entries) {
      if (into.origins.size() < most) gather_origins({&entry.value, 1}, into, levels - 1);
    }
  }
}

}  // namespace

std::string render(const Value& value) {
  Renderer renderer;
  renderer.add(value);
  return renderer.take();
}

void settle(Value& value) {
  if (value.known()) {
    if (value.shape == Shape::Scalar || value.shape == Shape::Quantity) {
      gather_origins(value.items, value, limits::nesting);  // of a document that was put together
      value.items.clear();
      value.expression = Expression::None;
    }
    for (Value& item : value.items) settle(item);
    for (Entry& entry : value.entries) settle(entry.value);
    return;
  }
  if (value.presence != Presence::Unknown) return;
  if (value.expression != Expression::None && value.expression != Expression::Opaque) {
    value.text = render(value);
    const bool kept = value.expression == Expression::Reference || value.expression == Expression::Template;
    if (!kept) value.expression = Expression::Opaque;
  }
  gather_origins(value.items, value, limits::nesting);
  value.items.clear();
  value.entries.clear();
}

void settle_keys(Value& value, unsigned levels) {
  const bool made_of_parts = value.expression == Expression::Call || value.expression == Expression::For;
  if (levels == 0 || value.presence != Presence::Unknown || !made_of_parts) return settle(value);
  value.text = render(value);
  gather_origins(value.items, value, limits::nesting);
  for (Value& item : value.items) settle_keys(item, levels - 1);
  value.entries.clear();
}

void name_instead(Value& value) {
  if (value.known()) {
    if (value.shape == Shape::List) value.shape = Shape::Set;
    for (Value& item : value.items) name_instead(item);
    for (Entry& entry : value.entries) name_instead(entry.value);
  } else if (value.presence == Presence::Unknown) {
    value = known_string(render(value), value.region);
  }
}

}  // namespace redtag::terraform
