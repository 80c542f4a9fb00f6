// Runs the stages of the front half, and prints their product.
#include "lower/Lower.h"
#include "dsl/Parser.h"
#include "lower/DirectTier2.h"
#include "lower/Tier2.h"
#include "support/Diagnostic.h"
#include "uops/Analysis.h"
#include "uops/Printer.h"
#include "uops/Properties.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace stencilgen::dsl;
using namespace stencilgen::uops;

namespace stencilgen {

Expected<UopTable> readDefinitions(ArrayRef<SourceText> Definitions, const LoweringProfile &Profile) {
  DiagnosticSink Diagnostics(Definitions);
  UopTable Table = analyze(parse(Definitions, Profile.Language, Diagnostics), Profile, Diagnostics);
  if (Error E = Diagnostics.take())
    return E;
  return Table;
}

namespace {

CaseInfo describe(const Uop &U, const std::optional<Variant> &V, std::optional<unsigned> Id,
                  const SourceText &Source) {
  CaseInfo Info;
  Info.Uop = U.Name;
  Info.Opcode = Id;
  for (const StackItem &Input : U.Stack.Inputs)
    Info.Inputs.push_back(toText(Input));
  for (const StackItem &Output : U.Stack.Outputs)
    Info.Outputs.push_back(toText(Output));
  for (const CacheEntry &Cache : U.Caches)
    Info.Operands.push_back((Cache.Name + "/" + Twine(Cache.Size)).str());
  for (StringRef Name : U.Props.names())
    Info.Properties.push_back(Name.str());
  if (V) {
    Info.CachedIn = V->In;
    Info.CachedOut = V->Out;
  }
  Info.DefinitionFile = Source.Name;
  Info.DefinitionLine = U.Definition->Tokens.front().Line;
  return Info;
}

/// Lowers micro-op after micro-op into one Cases.
class Tier2Lowering {
public:
  Tier2Lowering(const UopTable &Table, ArrayRef<SourceText> Sources, const LoweringProfile &Profile,
                const LowerOptions &Options, DiagnosticSink &Diagnostics)
      : Table(Table), Sources(Sources), Profile(Profile),
        Out(Profile, /*Indent=*/2, Options.LineDirectives ? Sources.data() : nullptr),
        Emitter(Out, Profile, Table.LabelByName, Failure, Diagnostics), Direct(Out, Profile, Diagnostics) {}

  Cases run();

private:
  const UopTable &Table;
  ArrayRef<SourceText> Sources;
  const LoweringProfile &Profile;
  lower::StackFailure Failure;
  lower::CodeWriter Out;
  lower::Tier2Emitter Emitter;
  lower::DirectTier2Emitter Direct;
  Cases Result;

