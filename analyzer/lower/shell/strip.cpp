#include "lower/shell/strip.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/vocabulary.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_option_texts = 16;  ///< of one command

/// Words that only a broken parse leaves in front of a command.
constexpr std::array<std::string_view, 8> keywords{"then", "do", "else", "if", "elif", "while", "!", "{"};

bool is_assignment(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && ((text[end] >= 'a' && text[end] <= 'z') || (text[end] >= 'A' && text[end] <= 'Z') ||
                               text[end] == '_' || (end > 0 && text[end] >= '0' && text[end] <= '9'))) {
    ++end;
  }
  return end > 0 && end < text.size() && text[end] == '=';
}

bool has_word(std::string_view list, std::string_view word) {
  for (const std::string_view item : split(list, ' ')) {
    if (!item.empty() && item == word) return true;
  }
  return false;
}

/// Index behind the wrapper's own name, or nullopt where `texts` at `at` is not it.
std::optional<std::size_t> match_words(const Wrapper& wrapper, std::span<const std::string> texts, std::size_t at) {
  bool first = true;
  for (const std::string_view word : split(wrapper.words, ' ')) {
    if (at >= texts.size()) return std::nullopt;
    if (first ? base_name(texts[at]) != word : texts[at] != word) return std::nullopt;
    first = false;
    ++at;
  }
  return at;
}

std::size_t skip_own_words(const Wrapper& wrapper, std::span<const std::string> texts, std::size_t at) {
  if (wrapper.rest == Rest::AfterDashes) {
    const auto dashes = std::find(texts.begin() + static_cast<std::ptrdiff_t>(at), texts.end(), "--");
    return dashes == texts.end() ? texts.size() : static_cast<std::size_t>(dashes - texts.begin()) + 1;
  }
  std::size_t operands = wrapper.operands;
  while (at < texts.size()) {
    const std::string& text = texts[at];
    if (text == "--") {
      ++at;
      if (operands == 0) break;
    } else if (text.size() > 1 && text[0] == '-') {
      at += has_word(wrapper.valued, text) ? 2 : 1;
    } else if (is_assignment(text) &&
               (wrapper.words == "env" || wrapper.words == "sudo" || wrapper.words == "dotenv")) {
      ++at;
    } else if (operands > 0) {
      --operands;
      ++at;
    } else {
      break;
    }
  }
  return std::min(at, texts.size());
}

struct Found {
  const Wrapper* wrapper;
  std::size_t behind_name;
};

std::optional<Found> find_wrapper(std::span<const std::string> texts, std::size_t at) {
  std::optional<Found> found;
  const std::string_view name = base_name(texts[at]);
  if (name.empty()) return found;
  for (const Wrapper& wrapper : wrappers(name)) {
    const auto behind = match_words(wrapper, texts, at);
    const bool ends = wrapper.rest == Rest::AfterDashes &&
                      std::find(texts.begin() + static_cast<std::ptrdiff_t>(at), texts.end(), "--") == texts.end();
    if (behind && !ends && (!found || *behind > found->behind_name)) found = Found{&wrapper, *behind};
  }
  return found;
}

