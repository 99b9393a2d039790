#include "clang/program/stubs.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/c_names.h"

namespace redtag::flow {

namespace {

constexpr std::size_t most_stubs = 20'000;

// A value with which everything can be done. Each thing that has it as a base has a destructor, which is what the ways of a
// function need to know of an object.
constexpr std::string_view any_begins = R"(#pragma clang system_header
#ifdef __cplusplus
typedef decltype(sizeof(0)) size_t;
typedef decltype(nullptr) nullptr_t;
struct redtag_any;
template <bool, class T> struct redtag_if {};
template <class T> struct redtag_if<true, T> { typedef T type; };
struct redtag_any {
  constexpr redtag_any();
  template <class... A> constexpr redtag_any(const A&...);
  constexpr ~redtag_any();
  template <class... A> redtag_any& operator()(A&&...) const;
  template <class I> redtag_any& operator[](const I&) const;
  redtag_any* operator->() const;
  redtag_any& operator*() const;
  redtag_any& operator++();
  redtag_any& operator++(int);
  redtag_any& operator--();
  redtag_any& operator--(int);
  template <class T> redtag_any& operator=(const T&);
  template <class T> redtag_any& operator+=(const T&);
  template <class T> redtag_any& operator-=(const T&);
  template <class T> redtag_any& operator|=(const T&);
  template <class T> redtag_any& operator<<(const T&) const;
  template <class T> redtag_any& operator>>(T&&) const;
  explicit operator bool() const;
  template <class T, class = typename redtag_if<!__is_base_of(redtag_any, T), T>::type> operator T&() const;
  static redtag_any& begin;
  static redtag_any& end;
)";

constexpr std::string_view any_ends = R"(};
#define REDTAG_OPERATOR(sign) \
  template <class A, class B> typename redtag_if<__is_base_of(redtag_any, A) || __is_base_of(redtag_any, B), redtag_any&>::type \
  operator sign(const A&, const B&);
REDTAG_OPERATOR(+) REDTAG_OPERATOR(-) REDTAG_OPERATOR(*) REDTAG_OPERATOR(/) REDTAG_OPERATOR(%)
REDTAG_OPERATOR(&) REDTAG_OPERATOR(|) REDTAG_OPERATOR(^)
#undef REDTAG_OPERATOR
#define REDTAG_OPERATOR(sign) \
  template <class A, class B> typename redtag_if<__is_base_of(redtag_any, A) || __is_base_of(redtag_any, B), bool>::type \
  operator sign(const A&, const B&);
REDTAG_OPERATOR(==) REDTAG_OPERATOR(!=) REDTAG_OPERATOR(<) REDTAG_OPERATOR(<=) REDTAG_OPERATOR(>) REDTAG_OPERATOR(>=)
#undef REDTAG_OPERATOR
#define REDTAG_LITERAL(suffix) \
  redtag_any& operator""suffix(unsigned long long); \
  redtag_any& operator""suffix(long double); \
  redtag_any& operator""suffix(const char*, size_t);
REDTAG_LITERAL(h) REDTAG_LITERAL(min) REDTAG_LITERAL(s) REDTAG_LITERAL(ms) REDTAG_LITERAL(us) REDTAG_LITERAL(ns) REDTAG_LITERAL(sv)
#undef REDTAG_LITERAL
#else
typedef __SIZE_TYPE__ size_t;
#define bool _Bool
#define true 1
#define false 0
#endif
typedef long ssize_t, off_t, time_t, ptrdiff_t, intptr_t;
typedef unsigned long uintptr_t, uintmax_t;
typedef int pid_t, uid_t, gid_t, mode_t;
typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t, uint;
typedef unsigned long uint64_t;
typedef struct redtag_file FILE;
typedef struct redtag_dir DIR;
#define NULL 0
#define EOF (-1)
extern int errno;
)";

constexpr std::array keywords = std::to_array<std::string_view>(
    {"alignas", "alignof",   "auto",     "bool",     "break",     "case",     "catch",    "char",    "class",
     "const",   "constexpr", "continue", "decltype", "default",   "delete",   "do",       "double",  "else",
     "enum",    "explicit",  "extern",   "false",    "float",     "for",      "friend",   "goto",    "if",
     "inline",  "int",       "long",     "mutable",  "namespace", "new",      "noexcept", "nullptr", "operator",
     "private", "protected", "public",   "register", "return",    "short",    "signed",   "sizeof",  "static",
     "struct",  "switch",    "template", "this",     "throw",     "true",     "try",      "typedef", "typename",
     "union",   "unsigned",  "using",    "virtual",  "void",      "volatile", "while"});

bool is_keyword(std::string_view word) { return std::find(keywords.begin(), keywords.end(), word) != keywords.end(); }

/// Behind the bracket that closes the one at `at`; the text's end where none does within a statement.
std::size_t behind_brackets(std::string_view text, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < text.size() && i < at + 400; ++i) {
    if (text[i] == '<') ++depth;
    if (text[i] == '>' && --depth == 0) return i + 1;
    if (text[i] == ';' || text[i] == '{') break;
  }
  return std::string_view::npos;
}

