// support/Diagnostic: places in a text, rendering, subjects, suggestions.
#include "support/Diagnostic.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace stencilgen;

namespace {

Diagnostic at(StringRef Text, size_t Offset) {
  return diagnosticAt(SourceMgr::DK_Error, "file.c", Text, Offset, "message");
}

TEST(Diagnostic, PlaceInAText) {
  StringRef Text = "one\ntwo\r\n\nlast";
  Diagnostic First = at(Text, 0);
  EXPECT_EQ(First.Line, 1u);
  EXPECT_EQ(First.Column, 1u);
  EXPECT_EQ(First.SourceLine, "one");
  EXPECT_EQ(at(Text, 3).Column, 4u); // the line's end belongs to the line
  EXPECT_EQ(at(Text, 3).Line, 1u);
  EXPECT_EQ(at(Text, 4).Line, 2u);
  EXPECT_EQ(at(Text, 4).Column, 1u);
  EXPECT_EQ(at(Text, 6).Column, 3u);
  EXPECT_EQ(at(Text, 6).SourceLine, "two"); // without the carriage return
  EXPECT_EQ(at(Text, 9).Line, 3u);
  EXPECT_EQ(at(Text, 9).SourceLine, "");
  EXPECT_EQ(at(Text, 13).Line, 4u);
  EXPECT_EQ(at(Text, 13).Column, 4u);
}

TEST(Diagnostic, PlaceAtAndBeyondTheEnd) {
  EXPECT_EQ(at("ab\n", 3).Line, 2u);
  EXPECT_EQ(at("ab\n", 3).Column, 1u);
  EXPECT_EQ(at("ab", 2).Column, 3u);
  EXPECT_EQ(at("ab", 1000).Column, 3u);
  EXPECT_EQ(at("", 0).Line, 1u);
  EXPECT_EQ(at("", 7).Column, 1u);
}

std::string printed(const Diagnostic &D) {
  std::string Text;
  raw_string_ostream OS(Text);
  printDiagnostic(OS, D);
  return Text;
}

TEST(Diagnostic, Rendering) {
  EXPECT_EQ(printed(at("one\n  two\n", 6)), "file.c:2:3: error: message\n  two\n  ^\n");
  EXPECT_EQ(toString(makeError("message")), "stencilgen: error: message\n");
  EXPECT_EQ(toString(makeFileError("file.c", "message")), "file.c: error: message\n");
  Diagnostic Rendered;
  Rendered.Message = "as it is";
  Rendered.IsRendered = true;
  EXPECT_EQ(printed(Rendered), "as it is");
}

TEST(Diagnostic, Subject) {
  EXPECT_EQ(toString(withSubject(makeFileError("file.c", "message"), "micro-op 'X'")),
            "file.c: error: micro-op 'X': message\n");
  EXPECT_EQ(toString(withSubject(createStringError(inconvertibleErrorCode(), "of LLVM"), "shim")),
            "stencilgen: error: shim: of LLVM\n");
  Diagnostic Rendered;
  Rendered.Message = "file.c:1:1: error: by Clang\n";
  Rendered.IsRendered = true;
  EXPECT_EQ(toString(withSubject(make_error<DiagnosticError>(std::vector<Diagnostic>{Rendered}), "shim")),
            "file.c:1:1: error: by Clang\nnote: in shim\n");
  // A note speaks of the error before it, which has the subject already.
  std::vector<Diagnostic> WithNote{at("x", 0), at("x", 0)};
  WithNote[1].Kind = SourceMgr::DK_Note;
  EXPECT_EQ(toString(withSubject(make_error<DiagnosticError>(WithNote), "shim")),
            "file.c:1:1: error: shim: message\nx\n^\nfile.c:1:1: note: message\nx\n^\n");
}

TEST(Diagnostic, NearestName) {
  StringRef Names[] = {"_JIT_OPARG", "_JIT_OPERAND0", "_JIT_OPERAND1"};
  EXPECT_EQ(nearestName("_JIT_OPERND0", Names), "_JIT_OPERAND0");
  EXPECT_EQ(nearestName("_JIT_OPARG", Names), "_JIT_OPARG");
  EXPECT_EQ(nearestName("_JIT_OPERAND2", Names), "_JIT_OPERAND0"); // the first of those as near
  EXPECT_EQ(nearestName("something", Names), "");
  EXPECT_EQ(nearestName("", Names), "");
  EXPECT_EQ(nearestName("x", {}), "");
  // A third of six letters is two: three changes are too many.
  EXPECT_EQ(nearestName("abcdef", {"abcdxy"}), "abcdxy");
  EXPECT_EQ(nearestName("abcdef", {"abcxyz"}), "");
}

} // namespace
