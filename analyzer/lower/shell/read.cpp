#include "lower/shell/reader.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace redtag::shell {

const Kinds& kinds() {
  const auto of = [](std::string_view name) { return syntax::kind_of(syntax::Grammar::Bash, name); };
  static const Kinds table{of("list"),
                           of("pipeline"),
                           of("redirected_statement"),
                           of("command"),
                           of("declaration_command"),
                           of("unset_command"),
                           of("test_command"),
                           of("negated_command"),
                           of("for_statement"),
                           of("while_statement"),
                           of("c_style_for_statement"),
                           of("if_statement"),
                           of("elif_clause"),
                           of("else_clause"),
                           of("case_statement"),
                           of("case_item"),
                           of("function_definition"),
                           of("subshell"),
                           of("variable_assignment"),
                           of("variable_assignments"),
                           of("command_substitution"),
                           of("process_substitution"),
                           of("file_redirect"),
                           of("heredoc_redirect"),
                           of("herestring_redirect"),
                           of("heredoc_start"),
                           of("heredoc_body"),
                           of("command_name"),
                           of("word"),
                           of("string"),
                           of("raw_string"),
                           of("ansi_c_string"),
                           of("translated_string"),
                           of("number"),
                           of("expansion"),
                           of("simple_expansion"),
                           of("concatenation"),
                           of("arithmetic_expansion"),
                           of("brace_expression"),
                           of("file_descriptor"),
                           of("variable_name"),
                           of("do_group"),
                           of("subscript"),
                           of("regex"),
                           of("extglob_pattern"),
                           of("test_operator"),
                           of("comment"),
                           of("heredoc_end")};
  return table;
}

bool is_word_kind(std::uint16_t kind) {
  const Kinds& k = kinds();
  const std::uint16_t words[] = {k.word,   k.string,        k.raw_string,       k.ansi_string,   k.translated,
                                 k.number, k.expansion,     k.simple_expansion, k.concatenation, k.arithmetic,
                                 k.braces, k.output,        k.process,          k.command_name,  k.variable_name,
                                 k.regex,  k.test_operator, k.extglob};
  return std::find(std::begin(words), std::end(words), kind) != std::end(words);
}

void Reader::read(std::string_view text, const Origin& origin, BlockId block, unsigned shells) {
  auto tree = syntax::Tree::parse(syntax::Grammar::Bash, text, twin_);
  if (!tree) {
    script_.unread.push_back(origin.region(0, text.size()));
    return;
  }
  const std::string_view outer_text = std::exchange(text_, text);
  const Origin* outer_origin = std::exchange(origin_, &origin);
  const unsigned outer_shells = std::exchange(shells_, shells);
  visit_children(tree->root(), block);
  text_ = outer_text;
  origin_ = outer_origin;
  shells_ = outer_shells;
}

BlockId Reader::open(BlockKind kind, BlockId parent, const NodeView& node, CommandRange condition) {
  Block block;
  block.kind = kind;
  block.parent = parent;
  block.condition = condition;
  block.body.first = script_.commands.size();
  block.region = region(node);
  script_.blocks.push_back(std::move(block));
  return BlockId{static_cast<std::uint32_t>(script_.blocks.size() - 1)};
}

void Reader::visit_children(const NodeView& node, BlockId block) {
  for (const NodeView& child : syntax::children(node)) {
    if (child.named() || child.error()) visit(child, block);
  }
}

void Reader::visit(const NodeView& node, BlockId block) {
  if (depth_ >= limits::nesting || script_.commands.size() >= limits::entities_per_file) {
    script_.unread.push_back(region(node));
    return;
  }
  ++depth_;
  visit_statement(node, block);
  --depth_;
}

void Reader::visit_statement(const NodeView& node, BlockId block) {
  const Kinds& k = kinds();
  const std::uint16_t kind = node.kind();
  if (node.error()) return read_broken(node, block);
  if (kind == k.command) return read_command(node, block);
  if (kind == k.assignment || kind == k.assignments || kind == k.declaration || kind == k.unset)
    return read_command(node, block);
  if (kind == k.test) return read_test(node, block);
  if (kind == k.list) return read_list(node, block);
  if (kind == k.pipeline) return read_pipeline(node, block, std::nullopt);
  if (kind == k.redirected) return read_redirected(node, block);
  if (kind == k.if_block) return read_if(node, block);
  if (kind == k.for_loop) return read_for(node, block);
  if (kind == k.while_loop) return read_while(node, block);
  if (kind == k.case_block) return read_case(node, block);
  if (kind == k.function) return read_function(node, block);
  if (kind == k.negated) return read_negated(node, block);
  if (kind == k.subshell || kind == k.output || kind == k.process) {
    const BlockId inner = open(kind == k.subshell ? BlockKind::Subshell : BlockKind::Output, block, node);
    visit_children(node, inner);
    return close(inner);
  }
  if (is_word_kind(kind) || kind == k.comment) return read_outputs(node, block);
  visit_children(node, block);
}

