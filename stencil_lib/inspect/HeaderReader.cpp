// See HeaderReader.h. The form is that of Tools/jit/_writer.py and emit/CPythonHeader.cpp, a statement a
// line.
#include "inspect/HeaderReader.h"
#include "interpreters/Profile.h"
#include "stencil/Verifier.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace stencilgen {

namespace {

class HeaderReader {
public:
  HeaderReader(StringRef File, StringRef Text, const Profile &Interpreter)
      : File(File), Text(Text), Interpreter(Interpreter) {
    for (const auto &[Kind, Function] : Interpreter.Header.CPython.PatchFunctions)
      Kinds[Function].push_back(Kind);
    for (const PairFunction &Pair : Interpreter.Header.CPython.Pairs)
      Pairs[Pair.Function] = &Pair;
    for (const auto &[Kind, Function] : Interpreter.Header.CPython.TrampolineFunctions)
      Trampolines[Function] = Kind;
  }

  Expected<StencilSet> read() {
    readSymbols();
    StringRef Rest = Text;
    while (!Rest.empty()) {
      StringRef Line;
      std::tie(Line, Rest) = Rest.split('\n');
      Here = Line;
      if (Error E = readLine(Line.trim()))
        return E;
    }
    if (Groups.empty())
      return makeFileError(File, "expected the emit functions of stencils, found none");
    return finish();
  }

private:
  Error fail(const Twine &Message) const {
    return makeErrorAt(File, Text, Here.begin() - Text.begin(), Message);
  }

  /// The symbols that trampolines go to, which functions name by number: they stand behind the functions.
  void readSymbols() {
    StringRef Rest = Text;
    size_t Start = Rest.find("symbols_map[");
    if (Start == StringRef::npos)
      return;
    Rest = Rest.drop_front(Start);
    while (!Rest.empty()) {
      StringRef Line;
      std::tie(Line, Rest) = Rest.split('\n');
      if (Line.starts_with("}"))
        return;
      StringRef Symbol = Line.trim().rtrim(',');
      if (Symbol.consume_front("[") && Symbol.contains("] = &"))
        Symbols.push_back(Symbol.split("] = &").second.str());
    }
  }

  Error readLine(StringRef Line) {
    if (Line.starts_with("//")) {
      StringRef Comment = Line.drop_front(2).trim();
      if (Set.Digest.empty() && Comment.size() == 64 && llvm::all_of(Comment, isHexDigit))
        Set.Digest = Comment.str();
      else if (Set.Command.empty() && Comment.consume_front("$ "))
        Set.Command = Comment.str();
      return Error::success();
    }
    if (Line.starts_with("emit_") && Line.ends_with("(")) {
      Groups.emplace_back().Name = Line.drop_front(5).drop_back().str();
      Part = nullptr;
      return Error::success();
    }
    if (Groups.empty())
      return Error::success();
    if (Line.consume_front("const unsigned char code_body["))
      return beginBody(Groups.back().Code, Line);
    if (Line.consume_front("const unsigned char data_body["))
      return beginBody(Groups.back().Data, Line);
    if (Part && Line == "};") {
      Part = nullptr;
      return Error::success();
    }
    if (Part)
      return readBytes(Line);
    if (Line.contains("{emit_"))
      return readSizes(Line);
    StringRef Function = Line.take_until([](char C) { return C == '('; });
    if (Function.starts_with("patch_") && Line.ends_with(");"))
      return readPatch(Function, Line.drop_front(Function.size() + 1).drop_back(2));
    return Error::success();
  }

  Error beginBody(Stencil &S, StringRef Rest) {
    uint64_t Size = 0;
    if (Rest.consumeInteger(10, Size) || Size > (16 << 20) || !Rest.starts_with("]"))
      return fail("expected the size of the body");
    Part = &S;
    Part->Bytes.clear();
    BodySize = Size;
    return Error::success();
  }

  Error readBytes(StringRef Line) {
    while (!Line.empty()) {
      StringRef Word;
      std::tie(Word, Line) = Line.split(',');
      uint8_t Byte;
      if (Word.trim().getAsInteger(0, Byte))
        return fail("expected bytes, found '" + Word.trim() + "'");
      if (Part->Bytes.size() == BodySize)
        return fail("more bytes than the body has");
      Part->Bytes.push_back(Byte);
      Line = Line.ltrim();
    }
    return Error::success();
  }

