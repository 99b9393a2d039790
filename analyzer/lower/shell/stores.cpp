// Key-value and document databases: what their clients are told on the command line, by here-document or through a pipe.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/operation.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_lines = 256;
constexpr std::size_t most_calls = 64;

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

/// Adds a word whose value is known.
void add_word(SpelledLine& line, std::string text, Region region) {
  Word word;
  Part part;
  part.text = text;
  part.begin = region.bytes.begin;
  word.parts.push_back(std::move(part));
  word.source = text;
  word.region = region;
  line.words.push_back(std::move(word));
}

/// Arguments of words that are complete: they point into the vector.
void finish(SpelledLine& line) {
  for (const Word& word : line.words) {
    Argument argument;
    argument.word = &word;
    Piece piece;
    piece.text = word.source;
    argument.readings.push_back({std::move(piece)});
    argument.text = word.source;
    line.arguments.push_back(std::move(argument));
  }
}

bool is_key_value_client(std::string_view program) {
  return program == "redis-cli" || program == "valkey-cli" || program == "keydb-cli";
}

struct Call {
  std::string_view name;  ///< as in the script, with its opening bracket
  Verb verb;
  std::string_view object;
  bool bounded_by_filter;  ///< what stands in the brackets says which ones
};
constexpr std::array calls{
    Call{"dropDatabase(", Verb::Destroy, "database", false},
    Call{"dropAllUsersFromDatabase(", Verb::Destroy, "identity", false},
    Call{"dropUser(", Verb::Destroy, "identity", false},
    Call{"dropRole(", Verb::Destroy, "identity", false},
    Call{".drop(", Verb::Destroy, "database", false},
    Call{".deleteMany(", Verb::Delete, "database", true},
    Call{".remove(", Verb::Delete, "database", true},
};

bool is_document_client(std::string_view program) { return program == "mongosh" || program == "mongo"; }

void read_calls(const LineView& line, const std::vector<Part>& parts, const FactTables& facts,
                std::vector<Operation>& out) {
  const std::string text = marked_text(parts);
  for (const Call& call : calls) {
    std::size_t count = 0;
    for (std::size_t at = text.find(call.name); at != std::string::npos && count < most_calls;
         at = text.find(call.name, at + 1), ++count) {
      const std::string_view inside =
          std::string_view(text).substr(at + call.name.size(), text.find(')', at) - at - call.name.size());
      std::string bare(inside.substr(0, 200));
      std::erase_if(bare, [](char c) { return c == ' ' || c == '\n' || c == '\t'; });
      const bool all = !call.bounded_by_filter || bare.empty() || bare == "{}" || bare.starts_with("{},");
      Operation operation = begin_operation(line, call.bounded_by_filter && all ? Verb::Destroy : call.verb,
                                            std::string(trim(call.name.substr(0, call.name.size() - 1))));
      if (operation.action.starts_with('.')) operation.action.erase(0, 1);
      operation.object = std::string(call.object);
      operation.unbounded = all;
      operation.arming = Arming::Armed;
      // What stands in front of the call is what it is called on: `db.orders`.
      std::size_t begin = at;
      while (begin > 0 &&
             (text[begin - 1] == '.' || text[begin - 1] == '_' || (text[begin - 1] >= '0' && text[begin - 1] <= '9') ||
              (text[begin - 1] >= 'a' && text[begin - 1] <= 'z') ||
              (text[begin - 1] >= 'A' && text[begin - 1] <= 'Z'))) {
        --begin;
      }
      operation.target = known_string(shortened(text.substr(begin, at - begin), 120), operation.region);
      cite(operation, facts, "mongo", "--eval");
      out.push_back(std::move(operation));
    }
  }
}

}  // namespace

std::vector<const std::vector<Part>*> input_texts(const LineView& line) {
  std::vector<const std::vector<Part>*> texts;
  const auto add_documents = [&](const Command& command) {
    for (const Redirect& redirect : command.redirects) {
      if (redirect.kind == RedirectKind::Here || redirect.kind == RedirectKind::HereString)
        texts.push_back(&redirect.word.parts);
    }
  };
  add_documents(line.as_written());
  if (!line.as_written().piped) return texts;
  const Command& source = line.script.commands[*line.as_written().piped];
  if (source.words.empty()) return texts;
  const std::string name(base_name(marked_text(source.words[0].parts)));
  if (name == "cat") add_documents(source);
  if (name != "echo" && name != "printf") return texts;
  for (std::size_t i = 1; i < source.words.size(); ++i) {
    const std::string text = marked_text(source.words[i].parts);
    if (!text.empty() && text[0] != '-') texts.push_back(&source.words[i].parts);
  }
  return texts;
}

