// What a script steers on its own machine: privilege, ownership, the check of certificates, files that are truncated.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/operation.h"

namespace redtag::shell {

namespace {

bool has_text(const std::vector<Part>& parts, std::string_view wanted) {
  return std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
    return part.kind == PartKind::Text && part.text.find(wanted) != std::string::npos;
  });
}

/// The word or here-document of a command that grants something without a password.
const Word* find_grant(const Command& command) {
  for (const Word& word : command.words) {
    if (has_text(word.parts, "NOPASSWD")) return &word;
  }
  for (const Redirect& redirect : command.redirects) {
    if (redirect.kind == RedirectKind::Here && has_text(redirect.word.parts, "NOPASSWD")) return &redirect.word;
  }
  return nullptr;
}

bool mentions_sudoers(const Word& word, const std::vector<Reading>& readings) {
  std::string all = lower_ascii(word.source);
  for (const Reading& reading : readings) all += lower_ascii(text_of(reading));
  return all.find("sudoers") != std::string::npos;
}

/// True if the command writes to the rules of sudo: by redirection, by tee, or in place.
bool writes_sudoers(const LineView& line) {
  const Command& command = line.as_written();
  for (const Redirect& redirect : command.redirects) {
    const bool writes = redirect.kind == RedirectKind::Write || redirect.kind == RedirectKind::Append;
    if (writes && mentions_sudoers(redirect.word, line.scope.read(redirect.word, line.command))) return true;
  }
  const std::string& program = line.invocation.program;
  if (program != "tee" && program != "sed" && program != "install" && program != "dd") return false;
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    if (mentions_sudoers(*line.words[i].word, line.words[i].readings)) return true;
  }
  return false;
}

/// The text of a rule as the shell would write it, cut for people.
Value text_value(const LineView& line, const Word& word) {
  const std::vector<Reading> readings = line.scope.read(word, line.command);
  std::string text = marked_text(word.parts);
  std::erase_if(text, [](char c) { return c == variable_begin || c == variable_end; });
  const std::optional<std::string> known = known_text(readings.front());
  if (readings.size() == 1 && known) return known_string(shortened(*known, 400), word.region);
  return unknown_value(shortened(trim(text), 400), "variables in the text", word.region);
}

void lower_sudoers(const LineView& line, const FactTables& facts, std::vector<Operation>& out) {
  if (!writes_sudoers(line)) return;
  const Word* grant = find_grant(line.as_written());
  const std::optional<std::size_t> source = line.as_written().piped;
  if (grant == nullptr && source) grant = find_grant(line.script.commands[*source]);
  if (grant == nullptr) return;
  Operation operation = begin_operation(line, Verb::Steer, "nopasswd");
  operation.program = "sudoers";
  operation.object = "privilege";
  operation.arguments.clear();
  operation.target = text_value(line, *grant);
  std::string rule = lower_ascii(marked_text(grant->parts));
  std::erase(rule, ' ');
  operation.unbounded = rule.find("nopasswd:all") != std::string::npos;
  cite(operation, facts, "sudoers", "nopasswd");
  out.push_back(std::move(operation));
}

bool empties(const LineView& line) {
  const std::string& program = line.invocation.program;
  if (program.empty() || program == ":" || program == "true") return true;
  return program == "cat" && line.has_word("/dev/null");
}

Handled lower_ownership(const LineView& line, const FactTables& facts, std::vector<Operation>& out) {
  if (!line.has_any({"-R", "--recursive"})) return Handled::Yes;
  std::vector<std::size_t> operands = line.operands("--reference --from");
  if (operands.size() < 2) return Handled::Yes;
  const std::string mode = line.text(operands.front());
  operands.erase(operands.begin());
  Aim aim = aim_at(line, operands);
  const bool open_to_all = line.invocation.program == "chmod" &&
                           (mode.ends_with("777") || mode == "a+rwx" || mode == "a+w" || mode == "o+w");
  if (!aim.everything && !open_to_all) return Handled::Yes;
  Operation operation = begin_operation(line, Verb::Steer, "recursive");
  set_aim(operation, std::move(aim), open_to_all ? "world writable" : "directory");
  cite(operation, facts, line.invocation.program, "-R");
  out.push_back(std::move(operation));
  return Handled::Yes;
}

/// Options by which a client stops checking whom it talks to.
bool skips_verification(const LineView& line) {
  const std::string& program = line.invocation.program;
  if (program == "curl") return line.has_any({"-k", "--insecure", "--proxy-insecure"});
  if (program == "wget") return line.has("--no-check-certificate");
  if (program == "git")
    return line.has_word("http.sslVerify=false") || (line.has_word("http.sslVerify") && line.has_word("false"));
  if (program == "npm" || program == "yarn") return line.has_word("strict-ssl") && line.has_word("false");
  if (program == "pip" || program == "pip3") return line.has("--trusted-host");
  return line.has_any({"--insecure-skip-tls-verify", "--tls-verify=false", "-tls-skip-verify", "--no-verify-ssl",
                       "--allow-unauthenticated"}) &&
         !line.has_word("--insecure-skip-tls-verify=false");
}

