// Tier 1. Source of the rules: CPython's Tools/cases_generator/tier1_generator.py; what the macros TARGET,
// DISPATCH and JUMP_TO_LABEL mean for each way to dispatch is defined here, not left to the interpreter.
#include "lower/Tier1.h"
#include "dsl/DiagnosticSink.h"
#include "lower/BodyEmitter.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace stencilgen::dsl;
using namespace stencilgen::lower;
using namespace stencilgen::uops;

namespace stencilgen {

namespace {

class Tier1Emitter : public BodyEmitter {
public:
  Tier1Emitter(CodeWriter &Out, const LoweringProfile &Profile, const StringMap<Label *> &Labels,
               StackFailure &Failure, DiagnosticSink &Diagnostics)
      : BodyEmitter(Out, Profile, Labels, Failure, Diagnostics), Failure(Failure) {}

  /// Emits what stands between an instruction's braces.
  void emitInstruction(const Instruction &I);
  void emitLabel(const Label &L);

protected:
  void emitExit(const Token &Macro, const Section &Code, const Storage &S) override;
  void emitErrorJump(bool Popped, const Token &Macro, const Storage &S) override;
  bool emitWord(const Token &, StatementCursor &, const Section &, Storage &, Flow &) override {
    return false;
  }

private:
  StackFailure &Failure;
  const Instruction *Current = nullptr;

  void declareVariables(const Instruction &I);
  void readCaches(const Uop &U, int &Offset);
};

/// An instruction that cannot go on does the head of its family instead, from the start.
void Tier1Emitter::emitExit(const Token &Macro, const Section &, const Storage &) {
  if (!Current || !Current->Family) {
    error(Macro, Twine(Macro.Text) + " in '" + (Current ? StringRef(Current->Name) : "a label") +
                     "', which is in no family: there is nothing to fall back to");
    return;
  }
  Out.line(Profile.text("again"));
  Out.line("JUMP_TO_TARGET(" + Current->Family->Name + ");");
}

void Tier1Emitter::emitErrorJump(bool Popped, const Token &, const Storage &S) {
  if (Popped && !S.Stack.unsaved().isZero()) {
    Storage Leaving = S.fork();
    Leaving.flush(Out);
  }
  Out.line("JUMP_TO_LABEL(error);");
}

void Tier1Emitter::declareVariables(const Instruction &I) {
  StringSet<> Seen;
  auto Declare = [&](const StackItem &Item) {
    if (!Item.Used || Item.isUnused() || !Seen.insert(Item.Name).second)
      return;
    StringRef Type = !Item.Type.empty() ? Item.Type : Profile.text(Item.isArray() ? "array" : "item");
    Out.line((Type + (Type.ends_with("*") ? "" : " ") + Item.Name + ";").str());
  };
  for (const Part &P : I.Parts) {
    const auto *U = std::get_if<const Uop *>(&P);
    if (!U)
      continue;
    for (const StackItem &Input : (*U)->Stack.Inputs)
      Declare(Input);
    for (const StackItem &Output : (*U)->Stack.Outputs)
      Declare(Output);
  }
}

/// \param Offset  of the next cache entry from the instruction, in code units
void Tier1Emitter::readCaches(const Uop &U, int &Offset) {
  for (const CacheEntry &Cache : U.Caches) {
    if (!Cache.isUnused()) {
      StringRef Type = Profile.OperandTypes.find(Cache.Size)->second;
      Out.line((Type + (Type.ends_with("*") ? "" : " ") + Cache.Name + " = " +
                fillTemplate(Profile.text("readCache"), {{"bits", std::to_string(16 * Cache.Size)},
                                                         {"offset", std::to_string(Offset)}}) +
                ";")
                   .str());
      Out.line(("(void)" + Cache.Name + ";").str());
    }
    Offset += static_cast<int>(Cache.Size);
  }
}

void Tier1Emitter::emitInstruction(const Instruction &I) {
  Current = &I;
  Failure = StackFailure();
  Out.line(fillTemplate(Profile.text("begin"), {{"size", std::to_string(I.size())}}));
  declareVariables(I);
  ValueStack Stack(Profile, Failure);
  int Offset = 1;
  Flow F = Flow::GoesOn;
  for (const Part &P : I.Parts) {
    if (const auto *S = std::get_if<Skip>(&P)) {
      Offset += S->Size;
    } else if (std::holds_alternative<Flush>(P)) {
      Stack.flush(Out);
    } else {
      const Uop &U = *std::get<const Uop *>(P);
      Out.startLine();
      Out.line("// " + U.Name);
      Out.emit("{\n");
      Storage Values = Storage::forUop(std::move(Stack), U, Out);
      readCaches(U, Offset);
      F = emitBody({U.Name, U.Definition->Name.location(), U.Facts, &U}, Values, /*Braces=*/false);
      if (failed())
        return;
      Out.startLine();
      Out.emit("}\n");
      Stack = std::move(Values.Stack);
    }
  }
  if (F == Flow::GoesOn) {
    Stack.flush(Out);
    Out.line("DISPATCH();");
  }
}

void Tier1Emitter::emitLabel(const Label &L) {
  Current = nullptr;
  Failure = StackFailure();
  Storage Values(ValueStack(Profile, Failure), /*CheckLiveness=*/false, L.Definition->IsSpilled ? 1 : 0);
  emitBody({L.Name, L.Definition->Name.location(), L.Facts, nullptr}, Values, /*Braces=*/true);
}

/// Puts targets and labels together for one way to dispatch.
class Tier1Lowering {
public:
  Tier1Lowering(const UopTable &Table, ArrayRef<SourceText> Sources, const LoweringProfile &Profile,
                Dispatch How, bool Lines, DiagnosticSink &Diagnostics)
      : Table(Table), Profile(Profile), How(How),
        Out(Profile, /*Indent=*/0, Lines ? Sources.data() : nullptr),
        Emitter(Out, Profile, Table.LabelByName, Failure, Diagnostics) {
    for (const Instruction &I : Table.Instructions)
      Sorted.push_back(&I);
    llvm::sort(Sorted, [](const Instruction *A, const Instruction *B) { return A->Name < B->Name; });
  }