/// Whether what starts at `at` begins a statement and declares a pointer: `PGresult *result = …`. As a product it would say nothing.
bool declares_pointer(std::string_view text, std::size_t at, std::string_view rest) {
  while (at > 0 && is_c_blank(text[at - 1])) --at;
  if (at > 0 && std::string_view(";{}").find(text[at - 1]) == std::string_view::npos) return false;
  if (rest.empty() || (rest[0] != '*' && rest[0] != '&')) return false;
  std::size_t name = 0;
  while (name < rest.size() && (rest[name] == '*' || rest[name] == '&' || is_c_blank(rest[name]))) ++name;
  const std::size_t end = name < rest.size() ? end_of_name(rest, name) : name;
  const std::size_t next = skip_blanks(rest, end);
  return end > name && next < rest.size() && std::string_view("=;,[").find(rest[next]) != std::string_view::npos;
}

/// Whether it is one of a template's arguments: `std::lock_guard<std::mutex> held(mutex)`.
bool is_template_argument(std::string_view text, std::size_t at, std::string_view rest) {
  while (at > 0 && is_c_blank(text[at - 1])) --at;
  if (at < 2 || text[at - 1] != '<' || !in_name(text[at - 2])) return false;
  std::size_t next = 0;
  while (next < rest.size() && (rest[next] == '*' || rest[next] == '&' || is_c_blank(rest[next]))) ++next;
  return next < rest.size() && (rest[next] == '>' || rest[next] == ',');
}

}  // namespace

bool Stubs::add(const std::vector<std::string>& path, StubKind kind) {
  if (path.empty() || path.size() > 8 || size_ >= most_stubs) return false;
  Node* node = &top_;
  bool news = false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i].empty() || is_keyword(path[i]) || path[i] == "redtag_any") return false;
    const bool last = i + 1 == path.size();
    const auto [place, added] = node->children.try_emplace(path[i]);
    Node& child = place->second;
    if (added) {
      child.kind = last ? kind : StubKind::Namespace;
      ++size_;
      news = true;
    } else if (last && kind > child.kind) {
      child.kind = kind;
      news = true;
    } else if (!last && child.kind == StubKind::Value) {
      child.kind = StubKind::Namespace;
      news = true;
    }
    node = &child;
  }
  return news;
}

void Stubs::write(const std::string& name, const Node& node, bool in_type, std::string& out) {
  // What stands in a type cannot be a namespace.
  const StubKind kind = in_type && node.kind == StubKind::Namespace ? StubKind::Type : node.kind;
  switch (kind) {
    case StubKind::Value:
      out += in_type ? "static redtag_any& " + name + ";\n" : "extern redtag_any " + name + ";\n";
      return;
    case StubKind::Namespace: out += "namespace " + name + " {\n"; break;
    case StubKind::Template: out += "template <class...> "; [[fallthrough]];
    case StubKind::Type:
      out += "struct " + name + " : redtag_any {\nconstexpr " + name + "();\ntemplate <class... A> constexpr " + name +
             "(const A&...);\nusing redtag_any::operator=;\n";
      break;
  }
  for (const auto& [child, below] : node.children) write(child, below, kind != StubKind::Namespace, out);
  out += kind == StubKind::Namespace ? "}\n" : "};\n";
}

std::string Stubs::text() const {
  std::string out(any_begins);
  for (const std::string& member : members_) out += "  static redtag_any& " + member + ";\n";
  out += any_ends;
  if (top_.children.empty()) return out;
  out += "#ifdef __cplusplus\n";
  for (const auto& [name, node] : top_.children) write(name, node, false, out);
  out += "#else\n";
  for (const auto& [name, node] : top_.children) {
    if (node.kind == StubKind::Type) out += "typedef struct redtag_" + name + " { int redtag; } " + name + ";\n";
    // A constant or a global: a statement that names what is not known is dropped whole, and its `return` with it.
    if (node.kind == StubKind::Value) out += "extern int " + name + ";\n";
  }
  return out + "#endif\n";
}