void Reader::read_list(const NodeView& node, BlockId block) {
  struct Right {
    NodeView node;
    bool on_success;
  };
  std::vector<Right> spine;  // iterated: a long `a && b && …` nests to the left
  NodeView at = node;
  while (!at.null() && at.kind() == kinds().list) {
    bool on_success = true;
    NodeView left, right;
    for (const NodeView& child : syntax::children(at)) {
      if (left.null()) left = child;
      if (!child.named() && !child.error()) on_success = text_of(child) != "||";
      if (child.named() || child.error()) right = child;
    }
    spine.push_back({right, on_success});
    at = left;
  }
  const std::size_t first = script_.commands.size();
  if (!at.null()) visit(at, block);
  for (auto item = spine.rbegin(); item != spine.rend(); ++item) {
    if (item->node.null()) continue;
    const BlockId inner = open(item->on_success ? BlockKind::Then : BlockKind::Else, block, item->node, since(first));
    visit(item->node, inner);
    close(inner);
  }
}

void Reader::read_pipeline(const NodeView& node, BlockId block, std::optional<std::size_t> source) {
  for (const NodeView& child : syntax::children(node)) {
    if (!child.named() && !child.error()) continue;
    const std::size_t first = script_.commands.size();
    visit(child, block);
    const std::size_t last = script_.commands.size();
    if (source && first < last) {
      std::size_t reader = first;  // commands of $(…) in its words come before it
      while (reader + 1 < last && inside_output(script_.commands[reader].block, block)) ++reader;
      script_.commands[reader].piped = source;
      script_.commands[*source].feeds_pipe = true;
      read_piped(reader);
    }
    if (first < last) source = last - 1;  // not what a shell at its end reads
  }
}

bool Reader::inside_output(BlockId inner, BlockId outer) const {
  for (; inner.value > outer.value; inner = script_.blocks[inner.value].parent) {
    if (script_.blocks[inner.value].kind == BlockKind::Output) return true;
  }
  return false;
}

bool Reader::inside_nested(BlockId inner, BlockId outer) const {
  for (; inner.value > outer.value; inner = script_.blocks[inner.value].parent) {
    const BlockKind kind = script_.blocks[inner.value].kind;
    if (kind == BlockKind::Subshell || kind == BlockKind::Function) return true;
  }
  return false;
}

void Reader::read_if(const NodeView& node, BlockId block) {
  std::size_t first = script_.commands.size();
  BlockId current = block;  // where conditions are evaluated: the else block of the clause before
  BlockId body = block;
  std::vector<BlockId> alternatives;  // else blocks, which hold each other
  const auto enter = [&](BlockKind kind, const NodeView& at, CommandRange condition) {
    const BlockId inner = open(kind, current, at, condition);
    if (kind == BlockKind::Else) alternatives.push_back(inner);
    return inner;
  };
  CommandRange condition;
  const auto is_clause = [](const NodeView& child) {
    return child.named() && (child.kind() == kinds().elif || child.kind() == kinds().else_block);
  };
  std::vector<NodeView> clauses;
  const auto walk = [&](const NodeView& clause) {
    for (const NodeView& child : syntax::children(clause)) {
      if (!child.named() && text_of(child) == "then") {
        condition = since(first);
        body = enter(BlockKind::Then, clause, condition);
      } else if (is_clause(child)) {
        clauses.push_back(child);
      } else if (child.named() || child.error()) {
        visit(child, body);
      }
    }
  };
  walk(node);
  for (std::size_t i = 0; i < clauses.size(); ++i) {
    const NodeView clause = clauses[i];
    if (body != current) close(body);
    current = enter(BlockKind::Else, clause, condition);
    body = current;
    first = script_.commands.size();
    if (clause.kind() == kinds().else_block) {
      visit_children(clause, body);
    } else {
      walk(clause);
    }
  }
  if (body != current) close(body);
  for (const BlockId inner : alternatives) close(inner);
}

void Reader::read_for(const NodeView& node, BlockId block) {
  std::string name;
  std::vector<Word> values;
  bool chosen = false;
  for (const NodeView& child : syntax::children(node)) {
    if (!child.named()) {
      chosen = chosen || text_of(child) == "select";
    } else if (child.kind() == kinds().do_group) {
      const BlockId loop = open(chosen ? BlockKind::Select : BlockKind::Loop, block, node);
      script_.blocks[loop.value].name = name;
      script_.blocks[loop.value].values = std::move(values);
      visit_children(child, loop);
      return close(loop);
    } else if (name.empty() && child.kind() == kinds().variable_name) {
      name = std::string(text_of(child));
    } else {
      read_outputs(child, block);
      values.push_back(read_word(child));
    }
  }
}

void Reader::read_while(const NodeView& node, BlockId block) {
  const std::size_t first = script_.commands.size();
  for (const NodeView& child : syntax::children(node)) {
    if (child.named() && child.kind() == kinds().do_group) {
      const BlockId loop = open(BlockKind::Loop, block, node, since(first));
      visit_children(child, loop);
      close(loop);
    } else if (child.named() || child.error()) {
      visit(child, block);
    }
  }
}

