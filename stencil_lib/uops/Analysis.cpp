// The analysis proper: from definitions to the table, one kind of definition at a time.
//
// Order matters, and is CPython's: micro-ops first, as macros name them; then macros; then what names
// instructions.
#include "uops/Analysis.h"
#include "uops/Bodies.h"
#include "uops/Effects.h"
#include "uops/Opcodes.h"
#include "uops/Properties.h"
#include "uops/StackOffset.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/Casting.h"

using namespace llvm;
using namespace stencilgen::dsl;

namespace stencilgen::uops {

unsigned Instruction::size() const {
  int Size = 1;
  for (const Part &P : Parts) {
    if (const auto *U = std::get_if<const Uop *>(&P))
      Size += static_cast<int>((*U)->cacheSize());
    else if (const auto *S = std::get_if<Skip>(&P))
      Size += S->Size;
  }
  return static_cast<unsigned>(std::max(Size, 1));
}

namespace {

class Analyzer {
public:
  Analyzer(UopTable &Table, const LoweringProfile &Profile, DiagnosticSink &Diagnostics)
      : Table(Table), Profile(Profile), Diagnostics(Diagnostics) {}

  void run();

private:
  UopTable &Table;
  const LoweringProfile &Profile;
  DiagnosticSink &Diagnostics;
  StringMap<size_t> UopIndex; ///< by the name macros use, into Table.Order
  StringMap<Instruction *> InstructionByName;
  StringMap<const Definition *> FamilyByName, PseudoByName;