void Stubs::prepare(std::string_view text) {
  // Members are known by what stands in front. One that is also a name of its own must not hide it inside of a stand-in.
  std::set<std::string_view> members, others;
  for (std::size_t at = 0; at < text.size();) {
    if (!in_name(text[at])) {
      ++at;
      continue;
    }
    const std::size_t end = end_of_name(text, at);
    const bool member = at > 0 && (text[at - 1] == '.' || (at > 1 && text[at - 1] == '>' && text[at - 2] == '-'));
    const bool number = text[at] >= '0' && text[at] <= '9';
    if (!number) (member ? members : others).insert(text.substr(at, end - at));
    constexpr std::string_view space = "std";
    if (text.substr(at, end - at) == space && text.substr(end, 2) == "::") add_standard(text, at);
    at = end;
  }
  for (const std::string_view name : members) {
    if (!others.contains(name)) add_member(name);
  }
}

bool Stubs::add_member(std::string_view name) {
  if (name == "begin" || name == "end" || is_keyword(name) || members_.size() >= most_stubs) return false;
  return members_.emplace(name).second;
}

/// No tree declares the standard library, so what is named of it is missed for certain.
void Stubs::add_standard(std::string_view text, std::size_t at) {
  std::size_t begin = at, end = end_of_name(text, at);
  for (std::size_t parts = 0;
       parts < 4 && text.substr(end, 2) == "::" && end + 2 < text.size() && in_name(text[end + 2]); ++parts) {
    begin = end + 2;
    end = end_of_name(text, begin);
  }
  if (begin == at) return;
  const MissedName name = read_missed_name(text, begin, false);
  if (!name.path.empty() && name.path.front() == "std") add(name.path, name.kind);
}

bool is_alone_in_parentheses(std::string_view text, std::size_t offset) {
  std::size_t at = std::min(offset, text.size());
  while (at > 0 && is_c_blank(text[at - 1])) --at;
  const std::size_t next = skip_blanks(text, end_of_name(text, std::min(offset, text.size())));
  return at > 0 && (text[at - 1] == '(' || text[at - 1] == ',') && next < text.size() &&
         (text[next] == ')' || text[next] == ',');
}

MissedName read_missed_name(std::string_view text, std::size_t offset, bool type_expected) {
  MissedName missed;
  const std::size_t end = end_of_name(text, offset);
  if (end == offset || offset >= text.size() || (text[offset] >= '0' && text[offset] <= '9')) return {};
  missed.path.emplace_back(text.substr(offset, end - offset));
  std::size_t at = offset;
  while (missed.path.size() < 8) {
    while (at > 0 && is_c_blank(text[at - 1])) --at;
    if (at < 3 || text[at - 1] != ':' || text[at - 2] != ':') break;
    at -= 2;
    while (at > 0 && is_c_blank(text[at - 1])) --at;
    std::size_t begin = at;
    while (begin > 0 && in_name(text[begin - 1])) --begin;
    if (begin == at) {
      if (at > 0 && text[at - 1] == '>') return {};  // a member of a template's instance
      break;
    }
    if (is_keyword(text.substr(begin, at - begin))) break;  // `return ::unlink(…)`
    missed.path.insert(missed.path.begin(), std::string(text.substr(begin, at - begin)));
    at = begin;
  }
  if (std::any_of(missed.path.begin(), missed.path.end(), is_keyword)) return {};
  const std::size_t next = skip_blanks(text, end);
  const std::string_view rest = text.substr(std::min(next, text.size()));
  const bool capital = missed.path.back()[0] >= 'A' && missed.path.back()[0] <= 'Z';
  if (rest.starts_with("::")) {
    missed.kind = capital || type_expected ? StubKind::Type : StubKind::Namespace;
  } else if (rest.starts_with("<") && !rest.starts_with("<<") && !rest.starts_with("<=")) {
    const std::size_t behind = behind_brackets(text, next);
    const bool called = behind != std::string_view::npos && skip_blanks(text, behind) < text.size() &&
                        text[skip_blanks(text, behind)] == '(';
    if (behind == std::string_view::npos) return type_expected ? MissedName{missed.path, StubKind::Template} : missed;
    // `make_unique<T>(…)` and `static_cast`-like helpers are functions; `Guard<T>(x)` may be either and works as a type.
    missed.kind = called && !capital && !type_expected ? StubKind::Value : StubKind::Template;
    if (missed.kind == StubKind::Value) return {};
  } else {
    const bool declares = !rest.empty() && (in_name(rest[0]) || rest.starts_with("&&") == false) &&
                          (in_name(rest[0]) || ((rest[0] == '*' || rest[0] == '&') && rest.size() > 1 &&
                                                (in_name(rest[1]) || (rest[1] == '*' && rest.size() > 2))));
    const bool type = type_expected || (declares && in_name(rest[0])) || declares_pointer(text, at, rest) ||
                      is_template_argument(text, at, rest);
    // What is called by a small name is a function, whatever the parser made of the statement.
    missed.kind = type && (capital || !rest.starts_with("(")) ? StubKind::Type : StubKind::Value;
  }
  return missed;
}

}  // namespace redtag::flow