  /// `[NAME] = {emit_NAME, CODE, DATA, ...}`: sizes, where bodies end before their trailing zeros.
  Error readSizes(StringRef Line) {
    SmallVector<StringRef, 4> Parts;
    Line.split("{emit_").second.split(Parts, ',');
    uint64_t Code, Data;
    if (Parts.size() < 3 || Parts[1].trim().getAsInteger(10, Code) || Parts[2].trim().getAsInteger(10, Data))
      return fail("expected {emit_NAME, size of the code, size of the data, ...");
    auto Group = llvm::find_if(Groups, [&](const StencilGroup &G) { return G.Name == Parts[0]; });
    if (Group == Groups.end())
      return fail("no emit function of '" + Parts[0] + "' before this");
    if (Group->Code.Bytes.size() > Code || Group->Data.Bytes.size() > Data || Code > (16 << 20) ||
        Data > (16 << 20))
      return fail("expected a size of at least that of the body and at most 16 MiB");
    Group->Code.Bytes.resize(Code);
    Group->Data.Bytes.resize(Data);
    return Error::success();
  }

  /// `code + 0x12, EXPRESSION`, or `code + 0x12, ORDINAL, state`, or two places and an expression.
  Error readPatch(StringRef Function, StringRef Arguments) {
    StringRef Where;
    std::tie(Where, Arguments) = Arguments.split(", ");
    Stencil &S = Where.starts_with("data") ? Groups.back().Data : Groups.back().Code;
    uint64_t Offset, Second = 0;
    if (!placeOf(Where, Offset))
      return fail("expected a place as 'code + 0x12', found '" + Where + "'");
    if (auto Kind = Trampolines.find(Function); Kind != Trampolines.end()) {
      size_t Ordinal;
      if (Arguments.split(',').first.getAsInteger(0, Ordinal) || Ordinal >= Symbols.size())
        return fail("expected the number of one of " + Twine(Symbols.size()) + " symbols");
      S.Holes.push_back({Offset, Kind->second, "", "", Symbols[Ordinal], 0});
      return Error::success();
    }
    auto Pair = Pairs.find(Function);
    if (Pair != Pairs.end() && placeOf(Arguments.split(", ").first, Second))
      Arguments = Arguments.split(", ").second;
    else
      Second = Offset + 4;
    Hole Filled{Offset, FixupKind::Abs64, "", "", "", 0};
    if (Error E = readExpression(Arguments, Filled))
      return E;
    if (Pair != Pairs.end()) {
      Filled.Kind = Pair->second->First;
      S.Holes.push_back(Filled);
      Filled.Kind = Pair->second->Second;
      Filled.Offset = Second;
      S.Holes.push_back(Filled);
      return Error::success();
    }
    auto Candidates = Kinds.find(Function);
    if (Candidates == Kinds.end())
      return fail("unknown patch function '" + Function + "'");
    Filled.Kind = kindAt(S, Offset, Candidates->second);
    S.Holes.push_back(std::move(Filled));
    return Error::success();
  }

  static bool placeOf(StringRef Text, uint64_t &Offset) {
    return (Text.consume_front("code + ") || Text.consume_front("data + ")) && !Text.getAsInteger(0, Offset);
  }

  /// Which of the kinds with one patch function it is, by the x86-64 instruction around the hole.
  static FixupKind kindAt(const Stencil &S, uint64_t Offset, ArrayRef<FixupKind> Candidates) {
    auto Has = [&](FixupKind Kind) { return is_contained(Candidates, Kind); };
    auto Byte = [&](uint64_t Back) {
      return Offset >= Back && Offset - Back < S.Bytes.size() ? S.Bytes[Offset - Back] : 0;
    };
    bool IsBranch = Byte(1) == 0xe8 || Byte(1) == 0xe9 || (Byte(2) == 0x0f && (Byte(1) & 0xf0) == 0x80);
    if (IsBranch && Has(FixupKind::X86_64_Branch32))
      return FixupKind::X86_64_Branch32;
    if (Has(FixupKind::PCRel32))
      return FixupKind::PCRel32;
    // A call or jump through a slot (ff) has no prefix that matters.
    if ((Byte(3) & 0xf0) == 0x40 && Byte(2) != 0xff && Has(FixupKind::X86_64_GotPCRel32RelaxRex))
      return FixupKind::X86_64_GotPCRel32RelaxRex;
    return Candidates.front();
  }

