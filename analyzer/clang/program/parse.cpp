#include "clang/program/parse.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/Basic/DiagnosticParse.h>
#include <clang/Basic/DiagnosticSema.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Sema/Sema.h>
#include <llvm/Support/CrashRecoveryContext.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <map>
#include <set>

#include "clang/program/bodies.h"
#include "clang/program/stubs.h"
#include "clang/program/ways.h"

namespace redtag::flow {

namespace {

constexpr int most_rounds = 7;
constexpr const char* stubs_path = "/redtag-stand-ins.h";

/// Collects the names that a parse missed.
class Listener : public clang::DiagnosticConsumer {
 public:
  Listener(Stubs& stubs, clang::CompilerInstance& compiler) : stubs_(stubs), compiler_(compiler) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) override {
    if (level < clang::DiagnosticsEngine::Error) return;
    ++errors;
    const Expects expects = expected_by(diagnostic.getID());
    if (expects == Expects::Nothing || !diagnostic.hasSourceManager() || diagnostic.getLocation().isInvalid()) return;
    const clang::SourceManager& sources = diagnostic.getSourceManager();
    const auto [file, offset] = sources.getDecomposedSpellingLoc(diagnostic.getLocation());
    bool failed = false;
    const llvm::StringRef text = sources.getBufferData(file, &failed);
    if (failed) return;
    // In a body, `std::lock_guard<std::mutex> held(mutex_);` makes an object, where Clang sees a function declared that takes a type.
    const std::string_view whole{text.data(), text.size()};
    const bool object = expects == Expects::Type && in_body() && is_alone_in_parentheses(whole, offset);
    MissedName missed = read_missed_name(whole, offset, expects == Expects::Type && !object);
    if (expects == Expects::Namespace && !missed.path.empty()) missed.kind = StubKind::Namespace;
    if (missed.path.empty()) return;
    if (const clang::CXXRecordDecl* record = asked_class(diagnostic))
      return take_member(*record, diagnostic, std::move(missed));
    if (std::vector<std::string> space; asked_namespace(diagnostic, space)) {
      // The name of the namespace may be an alias: it is declared where it was looked for.
      space.push_back(missed.path.back());
      missed.path = std::move(space);
    } else if (missed.kind == StubKind::Type && missed.path.size() == 1) {
      // A class whose members are defined here has to stand in the namespace that they are defined in.
      std::vector<std::string> scope = scope_here();
      missed.path.insert(missed.path.begin(), scope.begin(), scope.end());
    }
    news = stubs_.add(missed.path, missed.kind) || news;
  }

  bool news = false;
  std::uint32_t errors = 0;

 private:
  enum class Expects { Nothing, Anything, Type, Namespace };

  static Expects expected_by(unsigned id) {
    using namespace clang::diag;
    switch (id) {
      case err_undeclared_var_use:
      case err_undeclared_use:
      case err_no_member: return Expects::Anything;
      case err_unknown_typename:
      case err_typename_nested_not_found:
      case err_no_template:
      case err_no_member_template:
      case err_expected_class_name: return Expects::Type;
      case err_expected_namespace_name: return Expects::Namespace;
      default: return Expects::Nothing;
    }
  }

  /// The class that a member was not found in.
  static const clang::CXXRecordDecl* asked_class(const clang::Diagnostic& diagnostic) {
    for (unsigned i = 0; i < diagnostic.getNumArgs(); ++i) {
      const clang::DeclContext* scope = nullptr;
      if (diagnostic.getArgKind(i) == clang::DiagnosticsEngine::ak_declcontext)
        scope = reinterpret_cast<const clang::DeclContext*>(diagnostic.getRawArg(i));
      if (diagnostic.getArgKind(i) == clang::DiagnosticsEngine::ak_qualtype) {
        const clang::QualType type =
            clang::QualType::getFromOpaquePtr(reinterpret_cast<void*>(diagnostic.getRawArg(i)));
        if (!type.isNull()) scope = type->getAsCXXRecordDecl();
      }
      if (const auto* record = llvm::dyn_cast_or_null<clang::CXXRecordDecl>(scope)) return record;
    }
    return nullptr;
  }