/// `$DOCKER` usually is docker, `$SUDO` is sudo or nothing.
std::string program_of_variable(std::string_view marked) {
  std::string name = lower_ascii(marked.substr(1, marked.size() - 2));
  for (const std::string_view tail : {"_bin", "_cmd", "_command", "_exe", "_path"}) {
    if (name.size() > tail.size() && name.ends_with(tail)) name.resize(name.size() - tail.size());
  }
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

bool is_variable(std::string_view text) {
  return text.size() > 2 && text.front() == variable_begin && text.find(variable_end) == text.size() - 1;
}

/// `r${x:+y}m`: what stays of a program's name without what is not known in it.
std::string without_holes(std::string_view name) {
  if (name.find(variable_begin) == std::string_view::npos) return std::string(name);
  std::string plain;
  bool hole = false;
  for (const char c : name) {
    if (c == variable_begin || c == variable_end) {
      hole = c == variable_begin;
    } else if (!hole) {
      plain += c;
    }
  }
  const bool word =
      !plain.empty() && std::all_of(plain.begin(), plain.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return word ? plain : std::string(name);
}

/// A container that is started for a command has only what is mounted into it to lose.
Whereabouts whereabouts_of(const Wrapper& wrapper, std::span<const std::string> behind) {
  if (wrapper.whereabouts != Whereabouts::Container) return wrapper.whereabouts;
  for (const std::string& text : behind) {
    if (text == "-v" || text.starts_with("--volume") || text.starts_with("--mount") ||
        (text.starts_with("-v") && text.find(':') != std::string::npos)) {
      return Whereabouts::Elsewhere;
    }
  }
  return Whereabouts::Container;
}

/// Index of the program that an interpreter or package manager at `at` runs, or nullopt where it runs none that has a name.
std::optional<std::size_t> program_behind(std::span<const std::string> texts, std::size_t at) {
  const std::string_view name = base_name(texts[at]);
  std::size_t next = at + 1;
  if (name == "yarn" || name == "pnpm" || name == "bun") {
    const bool known = next < texts.size() && is_listed(List::PackagedTool, texts[next]);
    return known ? std::optional(next) : std::nullopt;
  }
  if (!is_listed(List::Interpreter, name)) return std::nullopt;
  for (; next < texts.size() && texts[next].size() > 1 && texts[next][0] == '-'; ++next) {
    if (texts[next] == "-m" || texts[next] == "-jar")
      return next + 1 < texts.size() ? std::optional(next + 1) : std::nullopt;
    const bool program = texts[next] == "-r" || texts[next].starts_with("-p") || texts[next].starts_with("--eval") ||
                         (texts[next].size() < 7 && texts[next][1] != '-' &&
                          texts[next].find_last_of(name.starts_with("python") ? "c" : "eE") == texts[next].size() - 1);
    if (program) return std::nullopt;
    if (texts[next] == "-W" || texts[next] == "-X" || texts[next] == "-I") ++next;
  }
  return next < texts.size() && texts[next] != "-" ? std::optional(next) : std::nullopt;
}

/// What is left behind the wrappers. The shell text of ssh and watch ends the walk with an empty program.
struct Walk {
  Invocation invocation;
  std::optional<std::size_t> text;    ///< first word of a shell text
  std::optional<std::size_t> starts;  ///< the program that starts a container for the command
};

Walk walk(std::span<const std::string> texts, std::size_t at, Told told = Told::Text) {
  Walk result;
  result.invocation.end = texts.size();
  while (at < texts.size()) {
    if (is_assignment(texts[at]) || std::find(keywords.begin(), keywords.end(), texts[at]) != keywords.end()) {
      ++at;
      continue;
    }
    if (is_variable(texts[at])) {
      const std::string name = program_of_variable(texts[at]);
      if (name.find("sudo") != std::string::npos || name.find("prefix") != std::string::npos) {
        ++at;
        continue;
      }
      result.invocation.program = name;
      break;
    }
    const auto found = find_wrapper(texts, at);
    if (!found) {
      if (const auto behind = program_behind(texts, at)) {
        at = *behind;
        result.invocation.program = std::string(base_name(texts[at]));
        if (result.invocation.program.ends_with(".jar"))
          result.invocation.program.resize(result.invocation.program.size() - 4);
        break;
      }
      result.invocation.program = without_holes(base_name(texts[at]));
      break;
    }
    if (found->wrapper->words == "command" && found->behind_name < texts.size() &&
        (texts[found->behind_name] == "-v" || texts[found->behind_name] == "-V")) {
      result.invocation.query = true;
    }
    if (found->wrapper->words == "xargs" || found->wrapper->words == "parallel")
      result.invocation.reads_operands = true;
    if (found->wrapper->whereabouts != Whereabouts::Here) {
      result.invocation.whereabouts = whereabouts_of(*found->wrapper, texts.subspan(found->behind_name));
    }
    if (found->wrapper->whereabouts == Whereabouts::Container && !result.starts) result.starts = at;
    at = skip_own_words(*found->wrapper, texts, found->behind_name);
    if (found->wrapper->rest == Rest::Text && told == Told::Text) {
      result.text = at;
      break;
    }
  }
  result.invocation.begin = std::min(at, texts.size());
  return result;
}

void add_searched(std::span<const std::string> texts, const Invocation& find, std::vector<Invocation>& out) {
  for (std::size_t i = find.begin + 1; i < texts.size(); ++i) {
    const std::string& word = texts[i];
    if (word != "-exec" && word != "-execdir" && word != "-ok" && word != "-okdir") continue;
    std::size_t end = i + 1;
    while (end < texts.size() && texts[end] != ";" && texts[end] != "+") ++end;
    Walk inner = walk(texts.first(end), i + 1);
    inner.invocation.end = end;
    inner.invocation.search = find.begin;
    if (!inner.invocation.program.empty()) out.push_back(std::move(inner.invocation));
    i = end;
  }
}

/// Index of the text of `sh -c TEXT`, or nullopt. Options may be clustered (`-lc`).
std::optional<std::size_t> command_option(std::span<const std::string> texts, const Invocation& run) {
  for (std::size_t i = run.begin + 1; i < run.end; ++i) {
    const std::string& text = texts[i];
    if (text == "--command" || text == "--run") return i + 1 < run.end ? std::optional(i + 1) : std::nullopt;
    if (text.size() < 2 || text[0] != '-' || text[1] == '-') continue;
    if (text.find('c') == std::string::npos) continue;
    std::size_t at = i + 1;
    while (at < run.end && texts[at].size() > 1 && texts[at][0] == '-') ++at;
    return at < run.end ? std::optional(at) : std::nullopt;
  }
  return std::nullopt;
}

/// Index behind the words of a program and its subcommands, with options between them (`aws --region x ssm send-command`).
std::optional<std::size_t> behind_words(std::string_view words, std::span<const std::string> texts, std::size_t at) {
  bool first = true;
  for (const std::string_view word : split(words, ' ')) {
    for (std::size_t options = 0; !first && at < texts.size() && texts[at] != word && texts[at].starts_with("-");
         ++options) {
      const bool valued = texts[at].find('=') == std::string::npos && at + 1 < texts.size() && texts[at + 1] != word;
      at += valued ? 2 : 1;
      if (options > 8) return std::nullopt;
    }
    if (at >= texts.size() || (first ? base_name(texts[at]) != word : texts[at] != word)) return std::nullopt;
    first = false;
    ++at;
  }
  return at;
}

/// The texts that stand in an option's value: `vagrant ssh -c 'rm -rf /srv'`. Only what escapes to a shell has more than one.
void add_option_texts(std::span<const std::string> texts, std::vector<NestedText>& out) {
  static constexpr std::array<std::string_view, 6> plain{"sudo", "env", "nohup", "time", "command", "exec"};
  std::size_t at = 0;
  while (at < texts.size() &&
         (is_assignment(texts[at]) || std::find(plain.begin(), plain.end(), base_name(texts[at])) != plain.end()))
    ++at;
  if (at >= texts.size()) return;
  const std::string_view program = base_name(texts[at]);
  for (const TextOption& known : text_options()) {
    if (!known.words.starts_with(program)) continue;
    const std::optional<std::size_t> behind = behind_words(known.words, texts, at);
    for (std::size_t i = behind.value_or(texts.size()); i < texts.size(); ++i) {
      const std::size_t sign = texts[i].find('=');
      NestedText nested;
      nested.whereabouts = known.whereabouts;
      nested.list = known.form == TextForm::List;
      nested.escapes = known.form == TextForm::Escapes;
      const bool cluster =
          texts[i].size() > 2 && texts[i].size() < 8 && texts[i][0] == '-' && texts[i][1] != '-' &&
          has_word(known.options, std::string("-") + texts[i].back()) &&
          std::all_of(texts[i].begin() + 1, texts[i].end(), [](char c) { return c >= 'a' && c <= 'z'; });
      if ((has_word(known.options, texts[i]) || cluster) && i + 1 < texts.size()) {
        nested.first = i + 1;
      } else if (texts[i].starts_with("--") && sign != std::string::npos &&
                 has_word(known.options, std::string_view(texts[i]).substr(0, sign))) {
        nested.first = i;
        nested.skip = sign + 1;
      } else {
        continue;
      }
      nested.last = nested.first + 1;
      out.push_back(nested);
      if (!nested.escapes || out.size() >= most_option_texts) return;
    }
  }
}

/// `sed '1e rm -rf /srv'`: the program of sed, where no option gives it.
void add_sed_program(std::span<const std::string> texts, const Invocation& run, std::vector<NestedText>& out) {
  for (std::size_t i = run.begin + 1; i < run.end; ++i) {
    const std::string& text = texts[i];
    if (text == "-e" || text.starts_with("--expression") || text == "-f") return;
    if (text.starts_with("-") && text.size() > 1) continue;
    NestedText nested;
    nested.first = i;
    nested.last = i + 1;
    nested.escapes = true;
    return out.push_back(nested);
  }
}

bool reads_script_from_input(std::span<const std::string> texts, const Invocation& run) {
  for (std::size_t i = run.begin + 1; i < run.end; ++i) {
    if (texts[i] == "-s" || texts[i] == "-" || texts[i] == "/dev/stdin") return true;
    if (texts[i].empty() || texts[i][0] != '-') return false;
  }
  return true;
}

void add_here_documents(const Command& command, std::vector<NestedText>& out) {
  for (std::size_t i = 0; i < command.redirects.size(); ++i) {
    const RedirectKind kind = command.redirects[i].kind;
    if ((kind != RedirectKind::Here && kind != RedirectKind::HereString) || !command.redirects[i].descriptor.empty())
      continue;
    NestedText nested;
    nested.redirect = i;
    out.push_back(nested);
  }
}

void add_words(std::size_t first, std::size_t last, std::vector<NestedText>& out) {
  if (first >= last) return;
  NestedText nested;
  nested.first = first;
  nested.last = last;
  out.push_back(nested);
}

/// `ssh host`, `ssh host bash -s`: what comes in is what it runs.
bool runs_shell(std::span<const std::string> texts, const Walk& outer) {
  const std::size_t at = *outer.text;
  return at >= texts.size() || is_shell(base_name(std::string_view(texts[at]).substr(0, texts[at].find(' '))));
}

}  // namespace

/// Programs that run what they are told later, or by the clock.
bool is_timer(std::string_view program) { return program == "at" || program == "batch"; }

/// `crontab -`, or crontab with no file: a table of jobs comes in.
bool reads_table(std::span<const std::string> texts, const Invocation& run) {
  if (run.program != "crontab") return false;
  for (std::size_t i = run.begin + 1; i < run.end; ++i) {
    if (texts[i] == "-u") {
      ++i;
    } else if (texts[i] != "-") {
      return false;
    }
  }
  return true;
}

bool escapes_to_shell(std::string_view program) {
  const auto all = text_options();
  return std::any_of(all.begin(), all.end(), [&](const TextOption& option) {
    return option.form == TextForm::Escapes && option.words == program && program != "sed" && program != "gsed";
  });
}

bool reads_recipes(std::span<const std::string> texts, const Invocation& run) {
  if (run.program != "make" && run.program != "gmake") return false;
  for (std::size_t i = run.begin + 1; i < run.end; ++i) {
    if (texts[i] == "-f-" || texts[i] == "--file=-" || texts[i] == "--makefile=-") return true;
    // The grammar has no word for a `-` in front of `<<`.
    if (texts[i] == "-f" || texts[i] == "--file")
      return i + 1 >= run.end || texts[i + 1] == "-" || texts[i + 1] == "/dev/stdin";
  }
  return false;
}

bool runs_input(std::span<const std::string> texts) {
  const Walk outer = walk(texts, 0);
  if (outer.text) return outer.invocation.whereabouts == Whereabouts::Elsewhere && runs_shell(texts, outer);
  const std::vector<Invocation> runs = strip(texts);
  if (!runs.empty() && (is_timer(runs.back().program) || reads_table(texts, runs.back()))) return true;
  if (runs.empty() || runs.back().query) return false;
  const Invocation& last = runs.back();
  if (escapes_to_shell(last.program) || reads_recipes(texts, last)) return true;
  const bool sourced = last.program == "source" || last.program == ".";
  if (sourced) return last.begin + 1 < texts.size() && texts[last.begin + 1] == "/dev/stdin";
  if (!is_shell(last.program)) return false;
  return !command_option(texts, runs.back()) && reads_script_from_input(texts, runs.back());
}

Whereabouts where_input_runs(std::span<const std::string> texts) { return walk(texts, 0).invocation.whereabouts; }

bool is_shell(std::string_view program) {
  static constexpr std::array<std::string_view, 7> shells{"sh", "bash", "dash", "zsh", "ksh", "ash", "mksh"};
  return std::find(shells.begin(), shells.end(), program) != shells.end();
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string marked_text(const std::vector<Part>& parts) {
  std::string text;
  for (const Part& part : parts) {
    switch (part.kind) {
      case PartKind::Text: text += part.text; break;
      case PartKind::Variable: {
        const bool element = !part.operand.empty() && part.operand.front().text.starts_with('[');
        const std::string plain = element ? part.operand.front().text : std::string();
        const bool kept = plain.find_first_of("\x01\x02$") == std::string::npos;
        text += variable_begin + part.text + (kept ? plain : std::string()) + variable_end;
        break;
      }
      case PartKind::Output:
      case PartKind::Number: text += variable_begin + std::string("(") + variable_end; break;
    }
  }
  return text;
}

std::vector<Invocation> strip(std::span<const std::string> texts, Told told) {
  std::vector<Invocation> found;
  Walk outer = walk(texts, 0, told);
  if (outer.starts) {  // `docker run …` is a command of its own, whatever runs in it
    Invocation starts;
    starts.begin = *outer.starts;
    starts.end = texts.size();
    starts.program = std::string(base_name(texts[*outer.starts]));
    found.push_back(std::move(starts));
  }
  if (outer.text || outer.invocation.program.empty()) return found;
  const bool searches = outer.invocation.program == "find" || outer.invocation.program == "gfind";
  found.push_back(std::move(outer.invocation));
  if (searches) add_searched(texts, Invocation(found.back()), found);
  return found;
}

std::vector<NestedText> nested_texts(const Command& command, std::span<const std::string> texts) {
  std::vector<NestedText> out;
  const Walk outer = walk(texts, 0);
  if (outer.text) {
    add_words(*outer.text, texts.size(), out);
    if (runs_shell(texts, outer)) add_here_documents(command, out);
    for (NestedText& nested : out) nested.whereabouts = outer.invocation.whereabouts;
    return out;
  }
  add_option_texts(texts, out);
  std::vector<Invocation> runs = strip(texts);
  for (const Invocation& run : runs) {
    if (run.query) continue;
    const std::size_t known = out.size();
    const bool shell = is_shell(run.program);
    if (is_timer(run.program) || reads_table(texts, run)) {
      add_here_documents(command, out);
      for (std::size_t i = known; i < out.size(); ++i) out[i].table = run.program == "crontab";
    } else if (shell || run.program == "su" || run.program == "nix-shell") {
      const std::optional<std::size_t> text = command_option(texts, run);
      const bool printed = !text && run.begin + 1 < run.end && command.words.size() == texts.size() &&
                           command.words[run.begin + 1].source.starts_with("<(");
      if (text) {
        add_words(*text, *text + 1, out);
        out.back().given = NestedText::Range{std::min(*text + 1, run.end), run.end};
        out.back().fed = run.reads_operands || run.search.has_value();
      } else if (printed) {
        add_words(run.begin + 1, run.begin + 2, out);
      } else if (run.program == "su" || (shell && reads_script_from_input(texts, run))) {
        add_here_documents(command, out);
      }
    } else if ((run.program == "source" || run.program == ".") && run.begin + 1 < run.end &&
               command.words.size() == texts.size() && command.words[run.begin + 1].source.starts_with("<(")) {
      add_words(run.begin + 1, run.begin + 2, out);
    } else if ((run.program == "source" || run.program == ".") && run.begin + 1 < run.end &&
               texts[run.begin + 1] == "/dev/stdin") {
      add_here_documents(command, out);
    } else if (run.program == "sed" || run.program == "gsed") {
      add_sed_program(texts, run, out);
    } else if (escapes_to_shell(run.program) || reads_recipes(texts, run)) {
      add_here_documents(command, out);
      for (std::size_t i = known; i < out.size(); ++i) {
        (escapes_to_shell(run.program) ? out[i].escapes : out[i].recipes) = true;
      }
    } else if (run.program == "eval") {
      add_words(run.begin + 1, run.end, out);
    } else if (run.program == "trap" && run.begin + 2 < run.end) {
      const std::size_t text = texts[run.begin + 1] == "--" ? run.begin + 2 : run.begin + 1;
      if (texts[text] == "-" || texts[text].empty() || texts[text][0] == '-') continue;
      add_words(text, text + 1, out);
      out.back().trap = true;
    }
    for (std::size_t i = known; i < out.size(); ++i) out[i].whereabouts = run.whereabouts;
  }
  return out;
}

}  // namespace redtag::shell
