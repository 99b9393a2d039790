// Functions of C and C++ as operations and safeguards, by the built-in rows.
#include <gtest/gtest.h>

#include "lower/cpp/cpp.h"
#include "model/surrounding.h"

namespace redtag {
namespace {

Model lower(std::string_view text, std::string_view path = "x.cc") {
  static const FactTables facts = FactTables::builtin();
  return cpp_frontend.lower({FileId{0}, Side::After, path, text, 0, false}, LoweringView{facts, 0});
}

/// `function: verb object target [conditions]` for each operation.
std::string operations(std::string_view text) {
  const Model model = lower(text);
  std::string out;
  for (const Operation& operation : model.operations) {
    out += model.procedures[operation.procedure.value].address + ": " + std::string(verb_name(operation.verb)) + " " +
           operation.object + " " + operation.target.text;
    for (const Value& argument : operation.arguments) {
      if (!argument.text.starts_with(said_mark)) out += " [" + argument.text + "]";
    }
    out += operation.harmless_target ? " harmless\n" : "\n";
  }
  return out;
}

std::string guards(std::string_view text) {
  const Model model = lower(text);
  std::string out;
  for (const Safeguard& guard : model.safeguards) {
    out += guard.protects + ": " + std::string(safeguard_name(guard.kind)) + " " + guard.text +
           (guard.coverage == Coverage::None ? " none\n" : "\n");
  }
  return out;
}

TEST(Cpp, NamesFunctionsByTheirSymbol) {
  EXPECT_EQ(
      operations(
          "namespace a { class B { void f() { unlink(data_path); } }; }\nvoid a::B::g() { unlink(data_path); }\n"),
      "a::B::f: destroy data file data_path\na::B::g: destroy data file data_path\n");
  EXPECT_EQ(operations("template <class T> T* Pool<T>::f(int x) { ::unlink(\"/srv/data\"); return 0; }"),
            "Pool::f: destroy data file /srv/data\n");
}

TEST(Cpp, TellsCallsOfOneNameApart) {
  EXPECT_EQ(operations("void f() { std::filesystem::remove(db); std::remove(a.begin(), a.end(), 3); v.remove(x); "
                       "list->remove(y); }"),
            "f: destroy data file db\nf: destroy file a.begin()\n");
  EXPECT_EQ(operations("void f() { QFile::remove(database); widget->remove(database); }"),
            "f: destroy data file database\n");
}

TEST(Cpp, KeepsTheConditionsOfACall) {
  EXPECT_EQ(operations("void f() { if (!ready) return; for (auto& x : all) { if (old(x)) unlink(x); else keep(x); } }"),
            "f: destroy file x [around: operand=each of all] [in a loop] [if ready] [if old(x)]\n");
  EXPECT_EQ(operations("void f() { if (a) { unlink(x); } unlink(y); }"),
            "f: destroy file x [if a]\nf: destroy file y\n");
  EXPECT_EQ(operations("void f() { if (!(a && b)) unlink(x); }"), "f: destroy file x [unless a && b]\n");
}

TEST(Cpp, ReadsStatementsInStrings) {
  EXPECT_EQ(operations("void f() { exec(\"DROP \" \"TABLE orders\"); }"), "f: destroy table orders\n");
  EXPECT_EQ(operations("void f() { run(QString(\"DROP TABLE %1\").arg(name)); }"), "f: destroy table $1\n");
  EXPECT_EQ(
      operations("void f() { out << \"DELETE FROM \" << name; log(\"drop us a line\"); errmsg(\"DROP TABLE x\"); }"),
      "f: empty rows ?\n");
  EXPECT_EQ(operations("void f() { system(\"rm -rf /var/lib/mysql\"); }"),
            "f: destroy data directory /var/lib/mysql [-rf] [/var/lib/mysql]\n");
}

TEST(Cpp, KnowsTemporaryTargets) {
  EXPECT_EQ(operations("void f() { unlink(tmpPath); remove_all(cache_dir / \"x\"); unlink(pid_file); }"),
            "f: destroy file tmpPath harmless\nf: destroy directory cache_dir / \"x\" harmless\nf: destroy file "
            "pid_file harmless\n");
}

TEST(Cpp, FindsGuards) {
  EXPECT_EQ(guards("void f() { std::lock_guard<std::mutex> l(mu); if (confirm()) remove_all(data); }"),
            "f: confirmation confirmation\nf: lock lock\nf: clean-up remove_all\nf: result-check remove_all none\n");
  EXPECT_EQ(guards("void f() { try { g(); } catch (const E& e) {} }"), "f: error-handler (const E& e) none\n");
  EXPECT_EQ(guards("int save() { fsync(fd); return rename(a, b); }"),
            "save: clean-up fsync\nsave: durable-write sync before rename\n");
  EXPECT_EQ(guards("int save() { rename(a, b); return fsync(fd); }"), "save: clean-up fsync\n");
}

TEST(Cpp, ReadsDefaults) {
  const Model model = lower(
      "struct DbOptions { bool sync = true; int x; };\nDEFINE_int32(timeout, 30, \"s\");\nstruct Point { int x = 1; "
      "};\n");
  ASSERT_EQ(model.resources.size(), 2U);
  EXPECT_EQ(model.resources[0].address, "DbOptions::sync");
  EXPECT_EQ(model.resources[1].address, "FLAGS_timeout");
  EXPECT_EQ(model.resources[1].attributes[0].value.text, "30");
}

TEST(Cpp, SurvivesDeepNesting) {
  std::string text = "void f() {";
  for (int i = 0; i < 50'000; ++i) text += "if (a) {";
  EXPECT_TRUE(lower(text).operations.empty());
}

}  // namespace
}  // namespace redtag
