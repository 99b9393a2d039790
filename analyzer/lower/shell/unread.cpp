// What hides what it does: mutations in a request's text, programs that are decoded or downloaded and run at once, and names that
// only look like the program they seem to be.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/operation.h"
#include "lower/shell/vocabulary.h"
#include "model/spared.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_text = std::size_t{64} << 10;
constexpr std::size_t most_sources = 8;
constexpr std::size_t most_before = 64;  ///< commands that are looked at for the one that wrote a file

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_byte(char c) { return is_letter(c) || c == '_' || (c >= '0' && c <= '9'); }

/// `volumeDelete`, `deleteProject`, `purgeCache` …: one of the words in a name says that it destroys.
bool sounds_final(std::string_view name) {
  const std::string plain = lower_ascii(name);
  for (const std::string_view verb : {"delete", "destroy", "purge", "wipe", "terminate"}) {
    const std::size_t at = plain.find(verb);
    if (at == std::string::npos) continue;
    const std::size_t end = at + verb.size();
    // `deleted` and `deletedAt` are fields.
    if (end < plain.size() && plain[end] == 'd' && name[end] == 'd') continue;
    return true;
  }
  return false;
}

/// What a name is about, for the class of what is lost.
std::string_view class_of_name(std::string_view name) {
  struct Noun {
    std::string_view word;
    std::string_view cls;
  };
  static constexpr std::array nouns{Noun{"volume", "storage"},
                                    Noun{"disk", "storage"},
                                    Noun{"bucket", "storage"},
                                    Noun{"backup", "backup"},
                                    Noun{"snapshot", "backup"},
                                    Noun{"database", "database"},
                                    Noun{"project", "organization"},
                                    Noun{"environment", "organization"},
                                    Noun{"zone", "dns"},
                                    Noun{"domain", "dns"},
                                    Noun{"key", "key"},
                                    Noun{"secret", "secret"},
                                    Noun{"user", "identity"},
                                    Noun{"repository", "registry"}};
  const std::string plain = lower_ascii(name);
  for (const Noun& noun : nouns) {
    if (plain.find(noun.word) != std::string::npos) return noun.cls;
  }
  return "other";
}

void read_mutations(const LineView& line, std::string_view text, Region region, const FactTables& facts,
                    std::vector<Operation>& out) {
  text = text.substr(0, most_text);
  const std::size_t start = text.find("mutation");
  if (start == std::string_view::npos) return;
  const std::size_t body = text.find('{', start);
  if (body == std::string_view::npos) return;
  for (std::size_t at = body; at < text.size();) {
    if (!is_letter(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && is_name_byte(text[at])) ++at;
    const std::string_view name = text.substr(begin, at - begin);
    const std::size_t next = text.find_first_not_of(" \t\n", at);
    if (next == std::string_view::npos || text[next] != '(' || !sounds_final(name)) continue;
    Operation operation = begin_operation(line, Verb::Destroy, std::string(name));
    operation.program = "graphql";
    operation.object = std::string(class_of_name(name));
    operation.arming = Arming::Armed;
    operation.region = region.valid() ? region : operation.region;
    const std::size_t close = std::min(text.find(')', next), text.size());
    std::string argument(text.substr(next + 1, close - next - 1));
    std::erase_if(argument, [](char c) { return c == variable_begin || c == variable_end || c == '\\'; });
    operation.target = known_string(shortened(trim(argument), 120), operation.region);
    cite(operation, facts, "graphql", name);
    out.push_back(std::move(operation));
  }
}

/// Characters that nobody sees.
constexpr std::array<std::string_view, 6> invisible{"\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d",
                                                    "\xe2\x81\xa0", "\xef\xbb\xbf", "\xc2\xad"};

/// The name in plain letters if it mixes those with look-alikes or with what nobody sees; empty otherwise.
std::string unmasked(std::string_view name) {
  std::string plain;
  bool masked = false, plain_letters = false;
  for (std::size_t i = 0; i < name.size();) {
    const auto twins = look_alikes();
    const auto twin = std::find_if(twins.begin(), twins.end(),
                                   [&](const LookAlike& t) { return name.substr(i).starts_with(t.bytes); });
    if (twin != twins.end()) {
      plain += twin->letter;
      i += twin->bytes.size();
      masked = true;
      continue;
    }
    const auto unseen = std::find_if(invisible.begin(), invisible.end(),
                                     [&](std::string_view bytes) { return name.substr(i).starts_with(bytes); });
    if (unseen != invisible.end()) {
      i += unseen->size();
      masked = true;
      continue;
    }
    // Full-width forms follow ASCII at a fixed distance.
    const auto byte = [&](std::size_t k) { return i + k < name.size() ? static_cast<unsigned char>(name[i + k]) : 0U; };
    if (byte(0) == 0xef && (byte(1) == 0xbc || byte(1) == 0xbd)) {
      const unsigned code = ((byte(0) & 15U) << 12) | ((byte(1) & 63U) << 6) | (byte(2) & 63U);
      if (code >= 0xff01 && code <= 0xff5e) {
        plain += static_cast<char>(code - 0xfee0);
        i += 3;
        masked = true;
        continue;
      }
    }
    // Letters of Greek, Cyrillic and Armenian among plain ones: whatever they look like, nobody names a program so.
    const unsigned letter = (byte(0) & 0xe0) == 0xc0 ? ((byte(0) & 31U) << 6) | (byte(1) & 63U) : 0;
    if (letter >= 0x370 && letter < 0x590) {
      plain += '?';
      i += 2;
      masked = true;
      continue;
    }
    if (byte(0) >= 0x80) return {};
    plain_letters = plain_letters || is_letter(name[i]);
    plain += name[i++];
  }
  return masked && (plain_letters || plain.find('?') == std::string::npos) ? plain : std::string();
}

bool decodes(std::string_view program) { return is_listed(List::Decoder, program); }
bool downloads(std::string_view program) { return is_listed(List::Downloader, program); }

bool runs_its_input(const LineView& line) {
  const std::string& program = line.invocation.program;
  const bool shell = is_shell(program) || program == "fish" || program == "pwsh";
  const bool other = program == "python" || program == "python3" || program == "perl" || program == "ruby" ||
                     program == "node" || program == "php";
  if (!shell && !other) return false;
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    const std::string& text = line.text(i);
    if (text == "-" || text == "-s" || text == "/dev/stdin") return true;
    if (text.empty() || text[0] != '-' || text.find('c') != std::string::npos) return false;
  }
  return true;
}

