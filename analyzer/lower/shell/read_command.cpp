#include <algorithm>
#include <utility>

#include "base/text.h"
#include "lower/shell/reader.h"

namespace redtag::shell {

namespace {

/// Elements of an array that are told apart.
constexpr std::size_t most_elements = 256;

/// So much of a command's text is kept for people.
constexpr std::size_t kept_source = 4000;

/// A variable that an outer shell puts in, as a person would write it.
std::string without_marks(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == variable_begin) plain += '$';
    if (c != variable_begin && c != variable_end) plain += c;
  }
  return plain;
}

}  // namespace

void Reader::read_command(const NodeView& node, BlockId block) {
  Command command;
  read_command_parts(node, block, command);
  // `a=x b=y` on a line of its own: to the grammar, the words of the next line are its command.
  ByteRange bytes = node.bytes();
  std::uint32_t end = 0, begin = 0;
  for (const NodeView& child : syntax::children(node)) {
    if (begin == 0 && child.kind() == kinds().assignment) end = child.bytes().end;
    if (begin == 0 && child.kind() == kinds().command_name) begin = child.bytes().begin;
  }
  const bool apart = end > 0 && begin > end && text_.substr(end, begin - end).find('\n') != std::string_view::npos &&
                     text_.substr(end, begin - end).find('\\') == std::string_view::npos;
  if (apart && !command.words.empty()) {
    Command set;
    set.assignments = std::exchange(command.assignments, {});
    push(std::move(set), block, {bytes.begin, end});
    bytes.begin = begin;
  }
  push(std::move(command), block, bytes);
}

void Reader::read_command_parts(const NodeView& node, BlockId block, Command& command) {
  const Kinds& k = kinds();
  if (node.kind() == k.assignment) return read_assignment(node, block, command);
  for (const NodeView& child : syntax::children(node)) {
    const std::uint16_t kind = child.kind();
    if (kind == k.assignment && child.named()) {
      read_assignment(child, block, command);
    } else if (kind == k.file_redirect || kind == k.here_string) {
      read_redirect(child, block, command);
    } else if (kind == k.subshell || child.error()) {
      visit(child, block);
    } else if (child.named() || node.kind() == k.declaration || node.kind() == k.unset || text_of(child) == "$") {
      read_outputs(child, block);
      command.words.push_back(read_word(child));
      if (command.words.size() == 1) take_brace(child, command.words.back());
    }
  }
}

/// `{rm,-rf,/x}` is one word that expands to three; to the grammar it begins a group.
void Reader::take_brace(const NodeView& node, Word& word) {
  const std::uint32_t begin = node.bytes().begin;
  const bool braced =
      begin > 0 && text_[begin - 1] == '{' && word.source.ends_with('}') && word.source.find(',') != std::string::npos;
  if (!braced) return;
  const std::string_view whole = text_.substr(begin - 1, node.bytes().size() + 1);
  word.source = without_marks(whole);
  word.parts = lex_parts(whole, begin - 1, *origin_, Quoting::Word);
}

void Reader::read_assignment(const NodeView& node, BlockId block, Command& command) {
  Assignment assignment;
  for (const NodeView& child : syntax::children(node)) {
    if (!child.named()) {
      assignment.append = assignment.append || text_of(child) == "+=";
    } else if (assignment.name.empty()) {
      const std::string_view name = text_of(child);
      assignment.name = std::string(name.substr(0, name.find('[')));
      assignment.array = child.kind() == kinds().subscript;
    } else {
      read_outputs(child, block);
      assignment.value = read_word(child);
      const bool list = text_of(child).starts_with("(");
      assignment.array = assignment.array || list;
      if (!list) continue;
      for (const NodeView& element : syntax::named_children(child)) {
        if (assignment.elements.size() >= most_elements) break;
        assignment.elements.push_back(read_word(element));
      }
    }
  }
  if (assignment.value.source.empty()) assignment.value.region = region(node);
  command.assignments.push_back(std::move(assignment));
}

