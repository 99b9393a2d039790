#include "lower/kubernetes/documents.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "document/twin.h"
#include "lower/yaml_source.h"

namespace redtag::kubernetes {

namespace {

using document::Member;
using document::Node;

constexpr std::size_t most_documents = 20'000;

/// Does a document begin or end at this line?
bool is_border(std::string_view line) {
  const bool mark = line.starts_with("---") || line.starts_with("...");
  return mark && (line.size() == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r' || line[3] == '\n' ||
                  line[3] == '#');
}

/// The texts between the borders, each with what stands on the border's own line behind it.
std::vector<ByteRange> pieces_of(std::string_view text) {
  std::vector<ByteRange> pieces;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t newline = text.find('\n', at);
    const std::size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    if (is_border(text.substr(at, end - at)) && pieces.size() < most_documents) {
      pieces.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at)});
      begin = at + 3;
    }
    at = end;
  }
  pieces.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(text.size())});
  return pieces;
}

class Reader {
 public:
  Reader(std::string_view text, Documents& into) : text_(text), into_(into) {}

  void read(ByteRange piece) {
    std::string part(text_.substr(piece.begin, piece.size()));
    // A border may carry a comment or a tag; only what stands on later lines matters to us.
    if (trim(part).empty()) return;
    LenientYaml read = read_leniently(part, budget_);
    for (Node& root : read.roots) into_.all.push_back({std::move(root), piece.begin, piece});
    if (!read.whole.empty()) {
      into_.unread.push_back({piece, "does not parse as YAML: " + read.whole});
      return;
    }
    for (const ByteRange& bytes : read.left_out) {
      into_.unread.push_back(
          {{piece.begin + bytes.begin, piece.begin + bytes.end}, "a line that does not parse as YAML"});
    }
  }

 private:
  std::string_view text_;
  Documents& into_;
  std::size_t budget_ = most_bytes_searched;
};

// ---- directives that stand alone, put where their output would stand

class Placer {
 public:
  Placer(std::string_view text, ReadDocument& document) : text_(text), document_(document) {}

  void place(const Directive& directive) {
    Node* at = &document_.root;
    for (;;) {
      if (at->type == document::NodeType::Null) return fill(*at, directive);
      if (at->type != document::NodeType::Mapping) return;
      Member* before = last_before(*at, directive);
      if (before == nullptr || directive.column <= column(before->key_bytes.begin)) return add_member(*at, directive);
      Node& value = before->value;
      if (value.type == document::NodeType::Null) return fill(value, directive);
      if (value.type == document::NodeType::Sequence) {
        at = item_for(value, directive);
        if (at == nullptr) return;
      } else if (value.type == document::NodeType::Mapping) {
        at = &value;
      } else {
        return add_member(*at, directive);
      }
    }
  }

 private:
  [[nodiscard]] std::uint32_t begin_of(const Directive& directive) const {
    return directive.bytes.begin - document_.offset;
  }

  [[nodiscard]] std::uint32_t column(std::uint32_t offset) const {
    const std::size_t at = document_.offset + offset;
    const std::size_t newline = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
    return static_cast<std::uint32_t>(newline == std::string_view::npos ? at : at - newline - 1);
  }

  Member* last_before(Node& mapping, const Directive& directive) const {
    Member* found = nullptr;
    for (Member& member : mapping.members) {
      if (member.key_bytes.begin < begin_of(directive)) found = &member;
    }
    return found;
  }

  [[nodiscard]] Node hidden(const Directive& directive) const {
    Node node;
    node.type = document::NodeType::String;
    node.text = directive.text;
    node.bytes = {begin_of(directive), directive.bytes.end - document_.offset};
    return node;
  }

  void fill(Node& value, const Directive& directive) const { value = hidden(directive); }

  void add_member(Node& mapping, const Directive& directive) const {
    Member member;
    member.key = directive.text;
    member.value = hidden(directive);
    member.key_bytes = member.value.bytes;
    mapping.members.push_back(std::move(member));
  }

  /// The item of a sequence that the directive belongs to; nullptr once it has become an item of its own.
  Node* item_for(Node& sequence, const Directive& directive) const {
    Node* last = nullptr;
    for (Node& item : sequence.items) {
      if (item.bytes.begin < begin_of(directive)) last = &item;
    }
    if (last != nullptr && last->type == document::NodeType::Mapping && directive.column >= column(last->bytes.begin))
      return last;
    sequence.items.push_back(hidden(directive));
    return nullptr;
  }

  std::string_view text_;
  ReadDocument& document_;
};

void place_directives(std::string_view text, Documents& documents) {
  for (ReadDocument& document : documents.all) {
    Placer placer(text, document);
    const DirectiveRange range = directives_in(documents.directives, document.bytes);
    for (std::size_t i = range.first; i < range.last; ++i) {
      const Directive& directive = documents.directives[i];
      if (directive.alone && directive.kind == DirectiveKind::Output) placer.place(directive);
    }
  }
}

Documents read_all(std::string_view text, syntax::Twin* twin) {
  Documents documents;
  const std::vector<ByteRange> pieces = pieces_of(text);
  // One document, which may have a border in front: it is the text, so that its twin helps.
  const bool alone = pieces.size() == 1 || (pieces.size() == 2 && pieces[0].size() == 0);
  if (alone && twin != nullptr && !trim(text.substr(pieces.back().begin)).empty()) {
    if (auto roots = document::parse_yaml_stream(text, "d", document::Repeats::Kept, twin)) {
      for (Node& root : *roots) documents.all.push_back({std::move(root), 0, pieces.back()});
      return documents;
    }
  }
  Reader reader(text, documents);
  for (const ByteRange& piece : pieces) reader.read(piece);
  return documents;
}

}  // namespace

Documents read_documents(std::string_view text, Templating templating, syntax::Twin* twin) {
  if (templating == Templating::Never || !has_directives(text)) return read_all(text, twin);
  if (templating == Templating::IfNeeded) {
    Documents plain = read_all(text, twin);
    if (plain.unread.empty()) return plain;
  }
  Masked masked = mask(text);
  Documents documents = read_all(masked.text, nullptr);
  documents.directives = std::move(masked.directives);
  place_directives(masked.text, documents);
  return documents;
}

}  // namespace redtag::kubernetes