std::string first_program(const LineView& line, std::size_t command) {
  std::vector<std::string> texts;
  for (const Argument& word : line.scope.arguments(command)) texts.push_back(word.text);
  const std::vector<Invocation> runs = strip(texts);
  return runs.empty() ? std::string() : runs.back().program;
}

/// Something in front of the line compares a digest or a signature: `sha256sum -c`, `gpg --verify`.
bool compares_before(const LineView& line) {
  const std::size_t first = line.command > most_before ? line.command - most_before : 0;
  for (std::size_t i = line.command; i-- > first;) {
    const Command& command = line.script.commands[i];
    if (command.words.empty()) continue;
    const std::string name(base_name(marked_text(command.words[0].parts)));
    if (!is_listed(List::DigestCheck, name)) continue;
    const bool asked = std::any_of(command.words.begin(), command.words.end(), [](const Word& word) {
      return word.source == "--check" || word.source == "--verify" || word.source == "verify" ||
             word.source == "verify-blob" || word.source == "verify-artifact" || word.source.starts_with("-V") ||
             (word.source.starts_with("-") && !word.source.starts_with("--") &&
              word.source.find('c') != std::string::npos);
    });
    if (asked || name == "gpgv") return true;
  }
  return false;
}

void add_unread(const LineView& line, std::string_view object, const std::string& source, std::vector<Operation>& out) {
  Operation operation = begin_operation(line, Verb::Run, "unread");
  operation.object = std::string(object);
  operation.target = unknown_value(shortened(source, 160), "a program that does not stand here", operation.region);
  operation.arming = Arming::Armed;
  operation.certainty = std::max(operation.certainty, Certainty::Likely);
  if (compares_before(line)) operation.arguments.push_back(spared("what fails its digest", ""));
  out.push_back(std::move(operation));
}

/// `\x72`, `\162`, `\u0072`: letters by their numbers.
bool spells_by_number(std::string_view text) {
  for (std::size_t at = text.find('\\'); at != std::string_view::npos && at + 2 < text.size();
       at = text.find('\\', at + 1)) {
    const char kind = text[at + 1], digit = text[at + 2];
    const bool number = digit >= '0' && digit <= '9';
    if ((kind >= '0' && kind <= '7' && number) ||
        ((kind == 'x' || kind == 'u' || kind == 'U') && (number || is_letter(digit))))
      return true;
  }
  return false;
}

bool rewrites(std::string_view program) { return is_listed(List::Rewriter, program); }