  /// A member that a class of the tree does not have cannot be declared from outside; a stand-in can be given it.
  void take_member(const clang::CXXRecordDecl& record, const clang::Diagnostic& diagnostic, MissedName missed) {
    const clang::SourceManager& sources = diagnostic.getSourceManager();
    if (sources.getFilename(sources.getSpellingLoc(record.getLocation())) != stubs_path) return;
    const std::string name = missed.path.back();
    if (record.getName() == "redtag_any") {
      news = stubs_.add_member(name) || news;
      return;
    }
    std::vector<std::string> path = namespaces_of(&record);
    path.push_back(record.getNameAsString());
    path.push_back(name);
    news = stubs_.add(path, missed.kind) || news;
  }

  /// The namespaces around a place, outermost first.
  static std::vector<std::string> namespaces_of(const clang::DeclContext* at) {
    std::vector<std::string> scope;
    for (; at != nullptr; at = at->getLexicalParent()) {
      const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(at);
      if (space != nullptr && !space->isAnonymousNamespace()) scope.insert(scope.begin(), space->getNameAsString());
    }
    return scope;
  }

  [[nodiscard]] bool in_body() const {
    return compiler_.hasSema() && compiler_.getSema().getCurLexicalContext() != nullptr &&
           compiler_.getSema().getCurLexicalContext()->isFunctionOrMethod();
  }

  [[nodiscard]] std::vector<std::string> scope_here() const {
    return compiler_.hasSema() ? namespaces_of(compiler_.getSema().getCurLexicalContext()) : std::vector<std::string>();
  }

  /// The namespace that a name was not found in.
  static bool asked_namespace(const clang::Diagnostic& diagnostic, std::vector<std::string>& space) {
    for (unsigned i = 0; i < diagnostic.getNumArgs(); ++i) {
      if (diagnostic.getArgKind(i) != clang::DiagnosticsEngine::ak_declcontext) continue;
      const auto* scope = reinterpret_cast<const clang::DeclContext*>(diagnostic.getRawArg(i));
      if (llvm::isa_and_nonnull<clang::NamespaceDecl>(scope)) space = namespaces_of(scope);
    }
    return !space.empty();
  }

  Stubs& stubs_;
  clang::CompilerInstance& compiler_;
};

class Includes : public clang::PPCallbacks {
 public:
  explicit Includes(bool& missing) : missing_(missing) {}
  bool FileNotFound(llvm::StringRef) override {
    missing_ = true;
    return true;  // no error: what it would have declared is stood in for
  }

 private:
  bool& missing_;
};

class Action : public clang::SyntaxOnlyAction {
 public:
  Action(bool& missing, BodyChoice choice) : missing_(missing), choice_(choice) {}

 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance&, llvm::StringRef) override {
    return std::make_unique<BodyConsumer>(choice_);
  }
  bool BeginSourceFileAction(clang::CompilerInstance& compiler) override {
    compiler.getPreprocessor().addPPCallbacks(std::make_unique<Includes>(missing_));
    return true;
  }

 private:
  bool& missing_;
  BodyChoice choice_;
};

bool is_c(const std::string& path) { return path.ends_with(".c"); }

std::vector<std::string> command_line(const SideRequest& side) {
  std::vector<std::string> words{"-triple",
                                 "x86_64-unknown-linux-gnu",
                                 "-fsyntax-only",
                                 "-nostdsysteminc",
                                 "-nobuiltininc",
                                 "-ferror-limit",
                                 "0",
                                 "-w",
                                 "-fno-spell-checking",
                                 "-ftemplate-depth=128",
                                 "-fbracket-depth",
                                 "256",
                                 "-fconstexpr-steps=100000",
                                 "-fconstexpr-depth=128",
                                 "-pthread",
                                 "-fgnuc-version=12.2.0"};
  if (is_c(side.main)) {
    words.insert(words.end(), {"-x", "c"});
  } else {
    words.insert(words.end(), {"-x", "c++", "-fcxx-exceptions", "-fexceptions", "-fdeprecated-macro", "-fcoroutines"});
  }
  words.push_back(is_c(side.main) ? "-std=gnu17" : "-std=gnu++20");
  words.insert(words.end(), side.arguments.begin(), side.arguments.end());
  words.insert(words.end(), {"-include", stubs_path, "/" + side.main});
  return words;
}

struct Round {
  Unit unit;
  bool news = false;
};

/// What parses of both sides learn and the next one starts from: what only one of them could read must not look like a change.
struct Known {
  Stubs stubs;
  std::set<std::string> names;  ///< whose bodies are read
  [[nodiscard]] std::size_t size() const { return stubs.size() + names.size(); }
};

