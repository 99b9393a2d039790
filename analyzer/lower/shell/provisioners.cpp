// Shell in Vagrantfiles (Ruby) and Packer templates (HCL or JSON). Only the strings that a provisioner runs are read: behind
// `inline`, and here-documents. Their formats are read nowhere else, and a string is a string in all three.
#include <algorithm>

#include "base/text.h"
#include "lower/shell/carriers.h"

namespace redtag::shell {

namespace {

class Strings {
 public:
  Strings(CommandFile kind, const SourceFileView& file, const CarryingView& view)
      : kind_(kind), file_(file), view_(view) {}

  Model run() {
    const std::string_view text = file_.text;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t next = std::min(text.find("inline", at), text.find("<<", at));
      if (next == std::string_view::npos) break;
      at = text[next] == '<' ? read_document(next) : read_inline(next + 6);
    }
    return std::move(model_);
  }

 private:
  void take(const CarriedText& text) {
    Carrier carrier;
    carrier.name = "provisioner " + std::to_string(++ordinal_);
    carrier.trigger = kind_ == CommandFile::Packer ? Trigger::Deploy : Trigger::Boot;
    // A machine for development, or an image that is being built: made anew from this very file.
    carrier.ground = kind_ == CommandFile::Packer ? Ground::Image : Ground::Runner;
    carry(text, std::move(carrier), file_, view_, model_);
  }

  /// `<<-NAME … NAME`. Returns where to go on.
  std::size_t read_document(std::size_t at) {
    const std::string_view text = file_.text;
    std::size_t begin = at + 2;
    while (begin < text.size() &&
           (text[begin] == '-' || text[begin] == '~' || text[begin] == '\'' || text[begin] == '"'))
      ++begin;
    std::size_t end = begin;
    while (end < text.size() &&
           ((text[end] >= 'A' && text[end] <= 'Z') || (text[end] >= 'a' && text[end] <= 'z') || text[end] == '_'))
      ++end;
    const std::string_view name = text.substr(begin, end - begin);
    const std::size_t first = text.find('\n', end);
    if (name.empty() || first == std::string_view::npos) return at + 2;
    for (std::size_t line = first + 1; line < text.size();) {
      const std::size_t stop = std::min(text.find('\n', line), text.size());
      if (trim(text.substr(line, stop - line)) == name) {
        CarriedText body;
        body.add(text.substr(first + 1, line - first - 1), file_.offset + static_cast<std::uint32_t>(first) + 1);
        punch(body);
        take(body);
        return stop;
      }
      line = stop + 1;
    }
    return end;
  }

  /// `inline: "…"`, `inline = [ "…", "…" ]`, `"inline": [ … ]`.
  std::size_t read_inline(std::size_t at) {
    const std::string_view text = file_.text;
    const std::size_t start = text.find_first_not_of("\" \t\r\n:=>", at);
    if (start == std::string_view::npos) return text.size();
    const char before = text[start - 1];
    const bool string = before == '"' || text[start] == '\'';
    CarriedText body;
    std::size_t end = start;
    if (text[start] == '[') {
      end = read_list(start + 1, body);
    } else if (string) {
      end = read_string(text[start] == '\'' ? start : start - 1, body);
    } else {
      return at;
    }
    punch(body);
    take(body);
    return end;
  }

  std::size_t read_list(std::size_t at, CarriedText& out) {
    const std::string_view text = file_.text;
    while (at < text.size() && text[at] != ']') {
      if (text[at] == '"' || text[at] == '\'') {
        at = read_string(at, out);
        out.add_made("\n", file_.offset + static_cast<std::uint32_t>(at));
      } else if (text[at] == '#') {
        at = std::min(text.find('\n', at), text.size());
      } else {
        ++at;
      }
    }
    return at;
  }

  std::size_t read_string(std::size_t at, CarriedText& out) {
    const std::string_view text = file_.text;
    const char quote = text[at];
    for (++at; at < text.size() && text[at] != quote && text[at] != '\n'; ++at) {
      const auto place = file_.offset + static_cast<std::uint32_t>(at);
      if (text[at] == '\\' && quote == '"' && at + 1 < text.size()) {
        ++at;
        const char meant = text[at] == 'n' ? '\n' : text[at] == 't' ? '\t' : text[at];
        out.add_made(std::string_view(&meant, 1), place);
      } else {
        out.add(text.substr(at, 1), place);
      }
    }
    return std::min(at + 1, text.size());
  }

  void punch(CarriedText& body) const {
    if (kind_ == CommandFile::Vagrantfile) return body.punch("#{", "}");
    body.punch("{{", "}}");
    body.punch("${", "}");
  }

  CommandFile kind_;
  const SourceFileView& file_;
  const CarryingView& view_;
  std::size_t ordinal_ = 0;
  Model model_;
};

}  // namespace

Model lower_provisioners(CommandFile kind, const SourceFileView& file, const CarryingView& view) {
  return Strings(kind, file, view).run();
}

}  // namespace redtag::shell