void Reader::read_case(const NodeView& node, BlockId block) {
  Word subject;
  for (const NodeView& child : syntax::named_children(node)) {
    if (child.kind() != kinds().case_item) {
      read_outputs(child, block);
      subject = read_word(child);
      continue;
    }
    const BlockId item = open(BlockKind::Case, block, child);
    script_.blocks[item.value].values.push_back(subject);
    bool pattern = true;
    for (const NodeView& part : syntax::children(child)) {
      if (pattern && part.named()) {
        script_.blocks[item.value].name +=
            (script_.blocks[item.value].name.empty() ? "" : "|") + std::string(text_of(part));
      } else if (pattern) {
        pattern = text_of(part) != ")";
      } else if (part.named() || part.error()) {
        visit(part, item);
      }
    }
    close(item);
  }
}

void Reader::read_function(const NodeView& node, BlockId block) {
  static const std::uint16_t name_field = syntax::field_of(syntax::Grammar::Bash, "name");
  const NodeView name = node.field(name_field);
  const BlockId function = open(BlockKind::Function, block, node);
  if (!name.null()) script_.blocks[function.value].name = std::string(text_of(name));
  for (const NodeView& child : syntax::named_children(node)) {
    if (child.bytes() != name.bytes()) visit(child, function);
  }
  close(function);
  note_forwards(function);
}

void Reader::read_negated(const NodeView& node, BlockId block) {
  const std::size_t first = script_.commands.size();
  visit_children(node, block);
  if (first < script_.commands.size()) script_.commands.back().negated = true;
}

namespace {

/// What is read as it stands even beside text that does not parse.
bool is_statement(const NodeView& node) {
  const Kinds& k = kinds();
  const std::uint16_t statements[] = {k.command,     k.redirected,  k.pipeline,   k.list,     k.if_block, k.for_loop,
                                      k.c_for,       k.while_loop,  k.case_block, k.function, k.subshell, k.assignment,
                                      k.assignments, k.declaration, k.unset,      k.test,     k.negated,  k.comment};
  return !node.error() && std::find(std::begin(statements), std::end(statements), node.kind()) != std::end(statements);
}

}  // namespace

/// One odd word makes the grammar give up on a function or a file around it. Its statements are still read, so only what lies between
/// them is not.
void Reader::note_unread(const NodeView& node) {
  std::uint32_t from = node.bytes().begin;
  const auto add = [&](std::uint32_t to) {
    const std::string_view between = from < to ? text_.substr(from, to - from) : std::string_view();
    const std::size_t first = between.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return;
    const std::size_t last = between.find_last_not_of(" \t\r\n");
    script_.unread.push_back(origin_->region(from + first, from + last + 1));
  };
  for (const NodeView& child : syntax::children(node)) {
    if (!is_statement(child)) continue;
    add(child.bytes().begin);
    from = child.bytes().end;
  }
  add(node.bytes().end);
}

void Reader::read_broken(const NodeView& node, BlockId block) {
  note_unread(node);
  Command loose;
  std::uint32_t line_end = 0;
  const auto flush = [&] {
    if (!loose.words.empty()) push(std::exchange(loose, Command{}), block, ByteRange{});
  };
  for (const NodeView& child : syntax::children(node)) {
    const ByteRange bytes = child.bytes();
    const bool same_line =
        line_end > 0 && text_.substr(line_end, bytes.begin - line_end).find('\n') == std::string_view::npos;
    if (!same_line) flush();
    if (is_word_kind(child.kind())) {
      read_outputs(child, block);
      if (loose.words.empty()) loose.region = region(child);
      loose.words.push_back(read_word(child));
      loose.region.bytes.end = origin_->at(bytes.end);
    } else {
      flush();
      const std::size_t first = script_.commands.size();
      if (child.named() || child.error()) visit(child, block);
      for (std::size_t i = first; i < script_.commands.size(); ++i) script_.commands[i].recovered = true;
    }
    line_end = bytes.end;
  }
  flush();
}

bool within(const Script& script, BlockId inner, BlockId outer) {
  while (inner.value > outer.value) inner = script.blocks[inner.value].parent;
  return inner == outer;
}

BlockId procedure_of(const Script& script, BlockId block) {
  while (block.value != 0 && script.blocks[block.value].kind != BlockKind::Function)
    block = script.blocks[block.value].parent;
  return block;
}

Script read_script(std::string_view text, const Origin& origin, syntax::Twin* twin) {
  Script script;
  Block whole;
  whole.region = origin.region(0, text.size());
  script.blocks.push_back(std::move(whole));
  Reader(script, twin).read(text, origin, BlockId{0}, 0);
  script.blocks[0].body.last = script.commands.size();
  return script;
}

}  // namespace redtag::shell