  std::string run();

private:
  const UopTable &Table;
  const LoweringProfile &Profile;
  Dispatch How;
  StackFailure Failure;
  CodeWriter Out;
  Tier1Emitter Emitter;
  std::vector<const Instruction *> Sorted;
  std::string Result;

  bool isFunctions() const { return How == Dispatch::MustTail; }
  void macros();
  void table();
  std::string function(StringRef Prefix, StringRef Name) const;
  void add(Twine Head);
};

/// `static RESULT prefix_NAME(PARAMETERS)`
std::string Tier1Lowering::function(StringRef Prefix, StringRef Name) const {
  return ("static " + Profile.text("result") + " " + Prefix + Name + "(" + Profile.text("parameters") + ")")
      .str();
}

void Tier1Lowering::macros() {
  std::string Fetch = Profile.text("fetch").str();
  std::string Arguments = Profile.text("arguments").str();
  switch (How) {
  case Dispatch::Switch:
    Result += "#define DISPATCH() goto dispatch\n";
    break;
  case Dispatch::ComputedGoto:
    Result += "#define DISPATCH() do { " + Fetch + " goto *targets[opcode]; } while (0)\n";
    break;
  case Dispatch::MustTail:
    Result += "#define DISPATCH() do { " + Fetch + " __attribute__((musttail)) return targets[opcode](" +
              Arguments + "); } while (0)\n";
    break;
  }
  if (isFunctions())
    Result +=
        "#define JUMP_TO_LABEL(name) do { __attribute__((musttail)) return label_##name(" + Arguments +
        "); } while (0)\n#define JUMP_TO_TARGET(name) do { __attribute__((musttail)) return target_##name(" +
        Arguments + "); } while (0)\n";
  else
    Result +=
        "#define JUMP_TO_LABEL(name) goto label_##name\n#define JUMP_TO_TARGET(name) goto target_##name\n";
}

/// The table from opcodes to targets; numbers without an instruction lead to `unknown`.
void Tier1Lowering::table() {
  if (How == Dispatch::Switch)
    return;
  std::string Address = isFunctions() ? "target_" : "&&target_";
  if (isFunctions()) {
    for (const Instruction *I : Sorted)
      Result += function("target_", I->Name) + ";\n";
    Result += function("target_", "unknown") + ";\n";
    for (const Label &L : Table.Labels)
      Result += function("label_", L.Name) + ";\n";
    Result += ("static " + Profile.text("result") + " (*const targets[256])(" + Profile.text("parameters") +
               ") = {\n")
                  .str();
  } else {
    Result += "static const void *const targets[256] = {\n";
  }
  std::vector<std::string> Names(256, "unknown");
  for (const Instruction *I : Sorted)
    if (I->Opcode && *I->Opcode < 256)
      Names[*I->Opcode] = I->Name;
  for (size_t Opcode = 0; Opcode != Names.size(); ++Opcode)
    Result += "    [" + std::to_string(Opcode) + "] = " + Address + Names[Opcode] + ",\n";
  Result += "};\n";
}

/// Adds a target or a label: its head and the braces with what the emitter wrote.
void Tier1Lowering::add(Twine Head) {
  Out.startLine();
  Result += "\n" + Head.str() + Out.take();
}

std::string Tier1Lowering::run() {
  macros();
  table();
  if (How == Dispatch::Switch)
    Result += "dispatch:\n" + Profile.text("fetch").str() + "\nswitch (opcode) {\n";
  else if (How == Dispatch::ComputedGoto)
    Result += "DISPATCH();\n";
  for (const Instruction *I : Sorted) {
    Out.emit("{\n");
    Emitter.emitInstruction(*I);
    Out.startLine();
    Out.emit("}");
    if (isFunctions())
      add(function("target_", I->Name) + " ");
    else if (How == Dispatch::ComputedGoto)
      add("target_" + I->Name + ": ");
    else
      add("case " + I->Name + ":" + (I->IsTarget ? " target_" + I->Name + ": " : " "));
  }
  Out.emit("{\n");
  Out.line(Profile.text("unknown"));
  Out.emit("}");
  add(isFunctions()             ? function("target_", "unknown") + " "
      : How == Dispatch::Switch ? "default: "
                                : "target_unknown: ");
  if (How == Dispatch::Switch)
    Result += "}\n";
  for (const Label &L : Table.Labels) {
    Emitter.emitLabel(L);
    add(isFunctions() ? function("label_", L.Name) + "\n" : "label_" + L.Name + ":\n");
  }
  Result += "\n#undef DISPATCH\n#undef JUMP_TO_LABEL\n#undef JUMP_TO_TARGET\n";
  return std::move(Result);
}

constexpr StringLiteral Notice = "// This file is generated by stencilgen lower\n// Do not edit!\n\n";

} // namespace

Expected<std::string> lowerTier1(const UopTable &Table, ArrayRef<SourceText> Definitions,
                                 const LoweringProfile &Profile, Dispatch How, bool LineDirectives) {
  if (!Profile.HasTier1)
    return makeError("profile '" + Profile.Name + "' has no \"tier1\": it cannot make an interpreter");
  if (!Profile.Language.StatementBodies || Profile.Stack.By != LoweringProfile::StackRules::Model::Tracked)
    return makeError("profile '" + Profile.Name + "' does not track the stack, which tier 1 needs");
  DiagnosticSink Diagnostics(Definitions);
  std::string Text =
      Notice.str() + Tier1Lowering(Table, Definitions, Profile, How, LineDirectives, Diagnostics).run();
  if (Error E = Diagnostics.take())
    return E;
  return Text;
}

std::string opcodeHeader(const UopTable &Table) {
  std::string Text = Notice.str() + "#pragma once\n\n";
  for (const auto &[Name, Number] : Table.Opcodes)
    Text += "#define " + Name + " " + std::to_string(Number) + "\n";
  Text += "\n#define FIRST_INSTRUMENTED_OPCODE " + std::to_string(Table.FirstInstrumented) + "\n";
  return Text;
}

std::string metadataTable(const UopTable &Table) {
  std::string Text = Notice.str() + "#include <stdint.h>\n\nenum {\n";
  unsigned Bit = 0;
#define STENCILGEN_FLAG(Member, Name, Merge)                                                                 \
  Text += "    INSTRUCTION_" + StringRef(Name).upper() + " = 1 << " + std::to_string(Bit++) + ",\n";
  STENCILGEN_UOP_PROPERTIES(STENCILGEN_FLAG)
#undef STENCILGEN_FLAG
  Text += "};\n\nstruct instruction_metadata {\n"
          "    const char *name;\n"
          "    const char *operands; /* cache entries that are read: name/size in code units */\n"
          "    uint8_t caches;       /* code units after the instruction */\n"
          "    int16_t family;       /* opcode of the head, -1: none */\n"
          "    uint32_t flags;       /* INSTRUCTION_... */\n"
          "};\n\nstatic const struct instruction_metadata instruction_metadata[256] = {\n";
  std::string Pops, Pushes;
  for (const Instruction &I : Table.Instructions) {
    std::string Operands, Flags;
    for (const Part &P : I.Parts)
      if (const auto *U = std::get_if<const Uop *>(&P))
        for (const CacheEntry &Cache : (*U)->Caches)
          if (!Cache.isUnused())
            Operands += (Operands.empty() ? "" : ", ") + Cache.Name.str() + "/" + std::to_string(Cache.Size);
    for (StringRef Name : I.Props.names())
      Flags += (Flags.empty() ? "INSTRUCTION_" : " | INSTRUCTION_") + Name.upper();
    Text += "    [" + I.Name + "] = {\"" + I.Name + "\", \"" + Operands + "\", " +
            std::to_string(I.size() - 1) + ", " + (I.Family ? I.Family->Name : "-1") + ", " +
            (Flags.empty() ? "0" : Flags) + "},\n";
    NetEffect Effect = netEffect(I);
    Pops += "    case " + I.Name + ": return " + Effect.Popped.toC() + ";\n";
    Pushes += "    case " + I.Name + ": return " + Effect.Pushed.toC() + ";\n";
  }
  Text += "};\n";
  for (const auto &[Name, Lines] : {std::pair<StringRef, std::string>("pops", Pops), {"pushes", Pushes}})
    Text += "\n/* Stack items the instruction " + Name.str() + "; -1: no such instruction. */\n" +
            "static inline int instruction_" + Name.str() + "(int opcode, int oparg) {\n    (void)oparg;\n" +
            "    switch (opcode) {\n" + Lines + "    default: return -1;\n    }\n}\n";
  return Text;
}

} // namespace stencilgen
