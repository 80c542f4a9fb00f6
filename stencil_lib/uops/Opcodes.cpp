// Numbering.
#include "uops/Opcodes.h"
#include "uops/Variants.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include <algorithm>

using namespace llvm;
using namespace stencilgen::dsl;

namespace stencilgen::uops {

namespace {

class Numbering {
public:
  Numbering(UopTable &Table, const LoweringProfile &Profile, DiagnosticSink &Diagnostics)
      : Table(Table), Profile(Profile), Rules(Profile.Opcodes), Diagnostics(Diagnostics) {}

  void instructions();
  void pseudos();
  void uops();

private:
  UopTable &Table;
  const LoweringProfile &Profile;
  const LoweringProfile::OpcodeRules &Rules;
  DiagnosticSink &Diagnostics;
  StringMap<unsigned> NumberOf;
  DenseSet<unsigned> Taken;

  void variants(unsigned Next);
  void give(StringRef Name, unsigned &Next);
  void giveSorted(std::vector<StringRef> Names, unsigned &Next) {
    llvm::sort(Names);
    for (StringRef Name : Names)
      give(Name, Next);
  }
};

/// Gives \p Name the next free number from \p Next on, unless it has one.
void Numbering::give(StringRef Name, unsigned &Next) {
  if (NumberOf.contains(Name))
    return;
  while (Taken.contains(Next))
    ++Next;
  Taken.insert(Next);
  NumberOf[Name] = Next++;
}

void Numbering::instructions() {
  for (const auto &[Name, Number] : Rules.Fixed) {
    NumberOf[Name] = Number;
    Taken.insert(Number);
  }
  StringSet<> Specialized;
  for (const Family &F : Table.Families)
    for (const Instruction *Member : F.Members)
      Specialized.insert(Member->Name);
  std::vector<StringRef> Instrumented, WithoutArgument, WithArgument, SpecializedNames;
  for (const std::string &Name : Rules.ExtraInstrumented)
    Instrumented.push_back(Name);
  for (const Instruction &I : Table.Instructions) {
    if (!Rules.InstrumentedPrefix.empty() && StringRef(I.Name).starts_with(Rules.InstrumentedPrefix)) {
      if (!is_contained(Instrumented, I.Name))
        Instrumented.push_back(I.Name);
    } else if (Specialized.contains(I.Name)) {
      SpecializedNames.push_back(I.Name);
    } else {
      (I.Props.Oparg ? WithArgument : WithoutArgument).push_back(I.Name);
    }
  }
  unsigned Next = 1;
  giveSorted(WithoutArgument, Next);
  Table.FirstWithArgument = static_cast<unsigned>(WithoutArgument.size());
  giveSorted(WithArgument, Next);
  if (Rules.FirstSpecialized)
    Next = Rules.FirstSpecialized;
  giveSorted(SpecializedNames, Next);
  Table.FirstInstrumented = Rules.LastInstrumented + 1 - static_cast<unsigned>(Instrumented.size());
  unsigned AfterSpecialized = Next;
  Next = Table.FirstInstrumented;
  for (StringRef Name : Instrumented)
    give(Name, Next);

  bool Reported = false;
  for (Instruction &I : Table.Instructions) {
    I.Opcode = NumberOf.lookup(I.Name);
    if (*I.Opcode > 255 && !Reported)
      Diagnostics.error(I.Definition->Name.location(),
                        "too many instructions: '" + I.Name + "' would have opcode " + Twine(*I.Opcode));
    Reported |= *I.Opcode > 255;
  }
  if (!Instrumented.empty() && AfterSpecialized > Table.FirstInstrumented && !Table.Instructions.empty())
    Diagnostics.error(Table.Instructions.back().Definition->Name.location(),
                      "too many instructions: the specialised ones reach opcode " +
                          Twine(AfterSpecialized - 1) + ", the instrumented ones begin at " +
                          Twine(Table.FirstInstrumented));
  for (const auto &[Name, Number] : Rules.Fixed)
    Table.Opcodes.push_back({Name, Number});
  for (const Instruction &I : Table.Instructions)
    if (none_of(Rules.Fixed, [&](const auto &Fixed) { return Fixed.first == I.Name; }))
      Table.Opcodes.push_back({I.Name, *I.Opcode});
}

void Numbering::pseudos() {
  std::vector<Pseudo *> Sorted;
  for (Pseudo &P : Table.Pseudos)
    Sorted.push_back(&P);
  llvm::sort(Sorted, [](const Pseudo *A, const Pseudo *B) { return A->Name < B->Name; });
  unsigned Next = Rules.FirstPseudo;
  for (Pseudo *P : Sorted) {
    P->Opcode = Next++;
    Table.Opcodes.push_back({P->Name, *P->Opcode});
  }
  llvm::sort(Table.Opcodes, [](const auto &A, const auto &B) {
    return std::pair(A.second, StringRef(A.first)) < std::pair(B.second, StringRef(B.first));
  });
}

void Numbering::uops() {
  unsigned Next = Rules.FirstUop;
  std::vector<Uop *> Sorted;
  for (Uop *U : Table.Order) {
    auto First = find(Rules.FirstUops, U->Name);
    if (U->Props.Tier == 1u)
      continue;
    if (First != Rules.FirstUops.end())
      U->Id = Rules.FirstUop + static_cast<unsigned>(First - Rules.FirstUops.begin());
    else
      Sorted.push_back(U);
  }
  Next += static_cast<unsigned>(Rules.FirstUops.size());
  llvm::sort(Sorted, [](const Uop *A, const Uop *B) { return A->Name < B->Name; });
  for (Uop *U : Sorted) {
    if (U->Implicit && !U->Replicas)
      U->Id = NumberOf.lookup(StringRef(U->Name).drop_front()); // the instruction's own number
    else
      U->Id = Next++;
  }
  if (Profile.Stack.CachedItems != 0)
    variants(Next);
}

/// Variants have numbers after those of the micro-ops, again by name.
void Numbering::variants(unsigned Next) {
  std::vector<Uop *> Sorted;
  for (Uop *U : Table.Order)
    if (U->Props.Tier != 1u && !U->Props.RecordsValue)
      Sorted.push_back(U);
  llvm::sort(Sorted, [](const Uop *A, const Uop *B) { return A->Name < B->Name; });
  for (Uop *U : Sorted) {
    U->FirstVariantId = Next;
    Next += static_cast<unsigned>(cachedVariants(*U, Profile.Stack).size());
  }
}

} // namespace

void assignOpcodes(UopTable &Table, const LoweringProfile &Profile, DiagnosticSink &Diagnostics) {
  Numbering N(Table, Profile, Diagnostics);
  N.instructions();
  N.pseudos();
  N.uops();
}

} // namespace stencilgen::uops