/// One parse. The functions are read only if nothing new was missed, or in the last round.
Round parse_once(const Request& request, const SideRequest& side, Known& known, bool last) {
  auto memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  memory->setCurrentWorkingDirectory("/");
  for (const std::uint32_t file : side.files) {
    memory->addFileNoOwn("/" + request.files[file].path, 0,
                         llvm::MemoryBufferRef(request.files[file].text, request.files[file].path));
  }
  const std::string stand_ins = known.stubs.text();
  memory->addFile(stubs_path, 0, llvm::MemoryBuffer::getMemBufferCopy(stand_ins, stubs_path));
  clang::CompilerInstance compiler;
  Listener listener(known.stubs, compiler);
  const std::vector<std::string> words = command_line(side);
  std::vector<const char*> pointers;
  for (const std::string& word : words) pointers.push_back(word.c_str());
  compiler.createDiagnostics(&listener, false);
  clang::CompilerInvocation::CreateFromArgs(compiler.getInvocation(), pointers, compiler.getDiagnostics());
  compiler.getFrontendOpts().SkipFunctionBodies = true;
  compiler.createFileManager(memory);
  Round round;
  Action action(round.unit.headers_missing, {side.bodies, known.names});
  if (!compiler.createTarget() || compiler.getFrontendOpts().Inputs.empty()) return round;
  if (!action.BeginSourceFile(compiler, compiler.getFrontendOpts().Inputs.front())) return round;
  // An internal error of ours: nothing is told, and tree-sitter's findings stand.
  if (llvm::Error error = action.Execute()) {
    llvm::consumeError(std::move(error));
    return round;
  }
  round.news = listener.news;
  round.unit.errors = listener.errors;
  if (!round.news || last) {
    const std::set<std::string> wanted(request.wanted.begin(), request.wanted.end());
    if (compiler.hasASTContext()) {
      for (std::string& name : read_functions(compiler.getASTContext(), wanted, round.unit))
        round.news = (known.names.insert(std::move(name)).second && !last) || round.news;
    }
  }
  action.EndSourceFile();
  return round;
}

Unit parse_side(const Request& request, const SideRequest& side, Known& known) {
  for (int i = 1; side.present; ++i) {
    Round round = parse_once(request, side, known, i == most_rounds);
    if (!round.news || i == most_rounds) return std::move(round.unit);
  }
  return {};
}

/// What a function does, wherever it stands: two of the same words need not be told.
std::string saying(const Function& function, const Request& request, const SideRequest& side) {
  std::string_view text;
  for (const std::uint32_t file : side.files) {
    if (request.files[file].path == function.path) text = request.files[file].text;
  }
  std::string out = function.path + '\0' + function.symbol;
  const auto words = [&](ByteRange bytes) {
    out += '\0';
    if (bytes.end <= text.size()) out += text.substr(bytes.begin, bytes.size());
  };
  for (const Block& block : function.blocks) {
    for (const Event& event : block.events) {
      out += '\1' + std::to_string(static_cast<int>(event.kind)) + event.name + '\0' + event.type;
      words(event.bytes);
    }
    words(block.condition);
    for (const std::uint32_t next : block.next) out += '\2' + std::to_string(next);
  }
  return out;
}

void keep_differing(const Request& request, Answer& answer) {
  std::map<std::string, int> balance;
  const auto count = [&](const Unit& unit, const SideRequest& side, int by) {
    for (const Function& function : unit.functions) balance[saying(function, request, side)] += by;
  };
  count(answer.before, request.before, 1);
  count(answer.after, request.after, -1);
  const auto keep = [&](Unit& unit, const SideRequest& side) {
    std::erase_if(unit.functions,
                  [&](const Function& function) { return balance[saying(function, request, side)] == 0; });
  };
  keep(answer.before, request.before);
  keep(answer.after, request.after);
}

}  // namespace

Answer parse(const Request& request) {
  llvm::CrashRecoveryContext::Enable();
  Answer answer;
  Known known;
  known.names.insert(request.names.begin(), request.names.end());
  for (const File& file : request.files) known.stubs.prepare(file.text);
  answer.before = parse_side(request, request.before, known);
  const std::size_t learned = known.size();
  answer.after = parse_side(request, request.after, known);
  if (known.size() != learned && request.before.present) answer.before = parse_side(request, request.before, known);
  if (request.before.present && request.after.present) keep_differing(request, answer);
  return answer;
}

}  // namespace redtag::flow
