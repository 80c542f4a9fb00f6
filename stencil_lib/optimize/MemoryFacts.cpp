// See MemoryFacts.h.
#include "optimize/MemoryFacts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace stencilgen {

namespace {

class Marker {
public:
  Marker(Function &Entry, const OptimizeProfile &Facts, ArrayRef<RecordLayout> Layouts)
      : Entry(Entry), Facts(Facts), Layout(Entry.getParent()->getDataLayout()) {
    for (const MemoryRegion &Region : Facts.Regions)
      Offsets.push_back(offsetOf(Region, Layouts));
  }

  void run() {
    MDBuilder Builder(Entry.getContext());
    MDNode *Domain = Builder.createAnonymousAliasScopeDomain("memory");
    for (const MemoryRegion &Region : Facts.Regions)
      Scopes.push_back(Builder.createAnonymousAliasScope(Domain, Region.Name));
    std::vector<std::pair<Instruction *, size_t>> Found;
    for (Instruction &I : instructions(Entry))
      if (auto Region = regionOf(I))
        Found.emplace_back(&I, *Region);
    for (auto [I, Region] : Found)
      mark(*I, Region);
  }

private:
  /// Where an address comes from.
  struct Origin {
    std::optional<unsigned> Parameter;
    const LoadInst *Load = nullptr; ///< an address that was read
    std::optional<int64_t> Offset;  ///< none: not constant
  };

  static std::optional<uint64_t> offsetOf(const MemoryRegion &Region, ArrayRef<RecordLayout> Layouts) {
    auto Record = llvm::find_if(Layouts, [&](const RecordLayout &L) { return L.Name == Region.Record; });
    if (Record == Layouts.end())
      return std::nullopt;
    auto Member = Record->Members.find(Region.Member);
    return Member == Record->Members.end() ? std::nullopt : std::optional(Member->second);
  }

  Origin originOf(const Value *Pointer) const {
    Origin From;
    APInt Offset(64, 0);
    bool IsConstant = true;
    while (const auto *Step = dyn_cast<GEPOperator>(Pointer)) {
      IsConstant &= Step->accumulateConstantOffset(Layout, Offset);
      Pointer = Step->getPointerOperand();
    }
    if (IsConstant)
      From.Offset = Offset.getSExtValue();
    if (const auto *Given = dyn_cast<Argument>(Pointer))
      From.Parameter = Given->getArgNo();
    From.Load = dyn_cast<LoadInst>(Pointer);
    return From;
  }

  bool isIn(const MemoryRegion &Region, std::optional<uint64_t> Member, const Origin &From, Type *Ty) const {
    if (Region.Narrow)
      return !isOfAnyParameter(From) && (Ty->isIntegerTy(32) || Ty->isDoubleTy());
    if (!Region.LoadedFrom.empty() && From.Load && isLoadedFrom(*From.Load, Region.LoadedFrom))
      return true;
    if (!From.Parameter || From.Parameter != Region.Parameter)
      return false;
    if (Region.Member.empty())
      return true;
    if (!Member)
      return false;
    if (Region.Behind)
      return !From.Offset || *From.Offset >= static_cast<int64_t>(*Member);
    return From.Offset == static_cast<int64_t>(*Member) &&
           Layout.getTypeStoreSize(Ty) <= Layout.getPointerSize();
  }

  bool isOfAnyParameter(const Origin &From) const {
    return From.Parameter && llvm::any_of(Facts.Regions, [&](const MemoryRegion &Region) {
             return Region.Parameter == From.Parameter;
           });
  }

  bool isLoadedFrom(const LoadInst &Load, StringRef Name) const {
    for (auto [Region, Member] : zip_equal(Facts.Regions, Offsets))
      if (Region.Name == Name && Region.LoadedFrom.empty())
        return isIn(Region, Member, originOf(Load.getPointerOperand()), Load.getType());
    return false;
  }

  /// The first region that the access is in.
  std::optional<size_t> regionOf(Instruction &I) const {
    const Value *Pointer = getLoadStorePointerOperand(&I);
    if (!Pointer || I.isAtomic() || I.isVolatile())
      return std::nullopt;
    Origin From = originOf(Pointer);
    for (auto [Index, Region] : enumerate(Facts.Regions))
      if (isIn(Region, Offsets[Index], From, getLoadStoreType(&I)))
        return Index;
    return std::nullopt;
  }

  void mark(Instruction &I, size_t Region) {
    LLVMContext &Context = Entry.getContext();
    SmallVector<Metadata *> Others;
    for (const ApartFact &Fact : Facts.Apart)
      for (auto [One, Other] : {std::pair(&Fact.First, &Fact.Second), std::pair(&Fact.Second, &Fact.First)})
        if (*One == Facts.Regions[Region].Name)
          for (auto [Index, Candidate] : enumerate(Facts.Regions))
            if (Candidate.Name == *Other)
              Others.push_back(Scopes[Index]);
    auto Add = [&](unsigned Which, MDNode *More) {
      I.setMetadata(Which, MDNode::concatenate(I.getMetadata(Which), More));
    };
    Add(LLVMContext::MD_alias_scope, MDNode::get(Context, {Scopes[Region]}));
    if (!Others.empty())
      Add(LLVMContext::MD_noalias, MDNode::get(Context, Others));
  }

  Function &Entry;
  const OptimizeProfile &Facts;
  const DataLayout &Layout;
  std::vector<std::optional<uint64_t>> Offsets; ///< of each region's member
  std::vector<MDNode *> Scopes;
};

} // namespace

void markMemory(Function &Entry, const OptimizeProfile &Facts, ArrayRef<RecordLayout> Layouts) {
  if (!Facts.Apart.empty())
    Marker(Entry, Facts, Layouts).run();
}

} // namespace stencilgen