  void addCode(const CodeDef &D);
  void addUop(StringRef Key, Uop U);
  void addReplicas(const Uop &Base, const CodeDef &D);
  Uop makeUop(std::string Name, const CodeDef &D, const BodyFacts &Facts, const Properties &Props);
  bool checkNew(const CodeDef &D);
  void checkCacheSize(const CacheDecl &Cache);
  Instruction *addInstruction(const Definition &D, std::vector<Part> Parts);
  void addMacro(const MacroDef &D);
  void addFamily(const FamilyDef &D);
  void checkFamily(const Family &F);
  bool leaves(const Instruction &I) const;
  void addPseudo(const PseudoDef &D);
  void addLabel(const LabelDef &D);
  void findInstructionSizes();
  Instruction *findInstruction(const Token &Name, StringRef What);
  void duplicate(const Token &Name, StringRef What, const Definition &Earlier);
  template <typename Map> void noteNearest(const Token &Name, const Map &Known);
};

void Analyzer::duplicate(const Token &Name, StringRef What, const Definition &Earlier) {
  Diagnostics.error(Name.location(), What + " '" + Name.Text + "' defined twice");
  Diagnostics.note(Earlier.Name.location(), "the first definition is here");
}

/// Adds "did you mean" to the error before, where a known name is near.
template <typename Map> void Analyzer::noteNearest(const Token &Name, const Map &Known) {
  std::vector<StringRef> Names;
  for (const auto &Entry : Known)
    Names.push_back(Entry.getKey());
  llvm::sort(Names);
  if (StringRef Nearest = nearestName(Name.Text, Names); !Nearest.empty())
    Diagnostics.note(Name.location(), "did you mean '" + Nearest + "'?");
}

/// The micro-op a definition makes, without its name's place in the table.
Uop Analyzer::makeUop(std::string Name, const CodeDef &D, const BodyFacts &Facts, const Properties &Props) {
  Uop U;
  U.Name = std::move(Name);
  U.Definition = &D;
  U.Facts = &Facts;
  U.Props = Props;
  U.Implicit = D.IsInst;
  return U;
}

/// Whether \p D may be added: its name is new, or it says that it overrides.
bool Analyzer::checkNew(const CodeDef &D) {
  auto Found = UopIndex.find(D.Name.Text);
  if (D.has("override")) {
    if (Found != UopIndex.end())
      return true;
    Diagnostics.error(D.Name.location(),
                      "'" + D.Name.Text + "' overrides nothing: there is no definition before it");
    noteNearest(D.Name, UopIndex);
    return false;
  }
  if (Found == UopIndex.end())
    return true;
  duplicate(D.Name, D.IsInst ? "instruction" : "micro-op", *Table.Order[Found->second]->Definition);
  return false;
}

void Analyzer::addUop(StringRef Key, Uop U) {
  Uop *Added = &Table.Uops.emplace_back(std::move(U));
  auto [Entry, New] = UopIndex.try_emplace(Key, Table.Order.size());
  if (New)
    Table.Order.push_back(Added);
  else
    Table.Order[Entry->second] = Added; // an override takes the place of what it overrides
}

/// The copies of \p Base for one value of its argument each: `replicate(a:b)`, and `split` in older dialects.
void Analyzer::addReplicas(const Uop &Base, const CodeDef &D) {
  auto Add = [&](unsigned Oparg, bool Split) {
    Uop Replica = Base;
    Replica.Name += ("_" + Twine(Oparg)).str();
    Replica.ReplicaOf = &Base;
    Replica.Replicas = 0;
    Replica.Implicit = false;
    Replica.Props.SplitOnOparg = false;
    if (Split) {
      // Each half has one value of `oparg & 1`; the argument matters only if the body still uses it.
      Replica.Props.Oparg = Base.Facts->uses("oparg");
      for (std::vector<StackItem> *Items : {&Replica.Stack.Inputs, &Replica.Stack.Outputs})
        for (StackItem &Item : *Items)
          if (Item.Condition.ltrim("( ").starts_with("oparg"))
            Item.Condition = Oparg ? "1" : "0";
    } else {
      Replica.Props.Oparg = false;
      if (Profile.Stack.ScalarReplicas && !Base.Facts->uses("oparg")) {
        scalarize(Replica.Stack.Inputs, Oparg, Table.Names);
        scalarize(Replica.Stack.Outputs, Oparg, Table.Names);
      } else {
        Replica.Props.ConstOparg = Oparg;
      }
    }
    std::string Key = Replica.Name;
    addUop(Key, std::move(Replica));
  };
  if (Base.Props.SplitOnOparg)
    for (unsigned Bit : {0u, 1u})
      Add(Bit, /*Split=*/true);
  for (const Annotation &A : D.Annotations)
    for (unsigned Oparg = A.Begin; Oparg != A.End; ++Oparg)
      Add(Oparg, /*Split=*/false);
}

/// True when an item is there or not by `oparg & 1`.
bool dependsOnOpargBit(const StackEffect &Stack) {
  auto Depends = [](const StackItem &Item) {
    StringRef Rest = Item.Condition.ltrim('(');
    return Rest.consume_front("oparg") && Rest.ltrim().consume_front("&") &&
           Rest.ltrim(" &").starts_with("1");
  };
  return any_of(Stack.Inputs, Depends) || any_of(Stack.Outputs, Depends);
}

/// A named cache entry is read as a C type.
void Analyzer::checkCacheSize(const CacheDecl &Cache) {
  if (Profile.OperandTypes.contains(Cache.Size))
    return;
  std::string Known;
  for (const auto &[Size, Type] : Profile.OperandTypes)
    Known += (Known.empty() ? "" : ", ") + std::to_string(Size);
  Diagnostics.error(Cache.Name.location(), "cache entry '" + Cache.Name.Text + "' has size " +
                                               Twine(Cache.Size) + "; entries that are read have sizes " +
                                               Known);
}

void Analyzer::addCode(const CodeDef &D) {
  if (!checkNew(D))
    return;
  if (D.Name.Text == "flush" || D.Name.Text == "unused") {
    Diagnostics.error(D.Name.location(),
                      "'" + D.Name.Text + "' is a word of the language and cannot be defined");
    return;
  }
  const BodyFacts &Facts =
      Table.Bodies.emplace_back(collectBodyFacts(D.Body, &D.Effect, Profile.Escapes, Diagnostics));
  Properties Props = computeProperties(D, Facts, Profile, Diagnostics);
  Uop U = makeUop(D.IsInst ? ("_" + D.Name.Text).str() : D.Name.Text.str(), D, Facts, Props);
  U.Stack = analyzeStackEffect(D.Effect, &Facts, Profile, Diagnostics);
  U.Caches = analyzeCaches(D.Effect, /*SkipUnused=*/D.IsInst, Diagnostics);
  for (const InputDecl &Input : D.Effect.Inputs)
    if (const auto *Cache = std::get_if<CacheDecl>(&Input); Cache && !Cache->isUnused())
      checkCacheSize(*Cache);
  U.Props.SplitOnOparg = Profile.Viability.SplitOnOparg && D.has("split") && dependsOnOpargBit(U.Stack);
  for (const Annotation &A : D.Annotations)
    U.Replicas += A.End - A.Begin;

  // The replicas stand before what they replicate, but are made from it.
  Uop &Base = Table.Uops.emplace_back(std::move(U));
  addReplicas(Base, D);
  auto [Entry, New] = UopIndex.try_emplace(D.Name.Text, Table.Order.size());
  if (New)
    Table.Order.push_back(&Base);
  else
    Table.Order[Entry->second] = &Base;

  if (!D.IsInst)
    return;
  // Unused cache entries belong to the instruction; its micro-op stands where the first other input does.
  std::vector<Part> Parts;
  bool Placed = false;
  for (const InputDecl &Input : D.Effect.Inputs) {
    const auto *Cache = std::get_if<CacheDecl>(&Input);
    if (Cache && Cache->isUnused()) {
      Parts.push_back(Skip{static_cast<int>(Cache->Size)});
    } else if (!Placed) {
      Parts.push_back(&Base);
      Placed = true;
    }
  }
  if (!Placed)
    Parts.push_back(&Base);
  addInstruction(D, std::move(Parts));
}

Instruction *Analyzer::addInstruction(const Definition &D, std::vector<Part> Parts) {
  Instruction *&Entry = InstructionByName[D.Name.Text];
  const auto *Code = dyn_cast<CodeDef>(&D);
  bool MayReplace = Code ? Code->has("override")
                         : Profile.Language.RepeatedMacros && Entry && isa<MacroDef>(Entry->Definition);
  if (Entry && !MayReplace) {
    duplicate(D.Name, "instruction", *Entry->Definition);
    return nullptr;
  }
  if (!Entry)
    Entry = &Table.Instructions.emplace_back();
  Entry->Name = D.Name.Text.str();
  Entry->Definition = &D;
  Entry->Parts = std::move(Parts);
  SmallVector<const Properties *> All;
  Properties Nothing; // what a skipped cache entry has: it is as pure as can be
  Nothing.Pure = true;
  for (const Part &P : Entry->Parts)
    All.push_back(std::holds_alternative<const Uop *>(P) ? &std::get<const Uop *>(P)->Props : &Nothing);
  Entry->Props = mergeProperties(All);
  return Entry;
}

void Analyzer::addMacro(const MacroDef &D) {
  std::vector<Part> Parts;
  bool Complete = true;
  for (const MacroDef::Part &P : D.Parts) {
    if (P.IsCache) {
      Parts.push_back(Skip{P.CacheSize});
    } else if (P.Name.Text == "flush") {
      Parts.push_back(Flush{});
    } else if (auto Found = UopIndex.find(P.Name.Text); Found != UopIndex.end()) {
      Parts.push_back(Table.Order[Found->second]);
    } else if (Table.Syntax.Broken.contains(P.Name.Text)) {
      Complete = false;
    } else {
      Diagnostics.error(P.Name.location(),
                        "macro '" + D.Name.Text + "' names '" + P.Name.Text + "', which is not a micro-op");
      noteNearest(P.Name, UopIndex);
      Complete = false;
    }
  }
  if (Complete && none_of(Parts, [](const Part &P) { return std::holds_alternative<const Uop *>(P); })) {
    Diagnostics.error(D.Name.location(), "macro '" + D.Name.Text + "' has no micro-op");
    Complete = false;
  }
  if (Complete)
    addInstruction(D, std::move(Parts));
  else
    InstructionByName.try_emplace(D.Name.Text,
                                  nullptr); // defined, though wrongly: naming it is not another error
}

/// The instruction called \p Name. If there is no such instruction: null, after an error that says what named
/// it; without an error if its definition was wrong.
Instruction *Analyzer::findInstruction(const Token &Name, StringRef What) {
  auto Found = InstructionByName.find(Name.Text);
  if (Found != InstructionByName.end())
    return Found->second;
  if (Table.Syntax.Broken.contains(Name.Text))
    return nullptr;
  Diagnostics.error(Name.location(), What + " '" + Name.Text + "' is not an instruction");
  noteNearest(Name, InstructionByName);
  return nullptr;
}

void Analyzer::addFamily(const FamilyDef &D) {
  if (auto [Entry, New] = FamilyByName.try_emplace(D.Name.Text, &D); !New)
    return duplicate(D.Name, "family", *Entry->second);
  Family &F = Table.Families.emplace_back();
  F.Name = D.Name.Text.str();
  F.Definition = &D;
  if (D.Size)
    F.Size = D.Size->Text;
  for (const Token &MemberName : D.Members) {
    Instruction *Member = findInstruction(MemberName, "member of family");
    if (!Member)
      continue;
    if (Member->Family) {
      Diagnostics.error(MemberName.location(), "'" + MemberName.Text + "' is in a family already");
      Diagnostics.note(Member->Family->Definition->Name.location(),
                       "family '" + Member->Family->Name + "' has it");
      continue;
    }
    Member->Family = &F;
    F.Members.push_back(Member);
  }
  if (Instruction *Head = findInstruction(D.Name, "head of family")) {
    Head->IsTarget = true;
    checkFamily(F);
  }
}

/// A member jumps to the head with its own instruction pointer, so both have as many cache entries; and it
/// does the head's work, so both have the same effect where it does not depend on the argument.
void Analyzer::checkFamily(const Family &F) {
  const Instruction *Head = InstructionByName.lookup(F.Name);
  unsigned Numeric;
  if (!F.Size.getAsInteger(10, Numeric) && Numeric + 1 != Head->size())
    Diagnostics.error(F.Definition->Size->location(), "family '" + F.Name + "' says " + Twine(Numeric) +
                                                          " cache entries, its head has " +
                                                          Twine(Head->size() - 1));
  NetEffect HeadEffect = netEffect(*Head);
  for (const Instruction *Member : F.Members) {
    auto Named = find_if(F.Definition->Members, [&](const Token &T) { return T.Text == Member->Name; });
    std::string Unlike;
    if (Member->size() != Head->size())
      Unlike = ("has " + Twine(Member->size() - 1) + " cache entries, the head of its family has " +
                Twine(Head->size() - 1))
                   .str();
    NetEffect Effect = netEffect(*Member);
    auto Differs = [](const StackOffset &A, const StackOffset &B) {
      return A.asNumber() && B.asNumber() && *A.asNumber() != *B.asNumber();
    };
    if (Unlike.empty() && Differs(Effect.Popped, HeadEffect.Popped))
      Unlike =
          "pops " + Effect.Popped.toC() + " items, the head of its family pops " + HeadEffect.Popped.toC();
    if (Unlike.empty() && Differs(Effect.Pushed, HeadEffect.Pushed) && !leaves(*Member) && !leaves(*Head))
      Unlike = "pushes " + Effect.Pushed.toC() + " items, the head of its family pushes " +
               HeadEffect.Pushed.toC();
    if (Unlike.empty())
      continue;
    Diagnostics.error(Named->location(), "'" + Member->Name + "' " + Unlike);
    Diagnostics.note(Member->Definition->Name.location(), "the member is defined here");
    Diagnostics.note(Head->Definition->Name.location(), "the head is defined here");
  }
}

/// Whether the stack after \p I is that of another frame, or of a later instruction.
bool Analyzer::leaves(const Instruction &I) const {
  return any_of(I.Parts, [&](const Part &P) {
    const auto *U = std::get_if<const Uop *>(&P);
    return U && any_of(Profile.Leaves, [&](StringRef Name) { return (*U)->Facts->uses(Name); });
  });
}

void Analyzer::addPseudo(const PseudoDef &D) {
  if (auto [Entry, New] = PseudoByName.try_emplace(D.Name.Text, &D); !New)
    return duplicate(D.Name, "pseudo instruction", *Entry->second);
  if (auto Found = InstructionByName.find(D.Name.Text); Found != InstructionByName.end() && Found->second)
    return duplicate(D.Name, "pseudo instruction", *Found->second->Definition);
  Pseudo &P = Table.Pseudos.emplace_back();
  P.Name = D.Name.Text.str();
  P.Definition = &D;
  if (D.Effect)
    P.Stack = analyzeStackEffect(*D.Effect, nullptr, Profile, Diagnostics);
  SmallVector<const Properties *> All;
  for (const Token &TargetName : D.Targets) {
    if (const Instruction *Target = findInstruction(TargetName, "target")) {
      P.Targets.push_back(Target);
      All.push_back(&Target->Props);
    }
  }
  P.Props = mergeProperties(All);
}

void Analyzer::addLabel(const LabelDef &D) {
  auto [Entry, New] = Table.LabelByName.try_emplace(D.Name.Text, nullptr);
  if (!New)
    return duplicate(D.Name, "label", *Entry->second->Definition);
  Label &L = Table.Labels.emplace_back();
  Entry->second = &L;
  L.Name = D.Name.Text.str();
  L.Definition = &D;
  L.Facts = &Table.Bodies.emplace_back(collectBodyFacts(D.Body, nullptr, Profile.Escapes, Diagnostics));
}

/// INSTRUCTION_SIZE is a number in the generated text, so all instructions a micro-op is part of have the
/// same size.
void Analyzer::findInstructionSizes() {
  DenseMap<const Uop *, SmallVector<const Instruction *, 2>> Users;
  for (const Instruction &I : Table.Instructions)
    for (const Part &P : I.Parts)
      if (const auto *U = std::get_if<const Uop *>(&P))
        Users[*U].push_back(&I);
  for (Uop *U : Table.Order) {
    if (!U->Facts->uses("INSTRUCTION_SIZE"))
      continue;
    const Token *Use =
        find_if(U->Definition->Body.Tokens, [](const Token &T) { return T.is("INSTRUCTION_SIZE"); });
    auto Found = Users.find(U->ReplicaOf ? U->ReplicaOf : U);
    if (Found == Users.end()) {
      Diagnostics.error(Use->location(),
                        "INSTRUCTION_SIZE in '" + U->Name + "', which is part of no instruction");
      continue;
    }
    const Instruction *First = Found->second.front();
    U->InstructionSize = First->size();
    for (const Instruction *I : Found->second) {
      if (I->size() == First->size())
        continue;
      Diagnostics.error(Use->location(), "INSTRUCTION_SIZE in '" + U->Name +
                                             "', which is part of instructions of different sizes");
      Diagnostics.note(First->Definition->Name.location(),
                       "'" + First->Name + "' has " + Twine(First->size()) + " code units");
      Diagnostics.note(I->Definition->Name.location(),
                       "'" + I->Name + "' has " + Twine(I->size()) + " code units");
      break;
    }
  }
}

void Analyzer::run() {
  for (const std::unique_ptr<Definition> &D : Table.Syntax.Definitions)
    if (const auto *Code = dyn_cast<CodeDef>(D.get()))
      addCode(*Code);
  for (const std::unique_ptr<Definition> &D : Table.Syntax.Definitions)
    if (const auto *Macro = dyn_cast<MacroDef>(D.get()))
      addMacro(*Macro);
  for (const std::unique_ptr<Definition> &D : Table.Syntax.Definitions) {
    if (const auto *F = dyn_cast<FamilyDef>(D.get()))
      addFamily(*F);
    else if (const auto *P = dyn_cast<PseudoDef>(D.get()))
      addPseudo(*P);
    else if (const auto *L = dyn_cast<LabelDef>(D.get()))
      addLabel(*L);
  }
  findInstructionSizes();
  for (const auto &Member : Profile.Opcodes.ExtraMembers) {
    Instruction *Extra = InstructionByName.lookup(Member.first);
    auto F =
        find_if(Table.Families, [&](const Family &Candidate) { return Candidate.Name == Member.second; });
    if (Extra && F != Table.Families.end() && !Extra->Family) {
      Extra->Family = &*F;
      F->Members.push_back(Extra);
    }
  }
  assignOpcodes(Table, Profile, Diagnostics);
}

} // namespace

UopTable analyze(SyntaxTree Syntax, const LoweringProfile &Profile, DiagnosticSink &Diagnostics) {
  UopTable Table;
  Table.Syntax = std::move(Syntax);
  Analyzer(Table, Profile, Diagnostics).run();
  return Table;
}

} // namespace stencilgen::uops
