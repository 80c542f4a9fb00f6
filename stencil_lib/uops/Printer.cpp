// Dump of the table.
#include "uops/Printer.h"
#include "uops/Properties.h"
#include "uops/StackOffset.h"
#include "uops/Variants.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace stencilgen::uops {

std::string toText(const StackItem &Item) {
  std::string Text = Item.Name.str();
  if (Item.isArray())
    Text += ("[" + Item.Size + "]").str();
  if (!Item.Condition.empty())
    Text += (" if (" + Item.Condition + ")").str();
  return Text;
}

static void printEffect(raw_ostream &OS, const StackEffect &Effect) {
  auto PrintItem = [&](const StackItem &Item) {
    OS << toText(Item) << (Item.Peek ? " peek" : "") << (Item.Used || Item.isUnused() ? "" : " unused");
  };
  OS << "(";
  interleave(Effect.Inputs, OS, PrintItem, ", ");
  OS << " -- ";
  interleave(Effect.Outputs, OS, PrintItem, ", ");
  OS << ")";
}

static void printProperties(raw_ostream &OS, const Properties &P) {
  OS << "  properties:";
  for (StringRef Name : P.names())
    OS << " " << Name;
  if (P.Tier)
    OS << " tier=" << *P.Tier;
  if (P.ConstOparg)
    OS << " oparg=" << *P.ConstOparg;
  OS << "\n";
}

static void printUop(raw_ostream &OS, const Uop &U, const LoweringProfile &Profile) {
  OS << "uop " << U.Name << " ";
  printEffect(OS, U.Stack);
  for (const CacheEntry &Cache : U.Caches)
    OS << " " << Cache.Name << "/" << Cache.Size;
  if (U.Id)
    OS << " id=" << *U.Id;
  if (U.InstructionSize)
    OS << " size=" << *U.InstructionSize;
  if (U.ReplicaOf)
    OS << " replica of " << U.ReplicaOf->Name;
  OS << "\n";
  printProperties(OS, U.Props);
  std::vector<std::pair<uint32_t, StringRef>> Calls; // in the order of the body
  for (const auto &[Statement, Call] : U.Facts->EscapingCalls)
    Calls.push_back({Call.Call.Offset, Call.Call.Text});
  llvm::sort(Calls);
  if (!Calls.empty()) {
    OS << "  escaping calls:";
    for (const auto &[Offset, Name] : Calls)
      OS << " " << Name;
    OS << "\n";
  }
  if (std::string Reason = whyNotViable(U, Profile); !Reason.empty())
    OS << "  not viable: " << Reason << "\n";
  else if (Profile.Stack.CachedItems != 0) {
    OS << "  variants:";
    unsigned Id = U.FirstVariantId.value_or(0);
    for (const Variant &V : cachedVariants(U, Profile.Stack)) {
      OS << " r" << V.In << V.Out;
      if (U.FirstVariantId)
        OS << "=" << Id++;
    }
    OS << "\n";
  }
}

static void printInstruction(raw_ostream &OS, const Instruction &I) {
  OS << "instruction " << I.Name << " =";
  for (const Part &P : I.Parts) {
    if (const auto *U = std::get_if<const Uop *>(&P))
      OS << " " << (*U)->Name;
    else if (const auto *S = std::get_if<Skip>(&P))
      OS << " skip/" << S->Size;
    else
      OS << " flush";
  }
  NetEffect Effect = netEffect(I);
  OS << " size=" << I.size() << " pops=" << Effect.Popped.toC() << " pushes=" << Effect.Pushed.toC();
  if (I.Opcode)
    OS << " opcode=" << *I.Opcode;
  if (I.Family)
    OS << " family=" << I.Family->Name;
  if (I.IsTarget)
    OS << " target";
  OS << "\n";
  printProperties(OS, I.Props);
}

void printTable(raw_ostream &OS, const UopTable &Table, const LoweringProfile &Profile) {
  for (const Uop *U : Table.Order)
    printUop(OS, *U, Profile);
  for (const Instruction &I : Table.Instructions)
    printInstruction(OS, I);
  for (const Family &F : Table.Families) {
    OS << "family " << F.Name << " size=" << F.Size << ":";
    for (const Instruction *Member : F.Members)
      OS << " " << Member->Name;
    OS << "\n";
  }
  for (const Pseudo &P : Table.Pseudos) {
    OS << "pseudo " << P.Name << " ";
    printEffect(OS, P.Stack);
    OS << (P.Definition->IsSequence ? " sequence of" : " one of");
    for (const Instruction *Target : P.Targets)
      OS << " " << Target->Name;
    if (P.Opcode)
      OS << " opcode=" << *P.Opcode;
    OS << "\n";
  }
  for (const Label &L : Table.Labels)
    OS << (L.Definition->IsSpilled ? "spilled label " : "label ") << L.Name << "\n";
}

} // namespace stencilgen::uops