bool is_local(std::string_view url) {
  for (const std::string_view host : {"localhost", "127.0.0.1", "[::1]", "0.0.0.0"}) {
    if (url.find(host) != std::string_view::npos) return true;
  }
  return false;
}

void lower_verification(const LineView& line, const FactTables& facts, std::vector<Operation>& out) {
  if (!skips_verification(line)) return;
  Operation operation = begin_operation(line, Verb::Unguard, "skip-verification");
  operation.object = "certificate check";
  operation.arguments.clear();
  for (const std::size_t i :
       line.operands("-o -H -d -u -X -A -O --output --header --data --user --max-time --retry -w --cacert")) {
    const std::string& text = line.text(i);
    const bool named = operation.target.text.find("://") != std::string::npos;
    if (!named || text.find("://") != std::string::npos) operation.target = value_of(line.words[i]);
    if (is_local(text)) operation.harmless_target = true;
  }
  cite(operation, facts, line.invocation.program, operation.action);
  out.push_back(std::move(operation));
}

/// True if the script writes on behind what is emptied: it begins a file of its own.
bool writes_on(const Script& script, const Word& file) {
  return std::any_of(script.commands.begin(), script.commands.end(), [&](const Command& command) {
    return std::any_of(command.redirects.begin(), command.redirects.end(), [&](const Redirect& redirect) {
      return redirect.kind == RedirectKind::Append && redirect.word.source == file.source;
    });
  });
}

}  // namespace

Handled lower_machine(const LineView& line, const FactTables& facts, std::vector<Operation>& out) {
  const std::string& program = line.invocation.program;
  lower_verification(line, facts, out);
  if (program == "chmod" || program == "chown" || program == "chgrp") return lower_ownership(line, facts, out);
  return Handled::No;
}

void lower_redirects(const LineView& line, const FactTables& facts, std::vector<Operation>& out) {
  lower_sudoers(line, facts, out);
  const Command& command = line.as_written();
  for (const Redirect& redirect : command.redirects) {
    if (redirect.kind != RedirectKind::Write || !redirect.standard || redirect.word.source.starts_with(">(")) continue;
    const std::vector<Reading> readings = line.scope.read(redirect.word, line.command);
    Aim aim = aim_at(line, readings, redirect.word);
    const bool disk = aim.place == Place::Device && !text_of(readings.front()).starts_with("/dev/std") &&
                      !text_of(readings.front()).starts_with("/dev/tty") &&
                      !text_of(readings.front()).starts_with("/dev/fd") &&
                      !text_of(readings.front()).starts_with("/dev/tcp");
    if (!disk && (!empties(line) || aim.harmless || aim.place == Place::Device)) continue;
    if (!disk && writes_on(line.script, redirect.word)) continue;
    Operation operation = begin_operation(line, disk ? Verb::Overwrite : Verb::Empty, "redirect");
    aim.if_empty = IfEmpty::Nothing;
    aim.everything = aim.place == Place::Device;
    set_aim(operation, std::move(aim), "file");
    operation.program = ">";
    cite(operation, facts, "> file", "");
    out.push_back(std::move(operation));
  }
}

void lower_assignments(const LineView& line, std::vector<Operation>& out) {
  struct Switch {
    std::string_view name;
    std::string_view off;  ///< value that switches the check off; empty for any but 0 and nothing
  };
  static constexpr std::array<Switch, 4> switches{{{"NODE_TLS_REJECT_UNAUTHORIZED", "0"},
                                                   {"PYTHONHTTPSVERIFY", "0"},
                                                   {"GIT_SSL_NO_VERIFY", ""},
                                                   {"VAULT_SKIP_VERIFY", ""}}};
  for (const Assignment& assignment : line.as_written().assignments) {
    for (const Switch& known : switches) {
      if (assignment.name != known.name) continue;
      const std::string value = marked_text(assignment.value.parts);
      const bool off = known.off.empty() ? !value.empty() && value != "0" && value != "false" : value == known.off;
      if (!off) continue;
      Operation operation = begin_operation(line, Verb::Unguard, "skip-verification");
      operation.program = assignment.name;
      operation.object = "certificate check";
      operation.arguments.clear();
      operation.target = known_string(assignment.name, assignment.value.region);
      out.push_back(std::move(operation));
    }
  }
}

}  // namespace redtag::shell
