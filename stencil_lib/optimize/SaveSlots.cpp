// See SaveSlots.h. A slot becomes a local variable, which LLVM turns into values; of the stores before calls
// those stay whose value the slot does not have by then.
#include "optimize/SaveSlots.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

using namespace llvm;

namespace stencilgen {

namespace {

const MemoryRegion *findRegion(const OptimizeProfile &Facts, StringRef Name) {
  auto Found = llvm::find_if(Facts.Regions, [&](const MemoryRegion &R) { return R.Name == Name; });
  return Found == Facts.Regions.end() ? nullptr : &*Found;
}

/// What a function does with a slot.
class SlotUses {
public:
  SlotUses(Function &Entry, const OptimizeProfile &Facts, const SaveSlot &Slot)
      : Layout(Entry.getParent()->getDataLayout()), Slot(Slot), Word(Layout.getPointerSize()),
        OthersAreApart(isApartFromOffsets(Facts, Slot)) {}

  /// False: something else than reading and writing it as a whole, or what that might be.
  bool collect(Value &Pointer, std::optional<int64_t> Offset = 0) {
    return llvm::all_of(Pointer.uses(), [&](Use &Of) { return add(Of, Offset); });
  }

  std::vector<LoadInst *> Loads;
  std::vector<StoreInst *> Stores;

private:
  /// True where the profile says that addresses at no constant distance lead elsewhere.
  static bool isApartFromOffsets(const OptimizeProfile &Facts, const SaveSlot &Slot) {
    return llvm::any_of(Facts.Apart, [&](const ApartFact &Fact) {
      if (Fact.First != Slot.Region && Fact.Second != Slot.Region)
        return false;
      const MemoryRegion *Other = findRegion(Facts, Fact.First == Slot.Region ? Fact.Second : Fact.First);
      return Other && Other->Behind && Other->Parameter == Slot.Parameter;
    });
  }

  bool add(Use &Of, std::optional<int64_t> Offset) {
    auto *User = dyn_cast<Instruction>(Of.getUser());
    if (!User)
      return false;
    if (auto *Step = dyn_cast<GetElementPtrInst>(User)) {
      APInt More(64, 0);
      bool IsConstant = Offset && Step->accumulateConstantOffset(Layout, More);
      return collect(*Step, IsConstant ? std::optional(*Offset + More.getSExtValue()) : std::nullopt);
    }
    if (auto *Load = dyn_cast<LoadInst>(User))
      return addAccess(Load, Load->getType(), Offset, Loads, Load->isSimple());
    if (auto *Store = dyn_cast<StoreInst>(User))
      return Of.getOperandNo() == 0 ||
             addAccess(Store, Store->getValueOperand()->getType(), Offset, Stores, Store->isSimple());
    if (auto *Copy = dyn_cast<MemIntrinsic>(User)) {
      auto *Length = dyn_cast<ConstantInt>(Copy->getLength());
      return Offset && Length && !overlaps(*Offset, Length->getZExtValue());
    }
    if (isa<PHINode>(User) || isa<SelectInst>(User))
      return isOnlyPassed(*User);
    return isa<CallBase>(User) || isa<CmpInst>(User) || isa<PtrToIntInst>(User);
  }

  /// Of what may be this pointer or another: nobody goes there.
  bool isOnlyPassed(Value &Pointer) {
    if (!Merged.insert(&Pointer).second)
      return true;
    return llvm::all_of(Pointer.uses(), [&](Use &Of) {
      if (isa<PHINode>(Of.getUser()) || isa<SelectInst>(Of.getUser()))
        return isOnlyPassed(*Of.getUser());
      if (auto *Store = dyn_cast<StoreInst>(Of.getUser()))
        return Store->getValueOperand() == &Pointer && Store->getPointerOperand() != &Pointer;
      return (isa<CallBase>(Of.getUser()) && !isa<MemIntrinsic>(Of.getUser())) || isa<CmpInst>(Of.getUser());
    });
  }

  bool overlaps(int64_t Offset, uint64_t Size) const {
    auto Start = static_cast<int64_t>(Slot.Offset);
    return Offset < Start + Word && Offset + static_cast<int64_t>(Size) > Start;
  }

  template <typename Kind>
  bool addAccess(Kind *Access, Type *Ty, std::optional<int64_t> Offset, std::vector<Kind *> &To,
                 bool IsSimple) {
    if (!Offset)
      return OthersAreApart;
    if (!overlaps(*Offset, Layout.getTypeStoreSize(Ty)))
      return true;
    if (*Offset != static_cast<int64_t>(Slot.Offset) || !Ty->isPointerTy() || !IsSimple)
      return false;
    To.push_back(Access);
    return true;
  }

  const DataLayout &Layout;
  const SaveSlot &Slot;
  int64_t Word;
  bool OthersAreApart;
  SmallPtrSet<Value *, 8> Merged;
};

class SaveSinker {
public:
  SaveSinker(Function &Entry, const SaveSlot &Slot) : Entry(Entry), Slot(Slot) {}

  void run(const SlotUses &Uses) {
    IRBuilder<> Builder(&*Entry.getEntryBlock().getFirstInsertionPt());
    Type *Pointer = Builder.getPtrTy();
    AllocaInst *Variable = Builder.CreateAlloca(Pointer);
    Value *Address = Builder.CreateConstInBoundsGEP1_64(Builder.getInt8Ty(), parameter(), Slot.Offset);
    Initial = Builder.CreateLoad(Pointer, Address);
    Builder.CreateStore(Initial, Variable);
    for (LoadInst *Load : Uses.Loads) {
      Builder.SetInsertPoint(Load);
      Load->replaceAllUsesWith(Builder.CreateLoad(Pointer, Variable));
      Load->eraseFromParent();
    }
    for (StoreInst *Store : Uses.Stores) {
      Builder.SetInsertPoint(Store);
      Builder.CreateStore(Store->getValueOperand(), Variable);
      Store->eraseFromParent();
    }
    for (Instruction *Reader : readers()) {
      Builder.SetInsertPoint(Reader);
      Saves.insert(Builder.CreateStore(Builder.CreateLoad(Pointer, Variable), Address));
    }
    DominatorTree Order(Entry);
    PromoteMemToReg({Variable}, Order);
    if (findSaved())
      removeNeedless();
    if (Initial->use_empty())
      Initial->eraseFromParent();
  }

private:
  Argument *parameter() const { return Entry.getArg(Slot.Parameter); }