std::vector<SpelledLine> spell_store_commands(const LineView& line) {
  std::vector<SpelledLine> out;
  if (!is_key_value_client(line.invocation.program)) return out;
  const Region region = line.as_written().region;
  const auto spell = [&](const std::vector<std::string>& words) {
    if (words.empty() || out.size() >= most_lines) return;
    SpelledLine spelled;
    spelled.program = line.invocation.program;
    add_word(spelled, line.invocation.program, region);
    for (std::size_t i = 0; i < words.size(); ++i) add_word(spelled, i < 3 ? upper(words[i]) : words[i], region);
    out.push_back(std::move(spelled));
  };
  const std::vector<std::size_t> operands = line.operands(
      "-h -p -a -n -u -s -r -i -d -D --user --pass --cacert --cert --key --sni --tls-ciphers --pattern --count");
  std::vector<std::string> words;
  for (const std::size_t i : operands) words.push_back(line.text(i));
  if (!line.has("--cluster") && !line.has("--scan")) spell(words);
  for (const std::vector<Part>* parts : input_texts(line)) {
    const std::string text = marked_text(*parts);
    for (const std::string_view command : split(text, '\n')) {
      words.clear();
      for (const std::string_view word : split(trim(command), ' ')) {
        if (!word.empty()) words.emplace_back(word);
      }
      spell(words);
    }
  }
  for (SpelledLine& spelled : out) finish(spelled);
  return out;
}

Handled lower_document_store(const LineView& line, const FactTables& facts, std::vector<Operation>& out) {
  if (!is_document_client(line.invocation.program)) return Handled::No;
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    if (line.text(i) == "--eval" && i + 1 < line.last()) read_calls(line, line.words[i + 1].word->parts, facts, out);
    if (line.text(i).starts_with("--eval=")) read_calls(line, line.words[i].word->parts, facts, out);
  }
  for (const std::vector<Part>* parts : input_texts(line)) read_calls(line, *parts, facts, out);
  return Handled::Yes;
}

/// `api -X DELETE "$BASE/sites/$id"`: a function or program of the house that hands its words to a client.
static bool sends_deletion(const LineView& line) {
  bool deletes = false, address = false;
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    const std::string& text = line.text(i);
    const bool method = text == "-X" || text == "--request" || text == "--method";
    deletes = deletes || (method && i + 1 < line.last() && upper(line.text(i + 1)) == "DELETE") || text == "-XDELETE";
    address = address || (text.find('/') != std::string::npos && !text.starts_with("-"));
  }
  return deletes && address;
}

std::optional<SpelledLine> spell_request(const LineView& line) {
  const std::string& program = line.invocation.program;
  const bool curl = program == "curl", wget = program == "wget", hub = program == "hub";
  const bool gh = program == "gh" || program == "glab" || hub;
  const bool plain = program == "http" || program == "https" || program == "xh" || program == "httpie";
  const bool az = program == "az" && line.has_word("rest");
  if (!curl && !wget && !plain && !gh && !az && !sends_deletion(line)) return std::nullopt;
  if (gh && !line.has_word("api")) return std::nullopt;
  std::string method;
  std::size_t method_at = LineView::npos;
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    const std::string& text = line.text(i);
    const bool next =
        text == "-X" || text == "--request" || text == "--method" || (az && text == "-m") ||
        (curl && text.size() < 8 && text.size() > 2 && text[0] == '-' && text[1] != '-' && text.ends_with("X"));
    if (next && i + 1 < line.last()) method = line.text(i + 1), method_at = i + 1;
    for (const std::string_view option : {"--request=", "--method=", "-X="}) {
      if (text.starts_with(option)) method = text.substr(option.size());
    }
    if (text.starts_with("-X") && text.size() > 3 && text[2] != '=') method = text.substr(2);
    if (plain && method.empty() && upper(text) == text && text.size() > 2 &&
        text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos)
      method = text, method_at = i;
  }
  if (method.empty()) return std::nullopt;
  method = upper(method);
  SpelledLine spelled;
  spelled.program = hub ? "gh" : gh ? program : "curl";
  const Region region = line.as_written().region;
  add_word(spelled, spelled.program, region);
  if (gh) add_word(spelled, "api", region);
  add_word(spelled, "-X", region);
  add_word(spelled, method, region);
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    const std::string& text = line.text(i);
    const bool own = i == method_at || (method_at != LineView::npos && i + 1 == method_at) || (gh && text == "api") ||
                     text.starts_with("--request=") || text.starts_with("--method=") || text.starts_with("-X") ||
                     (az && (text == "rest" || text == "-u"));
    if (own) continue;
    spelled.words.push_back(*line.words[i].word);
  }
  std::size_t made = gh ? 4 : 3;
  for (std::size_t i = 0; i < spelled.words.size(); ++i) {
    Argument argument;
    argument.word = &spelled.words[i];
    if (i < made) {
      Piece piece;
      piece.text = spelled.words[i].source;
      argument.readings.push_back({std::move(piece)});
      argument.text = spelled.words[i].source;
    } else {
      argument.readings = line.scope.read(spelled.words[i], line.command);
      argument.text = known_text(argument.readings.front()).value_or(marked_text(spelled.words[i].parts));
    }
    spelled.arguments.push_back(std::move(argument));
  }
  return spelled;
}

}  // namespace redtag::shell