void Reader::read_test(const NodeView& node, BlockId block) {
  Command command;
  std::vector<NodeView> stack{node};
  while (!stack.empty()) {
    const NodeView at = stack.back();
    stack.pop_back();
    const bool leaf = at.first_child().null();
    if (leaf || is_word_kind(at.kind())) {
      read_outputs(at, block);
      command.words.push_back(read_word(at));
      continue;
    }
    const std::vector<NodeView> children = syntax::children(at);
    stack.insert(stack.end(), children.rbegin(), children.rend());
  }
  push(std::move(command), block, node.bytes());
}

void Reader::read_redirect(const NodeView& node, BlockId block, Command& command) {
  Redirect redirect;
  std::string_view sign;
  std::string_view descriptor;
  bool named_file = false;
  for (const NodeView& child : syntax::children(node)) {
    if (!child.named()) {
      sign = text_of(child);
    } else if (child.kind() == kinds().descriptor) {
      descriptor = text_of(child);
    } else {
      read_outputs(child, block);
      if (named_file) {  // the grammar takes words behind the file as further files
        command.words.push_back(read_word(child));
      } else {
        redirect.word = read_word(child);
      }
      named_file = true;
    }
  }
  if (sign == "<<<") {
    redirect.kind = RedirectKind::HereString;
  } else if (sign == ">>" || sign == "&>>") {
    redirect.kind = RedirectKind::Append;
  } else if (sign == ">" || sign == ">|" || sign == "&>") {
    redirect.kind = RedirectKind::Write;
  } else {
    redirect.kind = RedirectKind::Read;
  }
  if (!named_file) return;
  if (sign == "<&") {  // what a descriptor was opened on before: `bash <&3`
    const std::string number = marked_text(redirect.word.parts);
    if (number.size() != 1 || number[0] < '3' || number[0] > '9') return;
    redirect.word.parts.front().text = "/dev/fd/" + number;
    redirect.word.parts.front().map.clear();
  }
  if (sign == ">&") return;
  redirect.standard = descriptor.empty() || descriptor == "0" || descriptor == "1";
  if (!redirect.standard) redirect.descriptor = std::string(descriptor);
  command.redirects.push_back(std::move(redirect));
}

void Reader::push(Command command, BlockId block, ByteRange bytes) {
  if (bytes.size() > 0) {
    command.region = origin_->region(bytes.begin, bytes.end);
    command.source = without_marks(text_.substr(bytes.begin, std::min<std::size_t>(bytes.size(), kept_source)));
  } else {
    command.recovered = true;
    for (const Word& word : command.words) command.source += (command.source.empty() ? "" : " ") + word.source;
  }
  command.block = block;
  script_.commands.push_back(std::move(command));
  const std::size_t index = script_.commands.size() - 1;
  const bool fed = !script_.commands[index].redirects.empty();
  read_nested(index, Nested::Words);
  if (fed) read_nested(index, Nested::HereDocuments);
}

Word Reader::read_word(const NodeView& node) {
  const ByteRange bytes = node.bytes();
  Word word;
  word.source = without_marks(text_of(node));
  word.region = region(node);
  word.parts = lex_parts(text_of(node), bytes.begin, *origin_, Quoting::Word);
  // A quote that nothing closes swallows what follows.
  const std::vector<NodeView> children =
      node.kind() == kinds().string ? syntax::children(node) : std::vector<NodeView>();
  if (!children.empty() && children.back().error()) script_.unread.push_back(word.region);
  return word;
}

void Reader::read_outputs(const NodeView& node, BlockId block) {
  std::vector<NodeView> stack{node};
  while (!stack.empty()) {
    const NodeView at = stack.back();
    stack.pop_back();
    if (at.kind() == kinds().output || at.kind() == kinds().process) {
      visit(at, block);
      continue;
    }
    const std::vector<NodeView> children = syntax::named_children(at);
    stack.insert(stack.end(), children.rbegin(), children.rend());
  }
}

