#include "lower/terraform/recover.h"

#include <utility>

#include "lower/terraform/kinds.h"
#include "lower/terraform/statements.h"

namespace redtag::terraform {

namespace {

// Each level reads the text inside a broken block once more, so this bounds the work; broken code nests rarely deeper.
constexpr unsigned deepest_recovery = 8;
// The grammar's own recovery is quadratic in strings nested in one another; nobody writes them this deep.
constexpr std::size_t deepest_string = 64;

class Recovery {
 public:
  Recovery(const SourceFileView& file, Declarer& declarer, Model& model)
      : file_(file), declarer_(declarer), model_(model), parsed_bytes_left_(4 * file.text.size()) {}

  void read_top() {
    const ByteRange all{0, static_cast<std::uint32_t>(file_.text.size())};
    for (const Statement& statement : cut_statements(file_.text, all, Level::Top)) {
      if (!declarer_.has_room()) return note_gap(statement.bytes, "more declarations than the limit for one file");
      if (!belongs_to_top(statement)) {
        // A window that starts inside a block shows how it goes on; that says nothing against the file.
        if (!file_.partial || statement.kind != Statement::Kind::Stray) note_gap(statement.bytes, unread_reason());
        continue;
      }
      Block around;
      read(statement, 0, around);
      for (Entry& entry : around.entries) declarer_.declare(std::move(entry));
      for (Block& block : blocks_) declarer_.declare(std::move(block));
      blocks_.clear();
    }
  }

 private:
  [[nodiscard]] std::string unread_reason() const {
    return file_.partial ? "the start of this block is not in the patch" : "does not parse as HCL";
  }
  void note_gap(ByteRange bytes, std::string reason) {
    model_.gaps.push_back(
        {SourceView{file_, file_.text, file_.offset}.region(bytes), Stack::Terraform, std::move(reason)});
  }

  [[nodiscard]] bool belongs_to_top(const Statement& statement) const {
    if (!file_.partial) return statement.kind != Statement::Kind::Stray;
    if (statement.kind == Statement::Kind::Block) return opens_top_block(file_.text, statement.bytes.begin);
    const bool starts_line = statement.bytes.begin == 0 || file_.text[statement.bytes.begin - 1] == '\n';
    return statement.kind == Statement::Kind::Attribute && starts_line && file_.path.ends_with(".tfvars");
  }

  /// Reads one statement into `around`: attributes and nested blocks as entries; at level 0 blocks go to blocks_.
  void read(const Statement& statement, unsigned level, Block& around) {
    const std::string_view text = file_.text.substr(statement.bytes.begin, statement.bytes.size());
    const SourceView source{file_, text, file_.offset + statement.bytes.begin};
    const bool worth_parsing =
        statement.closed && statement.kind != Statement::Kind::Stray && statement.deepest <= deepest_string;
    if (worth_parsing && read_parsed(source, level, around)) return;
    if (worth_parsing && read_without_comma(statement, source, level, around)) return;
    if (statement.kind == Statement::Kind::Block && level < deepest_recovery)
      return read_broken_block(statement, level, around);
    note_gap(statement.bytes, "does not parse as HCL");
    if (statement.kind == Statement::Kind::Stray) return;
    Entry entry;
    entry.key = file_.text.substr(statement.name.begin, statement.name.size());
    entry.region = source.region(ByteRange{0, statement.bytes.size()});
    entry.value = unknown_value(folded(text), "it does not parse as HCL", entry.region);
    entry.value.expression = Expression::Opaque;
    around.entries.push_back(std::move(entry));
  }

  /// HCL 1 let a comma end an attribute, and Terraform up to 0.11 took it.
  bool read_without_comma(const Statement& statement, const SourceView& source, unsigned level, Block& around) {
    const std::size_t last = source.text.find_last_not_of(" \t\r\n");
    if (statement.kind != Statement::Kind::Attribute || last == std::string_view::npos || source.text[last] != ',')
      return false;
    return read_parsed(SourceView{file_, source.text.substr(0, last), source.offset}, level, around);
  }

  bool read_parsed(const SourceView& source, unsigned level, Block& around) {
    if (source.text.size() > parsed_bytes_left_) return false;
    parsed_bytes_left_ -= source.text.size();
    const Expected<syntax::Tree> tree = syntax::Tree::parse(syntax::Grammar::Hcl, source.text);
    if (!tree || tree->root().has_error()) return false;
    BlockReader reader(source, model_.gaps);
    syntax::Cursor at(tree->root());
    if (!at.to_first_child() || !at.to_first_child()) return true;  // config_file > body > statement
    do {
      if (at.node().kind() == kinds().attribute) {
        around.entries.push_back(reader.read_attribute(at, level, around.scripts));
      } else if (at.node().kind() == kinds().block) {
        Block block = reader.read_block(at, level);
        keep(std::move(block), level, around);
      }
    } while (at.to_next_sibling());
    return true;
  }

  void keep(Block block, unsigned level, Block& around) {
    if (level == 0) {
      blocks_.push_back(std::move(block));
    } else {
      hand_up_scripts(block, around);
      around.entries.push_back(as_entry(std::move(block)));
    }
  }

  void read_broken_block(const Statement& statement, unsigned level, Block& around) {
    const SourceView source{file_, file_.text, file_.offset};
    Block block;
    block.keyword = file_.text.substr(statement.name.begin, statement.name.size());
    block.region = source.region(statement.bytes);
    block.header = source.region(ByteRange{statement.bytes.begin, statement.open});
    read_labels(statement, source, block);
    ByteRange body{statement.open + 1, statement.bytes.end};
    if (statement.closed && body.size() > 0) --body.end;
    for (const Statement& inner : cut_statements(file_.text, body, Level::Inner)) read(inner, level + 1, block);
    place_scripts(block);
    keep(std::move(block), level, around);
  }

  void read_labels(const Statement& statement, const SourceView& source, Block& block) const {
    std::uint32_t at = statement.name.end;
    while (at < statement.open) {
      const char c = file_.text[at];
      if (c == ' ' || c == '\t' || c == '\r') {
        ++at;
        continue;
      }
      const std::uint32_t begin = at + (c == '"' ? 1 : 0);
      const std::size_t stop = file_.text.find_first_of(c == '"' ? "\"" : " \t\r\"{", begin);
      const std::uint32_t end =
          std::min(static_cast<std::uint32_t>(std::min<std::size_t>(stop, statement.open)), statement.open);
      at = std::max(end + (c == '"' ? 1 : 0), at + 1);
      block.labels.push_back(
          known_string(std::string(file_.text.substr(begin, end - begin)), source.region(ByteRange{begin, end})));
      block.header.bytes.end = file_.offset + std::min(at, statement.open);
    }
  }

  const SourceFileView& file_;
  Declarer& declarer_;
  Model& model_;
  std::size_t parsed_bytes_left_;
  std::vector<Block> blocks_;
};

}  // namespace

void recover(const SourceFileView& file, Declarer& declarer, Model& model) {
  Recovery(file, declarer, model).read_top();
}

}  // namespace redtag::terraform