  bool emit(const Uop &U, const std::optional<Variant> &V, std::optional<unsigned> Id, std::string Name);
};

bool Tier2Lowering::emit(const Uop &U, const std::optional<Variant> &V, std::optional<unsigned> Id,
                         std::string Name) {
  bool IsTracked = Profile.Stack.By == LoweringProfile::StackRules::Model::Tracked;
  bool Good = IsTracked ? Emitter.emitCase(U, V, Name) : Direct.emitCase(U);
  std::string Text = Out.take();
  if (!Good)
    return false;
  const SourceText &Source = Sources[U.Definition->Name.File];
  Result.List.push_back({std::move(Name), StringRef(Text).ltrim().str(), Source.Name,
                         U.Definition->Tokens.front().Line, describe(U, V, Id, Source)});
  return true;
}

Cases Tier2Lowering::run() {
  const CodeDef *Failed = nullptr; // replicas and variants of one definition fail alike
  for (const Uop *U : Table.Order) {
    if (U->Props.Tier == 1u || U->isSuper() || U->Props.RecordsValue || U->Definition == Failed)
      continue;
    if (U->Props.SplitOnOparg) {
      Result.Omitted.push_back({U->Name, "is split on (oparg & 1)", Result.List.size()});
      continue;
    }
    if (std::string Reason = whyNotViable(*U, Profile); !Reason.empty()) {
      Result.Omitted.push_back(
          {U->Name, "is not a viable micro-op for tier 2 because it " + Reason, Result.List.size()});
      continue;
    }
    if (Profile.Stack.CachedItems == 0) {
      if (!emit(*U, std::nullopt, U->Id, U->Name))
        Failed = U->Definition;
      continue;
    }
    unsigned Id = U->FirstVariantId.value_or(0);
    for (const Variant &V : cachedVariants(*U, Profile.Stack)) {
      if (!emit(*U, V, Id++, (U->Name + "_r" + Twine(V.In) + Twine(V.Out)).str())) {
        Failed = U->Definition;
        break;
      }
    }
  }
  return Result;
}

} // namespace

Expected<Cases> lowerTier2(const UopTable &Table, ArrayRef<SourceText> Definitions,
                           const LoweringProfile &Profile, const LowerOptions &Options) {
  if (!Profile.HasTier2)
    return makeError("profile '" + Profile.Name + "' has no \"tier2\": it cannot make micro-op bodies");
  DiagnosticSink Diagnostics(Definitions);
  Cases Result = Tier2Lowering(Table, Definitions, Profile, Options, Diagnostics).run();
  if (Error E = Diagnostics.take())
    return E;
  return Result;
}

Expected<Cases> lowerTier2(ArrayRef<SourceText> Definitions, const LoweringProfile &Profile,
                           const LowerOptions &Options) {
  Expected<UopTable> Table = readDefinitions(Definitions, Profile);
  if (!Table)
    return Table.takeError();
  return lowerTier2(*Table, Definitions, Profile, Options);
}

void printCases(raw_ostream &OS, const Cases &C, ArrayRef<SourceText> Definitions) {
  OS << "// This file is generated by stencilgen lower\n// from:\n";
  for (const SourceText &Source : Definitions)
    OS << "//   " << Source.Name << "\n";
  OS << "// Do not edit!\n\n#ifdef TIER_ONE\n    #error \"This file is for Tier 2 only\"\n#endif\n#define "
        "TIER_TWO 2\n\n";
  auto Omitted = C.Omitted.begin();
  for (size_t I = 0; I <= C.List.size(); ++I) {
    for (; Omitted != C.Omitted.end() && Omitted->Before == I; ++Omitted)
      OS << "        /* " << Omitted->Name << " " << Omitted->Reason << " */\n\n";
    if (I != C.List.size())
      OS << "        " << C.List[I].Text << "\n\n";
  }
  OS << "#undef TIER_TWO\n";
}

void dumpCases(raw_ostream &OS, const Cases &C) {
  auto List = [&](StringRef Before, const std::vector<std::string> &Items) {
    OS << Before;
    interleave(Items, OS, ", ");
  };
  for (const Case &Entry : C.List) {
    OS << Entry.Name << " at " << Entry.File << ":" << Entry.Line << "\n";
    if (const std::optional<CaseInfo> &Info = Entry.Info) {
      OS << "  micro-op " << Info->Uop << " defined at " << Info->DefinitionFile << ":"
         << Info->DefinitionLine;
      if (Info->Opcode)
        OS << " opcode " << *Info->Opcode;
      if (Info->CachedIn)
        OS << " cached " << *Info->CachedIn << " to " << *Info->CachedOut;
      List("\n  effect (", Info->Inputs);
      List(" -- ", Info->Outputs);
      List(") operands (", Info->Operands);
      List(") properties (", Info->Properties);
      OS << ")\n";
    }
    OS << Entry.Text << "\n";
  }
  for (const OmittedCase &Entry : C.Omitted)
    OS << Entry.Name << " " << Entry.Reason << "\n";
}

} // namespace stencilgen
