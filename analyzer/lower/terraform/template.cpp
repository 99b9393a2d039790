#include "lower/terraform/template.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/utf8.h"

namespace redtag::terraform {

namespace {

constexpr std::size_t longest_opaque_text = 4096;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Origins : std::uint8_t { Drop, Keep };

/// Writes what literal text says and, if asked, from where each byte came.
class LiteralWriter {
 public:
  LiteralWriter(std::string_view text, const TemplateText& string, FlatText& out, Origins origins)
      : text_(text), quoting_(string.quoting), indentation_(string.indentation), out_(out), origins_(origins) {}

  void write(ByteRange part) {
    const bool plain =
        text_.substr(part.begin, part.size()).find_first_of(quoting_ == Quoting::Quoted ? "\\$%" : "$%\n\r") ==
        std::string_view::npos;
    if (plain && origins_ == Origins::Drop && quoting_ == Quoting::Quoted) {
      out_.text += text_.substr(part.begin, part.size());
      return;
    }
    at_ = part.begin;
    end_ = part.end;
    while (at_ < end_) step();
  }

 private:
  void put(std::string_view bytes, std::uint32_t from) {
    out_.text += bytes;
    if (origins_ == Origins::Keep) out_.map.insert(out_.map.end(), bytes.size(), from);
  }
  [[nodiscard]] bool follows(std::string_view bytes) const { return text_.substr(at_, end_ - at_).starts_with(bytes); }

  void step() {
    if (quoting_ == Quoting::Heredoc && indentation_ > 0 && (at_ == 0 || text_[at_ - 1] == '\n')) {
      for (std::uint32_t taken = 0; taken < indentation_ && at_ < end_ && (text_[at_] == ' ' || text_[at_] == '\t');
           ++taken)
        ++at_;
      if (at_ >= end_) return;
    }
    const std::uint32_t from = at_;
    if (follows("$${") || follows("%%{")) {
      put(text_.substr(at_ + 1, 2), from);
      at_ += 3;
    } else if (quoting_ == Quoting::Quoted && text_[at_] == '\\' && at_ + 1 < end_) {
      escape();
    } else if (quoting_ == Quoting::Heredoc && follows("\r\n")) {
      ++at_;  // Terraform reads both kinds of line ends alike, and an editor may change all of them
    } else {
      put(text_.substr(at_, 1), from);
      ++at_;
    }
  }

  void escape() {
    const std::uint32_t from = at_;
    const char c = text_[at_ + 1];
    at_ += 2;
    if (c == 'u' || c == 'U') {
      std::uint32_t code = 0;
      for (int digits = c == 'u' ? 4 : 8; digits > 0 && at_ < end_ && hex_digit(text_[at_]) >= 0; --digits, ++at_) {
        code = code * 16 + static_cast<std::uint32_t>(hex_digit(text_[at_]));
      }
      std::string bytes;
      append_utf8(bytes, code);
      put(bytes, from);
      return;
    }
    const char said = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
    put(std::string_view(&said, 1), from);
  }

  std::string_view text_;
  Quoting quoting_;
  std::uint32_t indentation_;
  FlatText& out_;
  Origins origins_;
  std::uint32_t at_ = 0;
  std::uint32_t end_ = 0;
};

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(std::min(text.size(), longest_opaque_text));
  bool blank = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_blank(text[i])) {
      blank = !out.empty();
      continue;
    }
    if (out.size() >= longest_opaque_text) return out + "#" + sha256_hex(text).substr(0, 16);
    if (blank) out += ' ';
    blank = false;
    out += text[i];
  }
  return out;
}

std::string literal_text(const SourceView& source, const TemplateText& string, ByteRange part) {
  FlatText out;
  LiteralWriter(source.text, string, out, Origins::Drop).write(part);
  return std::move(out.text);
}

Value template_value(const SourceView& source, TemplateText string) {
  const Region whole = source.region(string.bytes);
  if (string.parts.empty()) return known_string({}, whole);
  if (string.parts.size() == 1) {
    TemplatePart& only = string.parts.front();
    if (only.hole) {
      only.hole->region = whole;
      return std::move(*only.hole);
    }
    return known_string(literal_text(source, string, only.bytes), whole);
  }
  Value value = unknown_value({}, {}, whole);
  value.expression = Expression::Template;
  for (TemplatePart& part : string.parts) {
    value.items.push_back(part.hole
                              ? std::move(*part.hole)
                              : known_string(literal_text(source, string, part.bytes), source.region(part.bytes)));
  }
  return value;
}

FlatText flatten(const SourceView& source, const TemplateText& string, std::string (*hole)(const TemplatePart& part)) {
  FlatText out;
  LiteralWriter writer(source.text, string, out, Origins::Keep);
  for (const TemplatePart& part : string.parts) {
    if (!part.hole) {
      writer.write(part.bytes);
      continue;
    }
    const std::string filler = hole(part);
    out.text += filler;
    out.map.insert(out.map.end(), filler.size(), part.bytes.begin);
  }
  out.map.push_back(string.parts.empty() ? string.bytes.begin : string.parts.back().bytes.end);
  return out;
}

std::uint32_t common_indentation(std::string_view text, const std::vector<TemplatePart>& parts) {
  std::uint32_t least = UINT32_MAX;
  for (const TemplatePart& part : parts) {
    std::uint32_t at = part.bytes.begin;
    if (part.hole) {
      if (at == 0 || text[at - 1] == '\n') return 0;
      continue;
    }
    while (at < part.bytes.end) {
      const bool starts_line = at == 0 || text[at - 1] == '\n';
      std::uint32_t blanks = 0;
      while (at + blanks < part.bytes.end && (text[at + blanks] == ' ' || text[at + blanks] == '\t')) ++blanks;
      // A part that ends in blanks is followed by an interpolation, which counts as more than blanks.
      const bool empty = at + blanks < part.bytes.end && (text[at + blanks] == '\n' || text[at + blanks] == '\r');
      if (starts_line && !empty) least = std::min(least, blanks);
      const auto newline = text.substr(0, part.bytes.end).find('\n', at);
      if (newline == std::string_view::npos) break;
      at = static_cast<std::uint32_t>(newline) + 1;
    }
  }
  return least == UINT32_MAX ? 0 : least;
}

}  // namespace redtag::terraform