/// `… | base64 -d | sh`: the pipe's commands from the shell back to the first.
void read_pipe(const LineView& line, std::vector<Operation>& out) {
  if (!runs_its_input(line)) return;
  std::optional<std::size_t> source = line.as_written().piped;
  bool decoded = false, downloaded = false, changed = false, stands_here = false;
  std::string text;
  for (std::size_t step = 0; source && step < most_sources; ++step) {
    const std::string program = first_program(line, *source);
    decoded = decoded || decodes(program);
    downloaded = downloaded || downloads(program);
    changed = changed || rewrites(program);
    text = line.script.commands[*source].source;
    const bool prints = program == "printf" || program == "echo";
    stands_here = prints || program == "cat" || program == "tee";
    decoded = decoded || (prints && (spells_by_number(text) || changed));
    source = line.script.commands[*source].piped;
  }
  if (text.empty()) return;
  if (downloaded) return add_unread(line, "downloaded program", text, out);
  if (decoded) return add_unread(line, "hidden program", text, out);
  if (!stands_here || changed) add_unread(line, "generated program", text, out);
}

/// What a command in a word's `$(…)` decodes or downloads.
void read_output_parts(const LineView& line, const std::vector<Part>& parts, std::vector<Operation>& out) {
  for (const Part& part : parts) {
    if (part.kind != PartKind::Output) continue;
    const std::string_view source = std::string_view(part.text).substr(0, 4096);
    bool decoded = false, downloaded = false;
    for (const std::string_view stage : split(source, '|')) {
      std::string_view first = trim(stage);
      first = first.substr(0, first.find_first_of(" \t\n"));
      decoded = decoded || (decodes(base_name(first)) && base_name(first) != "tr");
      downloaded = downloaded || downloads(base_name(first));
    }
    if (decoded && !downloaded) add_unread(line, "hidden program", std::string(source), out);
    if (downloaded) add_unread(line, "downloaded program", std::string(source), out);
  }
}

/// `eval "$(echo … | base64 -d)"`, `sh -c "$(curl …)"`, `bash <(curl …)`, `bash <<< "$(base64 -d …)"`.
void read_outputs(const LineView& line, std::vector<Operation>& out) {
  const std::string& program = line.invocation.program;
  const bool evaluates = program == "eval" || program == "source" || program == "." || is_shell(program);
  if (!evaluates) return;
  for (std::size_t i = line.first(); i < line.last(); ++i) read_output_parts(line, line.words[i].word->parts, out);
  if (!runs_its_input(line)) return;
  for (const Redirect& redirect : line.as_written().redirects) {
    if (redirect.kind != RedirectKind::Write && redirect.kind != RedirectKind::Append)
      read_output_parts(line, redirect.word.parts, out);
  }
}

/// The file that a command writes: where its output goes, or what it is told to save as.
std::string written_file(const LineView& line, std::size_t command) {
  const Command& writer = line.script.commands[command];
  for (const Redirect& redirect : writer.redirects) {
    if (redirect.kind == RedirectKind::Write)
      return tidy_path(text_of(line.scope.read(redirect.word, command).front()));
  }
  for (std::size_t i = 1; i + 1 < writer.words.size(); ++i) {
    const std::string_view option = writer.words[i].source;
    const bool cluster = option.size() < 8 && option.starts_with("-") && !option.starts_with("--") &&
                         (option.ends_with("o") || option.ends_with("O"));
    if (cluster || option == "--output" || option == "--output-document" || option == "-out")
      return tidy_path(text_of(line.scope.read(writer.words[i + 1], command).front()));
  }
  return {};
}

/// Asked for many commands: whether a closer look is worth it.
bool may_fetch(const Command& command) {
  const std::size_t few = std::min<std::size_t>(command.words.size(), 3);
  return std::any_of(command.words.begin(), command.words.begin() + static_cast<std::ptrdiff_t>(few),
                     [](const Word& word) {
                       const std::string_view name = base_name(word.source);
                       return decodes(name) || downloads(name);
                     });
}

/// `… | base64 -d > x`, `curl -o x …`, and then `sh x` or `./x`.
void read_file(const LineView& line, std::vector<Operation>& out) {
  std::size_t named = line.invocation.begin;
  if (is_shell(line.invocation.program)) {
    const std::vector<std::size_t> operands = line.operands("-o -O");
    if (operands.empty() || line.has("-c")) return;
    named = operands.front();
  }
  if (named >= line.words.size()) return;
  const Argument& program = line.words[named];
  if (program.readings.empty() || (named == line.invocation.begin && program.text.find('/') == std::string::npos))
    return;
  const std::string file = tidy_path(text_of(program.readings.front()));
  const std::size_t first = line.command > most_before ? line.command - most_before : 0;
  for (std::size_t i = line.command; i-- > first && !file.empty();) {
    if (!may_fetch(line.script.commands[i])) continue;
    const std::string writer = first_program(line, i);
    if ((!decodes(writer) && !downloads(writer)) || written_file(line, i) != file) continue;
    return add_unread(line, downloads(writer) ? "downloaded program" : "hidden program", line.script.commands[i].source,
                      out);
  }
}