  /// What has to find the value in the slot: calls, and ways out but for those to a stencil with the same
  /// parameter.
  std::vector<Instruction *> readers() const {
    std::vector<Instruction *> Readers;
    for (Instruction &I : instructions(Entry)) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (Call && Call->isMustTailCall()) {
        if (Slot.Parameter >= Call->arg_size() || Call->getArgOperand(Slot.Parameter) != parameter())
          Readers.push_back(&I);
      } else if (Call) {
        if (!isa<IntrinsicInst>(I) && !Call->doesNotAccessMemory())
          Readers.push_back(&I);
      } else if (isa<ReturnInst>(I) && !I.getParent()->getTerminatingMustTailCall()) {
        Readers.push_back(&I);
      }
    }
    return Readers;
  }

  /// What a slot holds at a place.
  struct Content {
    bool IsKnown = false; ///< false: no way there was looked at so far
    Value *Of = nullptr;  ///< null: one thing or another
    bool operator==(const Content &) const = default;
  };

  Content atStart(BasicBlock &Block) const {
    if (&Block == &Entry.getEntryBlock())
      return {true, Initial};
    Content Common;
    for (BasicBlock *From : predecessors(&Block))
      if (Content Out = AtEnd.lookup(From); Out.IsKnown)
        Common = !Common.IsKnown || Common == Out ? Out : Content{true, nullptr};
    // Of the last time in a loop.
    if (auto *Stale = dyn_cast_or_null<Instruction>(Common.Of); Stale && Stale->getParent() == &Block)
      Common.Of = nullptr;
    if (!Common.IsKnown || Common.Of)
      return Common;
    for (PHINode &Merge : Block.phis())
      if (llvm::all_of(predecessors(&Block), [&](BasicBlock *From) {
            Content Out = AtEnd.lookup(From);
            return !Out.IsKnown || Out.Of == Merge.getIncomingValueForBlock(From);
          }))
        return {true, &Merge};
    return Common;
  }

  /// False: it does not settle.
  bool findSaved() {
    static constexpr unsigned MaxRounds = 50;
    ReversePostOrderTraversal<Function *> Order(&Entry);
    bool Changed = true;
    for (unsigned Round = 0; Changed && Round < MaxRounds; ++Round) {
      Changed = false;
      for (BasicBlock *Block : Order) {
        Content Now = atStart(*Block);
        for (Instruction &I : *Block)
          if (auto *Save = dyn_cast<StoreInst>(&I); Save && Saves.contains(Save))
            Now = {true, Save->getValueOperand()};
        Changed |= !(AtEnd.lookup(Block) == Now);
        AtEnd[Block] = Now;
      }
    }
    return !Changed;
  }

  void removeNeedless() {
    std::vector<Instruction *> Needless;
    for (BasicBlock &Block : Entry) {
      Content Now = atStart(Block);
      for (Instruction &I : Block) {
        auto *Save = dyn_cast<StoreInst>(&I);
        if (!Save || !Saves.contains(Save))
          continue;
        if (Now.Of == Save->getValueOperand())
          Needless.push_back(Save);
        Now = {true, Save->getValueOperand()};
      }
    }
    for (Instruction *I : Needless)
      I->eraseFromParent();
  }

  Function &Entry;
  const SaveSlot &Slot;
  LoadInst *Initial = nullptr; ///< what is in the slot when the stencil starts
  SmallPtrSet<StoreInst *, 16> Saves;
  DenseMap<BasicBlock *, Content> AtEnd;
};

} // namespace

std::vector<SaveSlot> saveSlots(const OptimizeProfile &Facts, ArrayRef<RecordLayout> Layouts,
                                const Function &Entry) {
  std::vector<SaveSlot> Slots;
  StringRef Convention = Entry.getCallingConv() == CallingConv::C              ? "c"
                         : Entry.getCallingConv() == CallingConv::PreserveNone ? "preserve_none"
                                                                               : "";
  if (Convention.empty())
    return Slots;
  for (const SaveFact &Fact : Facts.Saves) {
    const MemoryRegion *Region = findRegion(Facts, Fact.Region);
    auto Record = llvm::find_if(Layouts, [&](const RecordLayout &L) { return L.Name == Region->Record; });
    if (Record == Layouts.end())
      continue;
    if (auto Member = Record->Members.find(Region->Member); Member != Record->Members.end())
      Slots.push_back({Fact.Region, *Region->Parameter, Member->second, Convention.str()});
  }
  return Slots;
}

void sinkSaves(Function &Entry, const OptimizeProfile &Facts, ArrayRef<RecordLayout> Layouts) {
  for (const SaveSlot &Slot : saveSlots(Facts, Layouts, Entry)) {
    if (Slot.Parameter >= Entry.arg_size())
      continue;
    SlotUses Uses(Entry, Facts, Slot);
    if (Uses.collect(*Entry.getArg(Slot.Parameter)) && !(Uses.Loads.empty() && Uses.Stores.empty()))
      SaveSinker(Entry, Slot).run(Uses);
  }
}

} // namespace stencilgen
