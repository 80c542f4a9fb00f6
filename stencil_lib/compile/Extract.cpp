// Copying the part of a module that one function reaches, in the order Clang would have made it.
#include "compile/Extract.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;

namespace stencilgen {

namespace {

class Extractor final : public ValueMaterializer {
public:
  Extractor(Module &All, StringRef EntryInAll, StringRef Entry)
      : All(All), EntryInAll(EntryInAll), Entry(Entry),
        IsMicrosoft(Triple(All.getTargetTriple()).isKnownWindowsMSVCEnvironment()),
        New(std::make_unique<Module>(All.getModuleIdentifier(), All.getContext())) {
    New->setSourceFileName(All.getSourceFileName());
    New->setDataLayout(All.getDataLayout());
    New->setTargetTriple(All.getTargetTriple());
    New->setModuleInlineAsm(All.getModuleInlineAsm());
  }

  /// Copies a definition, then what it needs, each followed by what that needs.
  void define(GlobalValue &Old) {
    declare(Old);
    if (is_contained(Pending, &Old))
      emit(Old);
  }

  std::unique_ptr<Module> finish() {
    copyUsedList("llvm.used", appendToUsed);
    copyUsedList("llvm.compiler.used", appendToCompilerUsed);
    for (const NamedMDNode &Old : All.named_metadata()) {
      NamedMDNode *Copy = New->getOrInsertNamedMetadata(Old.getName());
      for (const MDNode *Node : Old.operands())
        Copy->addOperand(MapMetadata(Node, Map, RF_None, nullptr, this));
    }
    emitPending();
    // Cloning into another module makes this list even when there is no debug information to list.
    if (NamedMDNode *Units = New->getNamedMetadata("llvm.dbg.cu"); Units && Units->getNumOperands() == 0)
      Units->eraseFromParent();
    return std::move(New);
  }

  /// ValueMaterializer: called by the mapper for each value not mapped yet.
  Value *materialize(Value *V) override {
    auto *Global = dyn_cast<GlobalValue>(V);
    return Global && Global->getParent() == &All ? declare(*Global) : nullptr;
  }

private:
  GlobalValue *declare(GlobalValue &Old) {
    if (auto Found = Map.find(&Old); Found != Map.end())
      return cast<GlobalValue>(Found->second);
    GlobalValue *Copy;
    if (auto *Function = dyn_cast<llvm::Function>(&Old)) {
      StringRef Name = Old.getName() == EntryInAll ? Entry : Old.getName();
      auto *NewFunction = Function::Create(Function->getFunctionType(), Old.getLinkage(),
                                           Old.getAddressSpace(), Name, New.get());
      NewFunction->copyAttributesFrom(Function);
      // What these name belongs to the old module; CloneFunctionInto sets them anew.
      NewFunction->setPersonalityFn(nullptr);
      NewFunction->setPrefixData(nullptr);
      NewFunction->setPrologueData(nullptr);
      Copy = NewFunction;
    } else if (auto *Variable = dyn_cast<GlobalVariable>(&Old)) {
      Constant *Initializer = Variable->hasInitializer() ? renamedEntryString(*Variable) : nullptr;
      auto *NewVariable = new GlobalVariable(
          *New, Initializer ? Initializer->getType() : Variable->getValueType(), Variable->isConstant(),
          Old.getLinkage(), Initializer, Old.getName(), nullptr, Variable->getThreadLocalMode(),
          Old.getAddressSpace(), Variable->isExternallyInitialized());
      NewVariable->copyAttributesFrom(Variable);
      Copy = NewVariable;
    } else {
      Copy = GlobalAlias::create(Old.getValueType(), Old.getAddressSpace(), Old.getLinkage(), Old.getName(),
                                 New.get());
      cast<GlobalAlias>(Copy)->copyAttributesFrom(cast<GlobalAlias>(&Old));
    }
    if (const auto *Object = dyn_cast<GlobalObject>(&Old); Object && Object->hasComdat()) {
      Comdat *NewComdat = New->getOrInsertComdat(Object->getComdat()->getName());
      NewComdat->setSelectionKind(Object->getComdat()->getSelectionKind());
      cast<GlobalObject>(Copy)->setComdat(NewComdat);
    }
    Map[&Old] = Copy;
    if (!Old.isDeclaration())
      Pending.push_back(&Old);
    return Copy;
  }

  /// __func__ and its kin (variables named __func__.ENTRY, __PRETTY_FUNCTION__.ENTRY; Microsoft's ABI names
  /// all strings alike, ??_C@...) hold the name the function has among all micro-ops: the text with its own
  /// name, null for any other variable.
  Constant *renamedEntryString(const GlobalVariable &Old) const {
    auto *Data = dyn_cast<ConstantDataArray>(Old.getInitializer());
    if (!Data || !Data->isCString())
      return nullptr;
    bool IsFunctionName =
        Old.getName().rsplit('.').second == EntryInAll ||
        (IsMicrosoft && Old.getName().starts_with("??_C@") && Data->getAsCString().contains(EntryInAll));
    if (!IsFunctionName)
      return nullptr;
    auto [Before, After] = Data->getAsCString().split(EntryInAll);
    return ConstantDataArray::getString(All.getContext(), (Before + Entry + After).str());
  }