  /// Terms joined by " + ": an expression of a hole value, the address of a symbol, a number.
  Error readExpression(StringRef Expression, Hole &H) const {
    StringRef Whole = Expression;
    size_t Longest = 0;
    for (const HoleValueProfile &Value : Interpreter.Holes.Values) {
      StringRef Rest = Expression;
      if (Rest.consume_front(Value.Expression) && (Rest.empty() || Rest.starts_with(" + ")) &&
          Value.Expression.size() > Longest) {
        Longest = Value.Expression.size();
        H.Value = Value.Name;
      }
    }
    Expression = Expression.drop_front(Longest);
    Expression.consume_front(" + ");
    while (!Expression.empty()) {
      StringRef Term;
      std::tie(Term, Expression) = Expression.split(" + ");
      bool Negative = false;
      uint64_t Number = 0;
      if (Term.consume_front("(uintptr_t)&")) {
        Term.consume_front(BuiltinPrefix);
        H.Symbol = Term.str();
      } else if (Negative = Term.consume_front("-"); !Term.getAsInteger(0, Number)) {
        H.Addend += static_cast<int64_t>(Negative ? 0 - Number : Number);
      } else {
        return fail("expected a hole value of " + Interpreter.Name + ", a symbol or a number, found '" +
                    Whole + "'");
      }
    }
    return Error::success();
  }

  Expected<StencilSet> finish() {
    Set.ProfileName = Interpreter.Name;
    Set.ProfileRevision = Interpreter.Revision;
    Set.Header = Interpreter.Header;
    for (const HoleValueProfile &Value : Interpreter.Holes.Values)
      Set.Expressions.emplace_back(Value.Name, Value.Expression);
    if (Error E = findTarget())
      return E;
    for (StencilGroup &Group : Groups) {
      for (Stencil *S : {&Group.Code, &Group.Data})
        llvm::stable_sort(S->Holes, [](const Hole &A, const Hole &B) { return A.Offset < B.Offset; });
      if (Group.Name == "shim" || Group.Name == "trampoline")
        Set.Shim = std::move(Group);
      else
        Set.Groups.push_back(std::move(Group));
    }
    llvm::sort(Set.Groups, [](const StencilGroup &A, const StencilGroup &B) { return A.Name < B.Name; });
    if (Error E = withFile(verifyStencils(Set), File))
      return E;
    return std::move(Set);
  }

  Error findTarget() {
    StringRef Name = sys::path::stem(File);
    SmallVector<StringRef, 8> Words;
    StringRef(Set.Command).split(Words, ' ', -1, /*KeepEmpty=*/false);
    if (Name.consume_front("jit_stencils-"))
      Words.insert(Words.begin(), Name);
    for (StringRef Word : Words) {
      auto Target = Interpreter.target(Word);
      if (!Target) {
        consumeError(Target.takeError());
        continue;
      }
      Set.Triple = Word.str();
      Set.Condition = (*Target)->Condition;
      return Error::success();
    }
    return makeFileError(File, "expected a target of " + Interpreter.Name +
                                   " in the file's name, jit_stencils-TRIPLE.h, or in its second line");
  }

  StringRef File, Text;
  const Profile &Interpreter;
  StringRef Here; ///< the line that is read
  StringMap<SmallVector<FixupKind, 4>> Kinds;
  StringMap<const PairFunction *> Pairs;
  StringMap<FixupKind> Trampolines;
  std::vector<std::string> Symbols;
  StencilSet Set;
  std::vector<StencilGroup> Groups;
  Stencil *Part = nullptr; ///< whose body is read; null: none
  uint64_t BodySize = 0;
};

} // namespace

Expected<StencilSet> readStencilHeader(StringRef File, StringRef Text) {
  Error Failures = Error::success();
  for (StringRef Name : profileNames()) {
    auto Interpreter = loadProfile(Name);
    if (!Interpreter) {
      Failures = joinErrors(std::move(Failures), Interpreter.takeError());
      continue;
    }
    auto Set = HeaderReader(File, Text, *Interpreter).read();
    if (Set) {
      consumeError(std::move(Failures));
      return Set;
    }
    Failures = joinErrors(std::move(Failures), Set.takeError());
  }
  return Failures;
}

} // namespace stencilgen