/// `${!name} x`, `read line; $line`, also in `eval`: what runs is decided by what nobody sees here.
void read_name(const LineView& line, std::vector<Operation>& out) {
  if (line.invocation.begin >= line.words.size()) return;
  const Argument& name = line.words[line.invocation.begin];
  // `/bin/r?`: which one that is depends on what lies there.
  const std::string_view base = base_name(name.text);
  const bool matched = name.text.starts_with('/') && base.find_first_of("?[*") != std::string_view::npos;
  // `… | xargs -I{} sh -c '{}'`
  const bool handed = line.invocation.reads_operands && is_shell(line.invocation.program) && line.has("-c") &&
                      line.text(line.last() - 1) == "{}";
  if (matched || handed) return add_unread(line, "unnamed program", name.word->source, out);
  if (name.word->parts.size() != 1 || name.readings.empty() || name.readings.front().size() != 1) return;
  const Hole hole = name.readings.front().front().hole;
  const bool forced = line.has_word("-rf") || line.has_word("-fr") || line.has_word("-Rf");
  const bool made = hole == Hole::Output || hole == Hole::Several || hole == Hole::Item;
  if (hole == Hole::Indirect || hole == Hole::Input || (forced && made))
    add_unread(line, "unnamed program", name.word->source, out);
}

}  // namespace

Handled lower_mutations(const LineView& line, const FactTables& facts, std::vector<Operation>& out) {
  const std::string& program = line.invocation.program;
  const bool client = program == "curl" || program == "gh" || program == "http" || program == "xh" || program == "wget";
  const std::size_t known = out.size();
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    const std::string text = marked_text(line.words[i].word->parts);
    // `gql "mutation { … }"`: whatever sends it, it is written to be sent.
    if (!client && !trim(text).starts_with("mutation")) continue;
    read_mutations(line, text, line.words[i].word->region, facts, out);
  }
  if (!client) return out.size() > known ? Handled::Yes : Handled::No;
  for (const std::vector<Part>* parts : input_texts(line)) read_mutations(line, marked_text(*parts), {}, facts, out);
  return out.size() > known ? Handled::Yes : Handled::No;
}

void lower_decoding(const LineView& line, std::string_view program, std::vector<Operation>& out) {
  static constexpr std::array<std::string_view, 15> decoding{
      "chr(",          "fromcharcode", "[::-1]",        "b64decode",       "base64.decode",
      "decode_base64", "fromhex",      "codecs.decode", "zlib.decompress", "unpack(",
      "unpack1(",      "pack(",        "base64_decode", "gzinflate",       "'base64'"};
  static constexpr std::array<std::string_view, 8> running{"exec",  "eval",  "system",   "subprocess",
                                                           "popen", "spawn", "passthru", "`"};
  const std::string plain = lower_ascii(program.substr(0, most_text));
  const auto holds = [&](std::string_view word) { return plain.find(word) != std::string::npos; };
  const bool glued = holds("getattr(shutil") || holds("getattr(os") || holds("getattr(__import__");
  if (glued ||
      (std::any_of(decoding.begin(), decoding.end(), holds) && std::any_of(running.begin(), running.end(), holds)))
    return add_unread(line, "hidden program", line.as_written().source, out);
  // What awk prints into a shell.
  static constexpr std::array<std::string_view, 4> pipes{"|\"sh\"", "|\"bash\"", "|\"/bin/sh\"", "|\"/bin/bash\""};
  std::string dense = plain;
  std::erase(dense, ' ');
  const bool piped = line.invocation.program.ends_with("awk") &&
                     std::any_of(pipes.begin(), pipes.end(),
                                 [&](std::string_view each) { return dense.find(each) != std::string::npos; });
  if (piped) add_unread(line, "generated program", line.as_written().source, out);
}

void lower_unwatched(const LineView& line, std::vector<Operation>& out) {
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    if (!is_listed(List::UnwatchedOption, line.text(i))) continue;
    Operation operation = begin_operation(line, Verb::Unguard, "unwatched");
    operation.object = "assistant";
    operation.target = known_string(line.text(i), line.words[i].word->region);
    operation.arming = Arming::Armed;
    return out.push_back(std::move(operation));
  }
}

void lower_unread(const LineView& line, std::vector<Operation>& out) {
  read_pipe(line, out);
  read_outputs(line, out);
  read_file(line, out);
  read_name(line, out);
  const std::string plain = unmasked(line.invocation.program);
  if (!plain.empty()) add_unread(line, "look-alike program", plain, out);
}

}  // namespace redtag::shell