  /// Copies the contents of a declared global, and of all that this declares.
  void emit(GlobalValue &Old) {
    llvm::erase(Pending, &Old);
    std::vector<GlobalValue *> Outer = std::exchange(Pending, {});
    if (auto *OldFunction = dyn_cast<Function>(&Old)) {
      declareGlobalsOf(*OldFunction);
      auto *NewFunction = cast<Function>(Map[&Old]);
      auto NewArgument = NewFunction->arg_begin();
      for (const Argument &OldArgument : OldFunction->args()) {
        NewArgument->setName(OldArgument.getName());
        Map[&OldArgument] = &*NewArgument++;
      }
      SmallVector<ReturnInst *, 8> Returns;
      CloneFunctionInto(NewFunction, OldFunction, Map, CloneFunctionChangeType::DifferentModule, Returns, "",
                        nullptr, nullptr, this);
    } else if (auto *OldVariable = dyn_cast<GlobalVariable>(&Old)) {
      auto *NewVariable = cast<GlobalVariable>(Map[&Old]);
      if (!NewVariable->hasInitializer())
        NewVariable->setInitializer(MapValue(OldVariable->getInitializer(), Map, RF_None, nullptr, this));
      SmallVector<std::pair<unsigned, MDNode *>, 1> Metadata;
      OldVariable->getAllMetadata(Metadata);
      for (auto [Kind, Node] : Metadata)
        NewVariable->addMetadata(Kind, *MapMetadata(Node, Map, RF_None, nullptr, this));
    } else {
      auto &OldAlias = cast<GlobalAlias>(Old);
      cast<GlobalAlias>(Map[&Old])->setAliasee(MapValue(OldAlias.getAliasee(), Map, RF_None, nullptr, this));
    }
    emitPending();
    Pending = std::move(Outer);
  }

  /// Declares what a body refers to in the order in which Clang came upon it. Clang emits a call's callee,
  /// then its arguments with the calls in them, then the call; so an expression, which in unoptimised code is
  /// a tree of instructions that use each other, is walked from its root and callee first. Microsoft's ABI
  /// evaluates arguments from the last to the first.
  void declareGlobalsOf(Function &Body) {
    SmallPtrSet<const Value *, 32> Seen;
    SmallVector<Value *, 32> Stack;
    for (Instruction &Start : instructions(Body)) {
      if (isa<AllocaInst>(Start) || Seen.contains(&Start))
        continue;
      Stack.push_back(rootOfExpression(Start));
      while (!Stack.empty()) {
        Value *V = Stack.pop_back_val();
        if (auto *Global = dyn_cast<GlobalValue>(V)) {
          declare(*Global);
          continue;
        }
        auto *User = dyn_cast<llvm::User>(V);
        if (!User || isa<AllocaInst>(User) || !Seen.insert(User).second)
          continue;
        auto *Call = dyn_cast<CallBase>(User);
        SmallVector<Value *, 8> Operands(User->operand_values());
        if (!(Call && IsMicrosoft))
          std::reverse(Operands.begin(), Operands.end());
        Stack.append(Operands.begin(), Operands.end()); // taken from its end
        if (Call)
          Stack.push_back(Call->getCalledOperand());
      }
    }
  }

  static Instruction *rootOfExpression(Instruction &Start) {
    SmallPtrSet<const Instruction *, 16> Path; // a loop through phi nodes has no root
    Instruction *Root = &Start;
    while (!Root->use_empty() && Path.insert(Root).second)
      Root = cast<Instruction>(*Root->user_begin());
    return Root;
  }

  void emitPending() {
    while (!Pending.empty())
      emit(*Pending.front());
  }

  void copyUsedList(StringRef Name, void (*Append)(Module &, ArrayRef<GlobalValue *>)) {
    SmallVector<GlobalValue *, 4> Old, Copies;
    collectUsedGlobalVariables(All, Old, Name == "llvm.compiler.used");
    for (GlobalValue *Global : Old)
      if (auto Found = Map.find(Global); Found != Map.end())
        Copies.push_back(cast<GlobalValue>(Found->second));
    if (!Copies.empty())
      Append(*New, Copies);
  }

  Module &All;
  StringRef EntryInAll, Entry;
  bool IsMicrosoft; ///< the ABI
  std::unique_ptr<Module> New;
  ValueToValueMapTy Map;
  std::vector<GlobalValue *> Pending; ///< declared, contents not copied yet
};

} // namespace

std::unique_ptr<Module> extractMicroOp(Module &All, StringRef EntryInAll, const StringSet<> &AllEntries,
                                       StringRef Entry) {
  Extractor E(All, EntryInAll, Entry);
  SmallVector<GlobalValue *, 4> Used;
  collectUsedGlobalVariables(All, Used, /*CompilerUsed=*/false);
  collectUsedGlobalVariables(All, Used, /*CompilerUsed=*/true);
  for (GlobalValue &Global : All.global_values()) {
    bool IsKept = !Global.isDeclaration() && !Global.getName().starts_with("llvm.") &&
                  (!Global.isDiscardableIfUnused() || is_contained(Used, &Global));
    bool IsOtherEntry = AllEntries.contains(Global.getName()) && Global.getName() != EntryInAll;
    if (IsKept && !IsOtherEntry)
      E.define(Global);
  }
  if (auto *Constructors = All.getNamedGlobal("llvm.global_ctors"))
    E.define(*Constructors);
  return E.finish();
}

} // namespace stencilgen