void Reader::read_redirected(const NodeView& node, BlockId block) {
  const Kinds& k = kinds();
  const std::size_t first = script_.commands.size();
  std::optional<std::size_t> simple;  // the command that the redirections belong to
  Command own;                        // `> file` on its own, or behind a compound statement
  std::vector<NodeView> documents;
  bool fed = false;  // a text goes into the command that was read before it
  for (const NodeView& child : syntax::children(node)) {
    const std::uint16_t kind = child.kind();
    if (kind == k.file_redirect || kind == k.here_string || kind == k.here) {
      Command addition;
      kind == k.here ? read_here_document(child, block, addition) : read_redirect(child, block, addition);
      if (kind == k.here) documents.push_back(child);
      fed = fed || ((kind == k.here || kind == k.here_string) && simple);
      Command& into = simple ? script_.commands[*simple] : own;
      std::move(addition.redirects.begin(), addition.redirects.end(), std::back_inserter(into.redirects));
      std::move(addition.words.begin(), addition.words.end(), std::back_inserter(into.words));
    } else if (child.named() || child.error()) {
      visit(child, block);
      const bool one = kind == k.command || kind == k.list || kind == k.pipeline || kind == k.test ||
                       kind == k.declaration || kind == k.assignment || kind == k.negated || kind == k.redirected;
      if (one && script_.commands.size() > first) simple = last_outside_outputs(first, block);
    }
  }
  if (!simple && own.redirects.empty()) return;
  if (!simple) {
    own.words.clear();
    push(std::move(own), block, node.bytes());
    simple = script_.commands.size() - 1;
  }
  note_written(*simple);
  if (fed) read_nested(*simple, Nested::HereDocuments);
  read_fed(*simple);
  for (const NodeView& document : documents) read_behind_here_document(document, block, *simple);
}

/// The command that was read last, without those that came after it because it holds a shell text.
std::size_t Reader::last_outside_outputs(std::size_t first, BlockId block) const {
  std::size_t last = script_.commands.size() - 1;
  while (last > first && inside_nested(script_.commands[last].block, block)) --last;
  return last;
}

void Reader::read_here_document(const NodeView& node, BlockId block, Command& command) {
  const Kinds& k = kinds();
  bool verbatim = false;
  std::string descriptor;
  for (const NodeView& child : syntax::children(node)) {
    const std::uint16_t kind = child.kind();
    if (kind == k.descriptor) {
      descriptor = std::string(text_of(child));
    } else if (kind == k.here_start) {
      verbatim = text_of(child).find_first_of("'\"\\") != std::string_view::npos;
    } else if (kind == k.here_body) {
      if (!verbatim) read_outputs(child, block);
      Redirect redirect;
      redirect.kind = RedirectKind::Here;
      redirect.standard = descriptor.empty() || descriptor == "0";
      if (!redirect.standard) redirect.descriptor = descriptor;
      redirect.word.region = region(child);
      redirect.word.parts =
          lex_parts(text_of(child), child.bytes().begin, *origin_, verbatim ? Quoting::Verbatim : Quoting::Document);
      command.redirects.push_back(std::move(redirect));
    } else if (kind == k.file_redirect || kind == k.here_string) {
      read_redirect(child, block, command);
    } else if (is_word_kind(kind)) {
      read_outputs(child, block);
      command.words.push_back(read_word(child));
    }
  }
}

void Reader::read_behind_here_document(const NodeView& node, BlockId block, std::size_t source) {
  const Kinds& k = kinds();
  bool on_success = true;
  for (const NodeView& child : syntax::children(node)) {
    const std::uint16_t kind = child.kind();
    if (!child.named()) {
      on_success = text_of(child) != "||";
    } else if (kind == k.pipeline) {
      read_pipeline(child, block, source);
    } else if (kind == k.command || kind == k.list || kind == k.test || kind == k.redirected || kind == k.subshell) {
      const BlockId inner = open(on_success ? BlockKind::Then : BlockKind::Else, block, child, {source, source + 1});
      visit(child, inner);
      close(inner);
    }
  }
}

