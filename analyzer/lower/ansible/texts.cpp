// Texts in tasks that are another language's: statements of a database, rules of who may become whom; and downloads from anybody.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/ansible/tasks.h"
#include "lower/yaml_source.h"

namespace redtag::ansible {

namespace {

using document::Member;
using document::Node;

/// Modules that hand a text to a database.
struct Statements {
  std::string_view module;
  std::string_view argument;
  Stack stack;
  std::string_view before, after;  ///< of the command line that stands for it
};

constexpr std::array statements = std::to_array<Statements>({
    {"mongodb_shell", "eval", Stack::Shell, "mongosh --eval '", "'"},
    {"mssql_script", "script", Stack::Sql, "", ""},
    {"mysql_query", "query", Stack::Sql, "", ""},
    {"postgresql_query", "query", Stack::Sql, "", ""},
    {"vertica_query", "query", Stack::Sql, "", ""},
});

/// Where a module that writes text into a file has the text.
struct Writing {
  std::string_view module;
  std::string_view text;
};

constexpr std::array writing =
    std::to_array<Writing>({{"blockinfile", "block"}, {"copy", "content"}, {"lineinfile", "line"}});

/// Modules that fetch what is run or installed afterwards, and the argument that turns the check of the server off.
struct Fetching {
  std::string_view module;
  std::string_view argument;
};

constexpr std::array fetching = std::to_array<Fetching>({
    {"apt_key", "validate_certs"},
    {"dnf", "sslverify"},
    {"get_url", "validate_certs"},
    {"rpm_key", "validate_certs"},
    {"unarchive", "validate_certs"},
    {"yum", "sslverify"},
    {"yum", "validate_certs"},
    {"yum_repository", "sslverify"},
});

bool is_no(std::string_view text) {
  const std::string lowered = lower_ascii(text);
  return lowered == "false" || lowered == "no" || lowered == "0";
}

/// A list is one text, element by element.
void add_scalars(const SourceFileView& file, const Node& node, std::string_view between, PlacedText& text) {
  if (node.scalar()) return text.add(file, node);
  for (const Node& item : node.items) {
    if (!item.scalar()) continue;
    if (!text.text.empty()) text.add(between, file.offset + item.bytes.begin);
    text.add(file, item);
  }
}

}  // namespace

void TaskReader::read_texts(const Node& task, std::string_view module, const Member& member, ProcedureId procedure) {
  for (const Statements& row : statements) {
    const Node* found = row.module == module ? member.value.find(row.argument) : nullptr;
    if (found == nullptr) continue;
    PlacedText text;
    if (!row.before.empty()) text.add(row.before, file_.offset + found->bytes.begin);
    add_scalars(file_, *found, ";\n", text);
    if (!row.after.empty()) text.add(row.after, file_.offset + found->bytes.end);
    if (text.text.empty() || text.text.find("{{") != std::string::npos) continue;
    append_run(task, embed(row.stack, file_, text.text, text.bytes(), text.map, Certainty::Exact, view_), procedure,
               Trigger::Deploy);
  }
  for (const Writing& row : writing) {
    const Node* found = row.module == module ? member.value.find(row.text) : nullptr;
    if (found == nullptr || !found->scalar() || found->text.find('\'') != std::string::npos) continue;
    std::string path = argument_of(task, member, "dest").value_or("");
    if (path.empty()) path = argument_of(task, member, "path").value_or("");
    if (!path.starts_with("/etc/sudoers") || path.find_first_of(" '{}") != std::string::npos) continue;
    PlacedText text;
    text.add("echo '", file_.offset + found->bytes.begin);
    text.add(file_, *found);
    text.add("' >> " + path + "\n", file_.offset + found->bytes.end);
    run_text(task, std::move(text), procedure, Trigger::Deploy);
  }
}

void TaskReader::read_request(const Node& task, const Member& member, ProcedureId procedure) {
  const std::string method = argument_of(task, member, "method").value_or("");
  const Node* url = member.value.find("url");
  if (lower_ascii(method) != "delete" || url == nullptr || !url->scalar()) return;
  if (url->text.find_first_of("'\n") != std::string::npos && url->text.find("{{") == std::string::npos) return;
  PlacedText text;
  text.add("curl -X DELETE \"", file_.offset + url->bytes.begin);
  text.add(file_, *url);
  text.add("\"", file_.offset + url->bytes.end);
  run_text(task, std::move(text), procedure, Trigger::Deploy);
}

void TaskReader::read_unchecked(const Node& task, std::string_view module, const Member& member,
                                ProcedureId procedure) {
  for (const Fetching& row : fetching) {
    const std::optional<std::string> value =
        row.module == module ? argument_of(task, member, row.argument) : std::nullopt;
    if (!value || !is_no(*value)) continue;
    const std::string url = argument_of(task, member, "url").value_or(argument_of(task, member, "src").value_or(""));
    Operation operation;
    operation.stack = Stack::Ansible;
    operation.verb = Verb::Unguard;
    operation.program = module;
    operation.action = std::string(row.argument) + "=false";
    operation.object = "certificate check";
    operation.cited = true;
    operation.procedure = procedure_of(task, procedure);
    operation.region = region_in(file_, member.key_bytes);
    for (const Member& argument : member.value.members) {
      if (argument.key == row.argument)
        operation.region = region_in(file_, {argument.key_bytes.begin, argument.value.bytes.end});
    }
    operation.target = url.find("{{") != std::string::npos
                           ? unknown_value(url, "decided when it runs", operation.region)
                           : known_string(url, operation.region);
    operation.harmless_target =
        url.find("://localhost") != std::string::npos || url.find("://127.0.0.1") != std::string::npos;
    operation.text = shortened(operation.program + " " + operation.action + " " + url, 400);
    operation.position = static_cast<std::uint32_t>(model_.operations.size());
    model_.operations.push_back(std::move(operation));
    return;
  }
}

}  // namespace redtag::ansible