void Reader::read_nested(std::size_t index, Nested which) {
  if (shells_ >= nested_shells) return;
  std::vector<std::string> texts;
  for (const Word& word : script_.commands[index].words) texts.push_back(marked_text(word.parts));
  // `run sh -c '…'`: a function that runs its arguments stands for them.
  if (!texts.empty() && forwards_.count(texts.front()) > 0) texts.front() = "command";
  if (which == Nested::Words) read_set(index);
  if (which == Nested::Words && !written_.empty()) read_written(index, texts);
  for (const NestedText& nested : nested_texts(script_.commands[index], texts)) {
    if (nested.redirect.has_value() == (which == Nested::HereDocuments)) read_nested_text(index, nested);
  }
}

/// Remembers a function that runs its own arguments: `run() { log "$*"; "$@"; }`.
void Reader::note_forwards(BlockId function) {
  const Block& block = script_.blocks[function.value];
  for (std::size_t i = block.body.first; i < block.body.last && !block.name.empty(); ++i) {
    const std::vector<Word>& words = script_.commands[i].words;
    const auto all = std::find_if(words.begin(), words.end(), [](const Word& word) {
      return word.parts.size() == 1 && word.parts[0].kind == PartKind::Variable && word.parts[0].text == "@";
    });
    if (all == words.end()) continue;
    const std::string name = marked_text(words.front().parts);
    if (name != "echo" && name != "printf" && name != "logger") forwards_.insert(block.name);
  }
}

void Reader::read_nested_text(std::size_t index, const NestedText& nested) {
  const Command& command = script_.commands[index];
  Origin inner;
  inner.file = origin_->file;
  inner.side = origin_->side;
  std::string text;
  const auto add = [&](const std::vector<Part>& parts) {
    for (const Part& part : parts) {
      const bool output = part.kind == PartKind::Output;
      const auto document = output ? printed_document(part.text) : std::nullopt;
      const auto printed = output && !document ? printed_text(part.text) : std::nullopt;
      const std::string piece = document ? std::string(*document) : printed ? *printed : marked_text({part});
      for (std::size_t i = 0; i < piece.size(); ++i)
        inner.map.push_back(part.kind == PartKind::Text ? part.at(i) : part.begin);
      text += piece;
    }
  };
  const auto cut = [&] {
    const std::size_t count = std::min(nested.skip, text.size());
    text.erase(0, count);
    inner.map.erase(inner.map.begin(), inner.map.begin() + static_cast<std::ptrdiff_t>(count));
  };
  if (nested.redirect) add(command.redirects[*nested.redirect].word.parts);
  for (std::size_t i = nested.first; i < nested.last; ++i) {
    if (i > nested.first && !inner.map.empty()) {
      text += ' ';
      inner.map.push_back(inner.map.back());
    }
    add(command.words[i].parts);
  }
  cut();
  if (nested.table) drop_times(text, inner.map);
  if (nested.list) keep_commands(text, inner.map);
  if (nested.escapes) keep_escapes(text, inner.map);
  if (nested.recipes) keep_recipes(text, inner.map);
  if (!text.empty()) read_inner(index, text, std::move(inner), nested);
}

void Reader::read_inner(std::size_t index, const std::string& text, Origin origin, const NestedText& how) {
  const Command& command = script_.commands[index];
  origin.map.push_back(origin.map.back() + 1);
  Block block;
  block.kind = how.trap ? BlockKind::Function : BlockKind::Subshell;
  block.name = how.trap ? "trap" : "";
  block.parent = command.block;
  block.region = command.region;
  block.elsewhere = how.whereabouts == Whereabouts::Elsewhere;
  const std::size_t leading = how.redirect ? command.words.size() : std::min(how.first, command.words.size());
  for (std::size_t i = 0; block.elsewhere && i < leading; ++i) {
    block.through += (i == 0 ? "" : " ") + marked_text(command.words[i].parts);
  }
  block.thrown_away = how.whereabouts == Whereabouts::Container;
  if (how.given) block.given = Block::Given{index, how.given->first, how.given->last, how.fed};
  block.body.first = script_.commands.size();
  script_.blocks.push_back(std::move(block));
  script_.commands[index].read_inside = true;
  const BlockId id{static_cast<std::uint32_t>(script_.blocks.size() - 1)};
  read(text, origin, id, shells_ + 1);
  close(id);
}

}  // namespace redtag::shell
