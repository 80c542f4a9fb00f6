// See DerivedHoles.h. An expression is read bottom up; what none of its users can be part of is replaced.
#include "optimize/DerivedHoles.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/GetElementPtrTypeIterator.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace stencilgen {

namespace {

using Kind = HoleExpression::Operator;
using MaybeExpression = std::optional<HoleExpression>;

/// A range as LLVM may be told it, none where it is no immediate of 32 bits. LLVM takes an operand of 8 bits
/// that the processor sign-extends for any range within -256 to 255 (X86ISelDAGToDAG.cpp,
/// isSExtAbsoluteSymbolRef), and likewise one of 32 bits: a range that is not within the signed ones is
/// widened to where it does not.
std::optional<ConstantRange> immediateRange(const ConstantRange &Range, unsigned Bits) {
  APInt Least = Range.getSignedMin(), Greatest = Range.getSignedMax();
  // Of a value that is used with 32 bits no more than these count.
  int64_t Limit = Bits <= 32 ? INT64_C(0xffffffff) : INT64_C(0x7fffffff);
  if (Least.slt(INT32_MIN) || Greatest.sgt(Limit) || (Least.isNegative() && Greatest.sgt(INT32_MAX)))
    return std::nullopt;
  if (!Least.isSignedIntN(8) || !Greatest.isSignedIntN(8))
    Greatest = APIntOps::smax(Greatest, APInt(64, 256));
  return ConstantRange(Least, Greatest + 1);
}

class Deriver {
public:
  Deriver(Module &M, StringRef Prefix, const ValueWidths &Operands)
      : M(M), Prefix(Prefix), Operands(Operands), Layout(M.getDataLayout()),
        Word(Layout.getIntPtrType(M.getContext())) {}

  bool run() {
    for (Function &F : M) {
      deriveAddresses(F);
      deriveNumbers(F);
    }
    return Changed;
  }

private:
  /// The operand's name where \p V is the symbol of one.
  StringRef operandName(const Value *V) const {
    const auto *Symbol = dyn_cast<GlobalValue>(V);
    if (!Symbol || !Symbol->isDeclaration())
      return "";
    StringRef Name = Symbol->getName();
    return Name.consume_front(Prefix) && Operands.count(Name.str()) ? Name : "";
  }

  /// What the address of an operand's symbol is, or of one that was derived before.
  MaybeExpression expressSymbol(const Value *V) const {
    if (StringRef Name = operandName(V); !Name.empty())
      return HoleExpression::value(Name);
    StringRef Name = isa<GlobalVariable>(V) ? V->getName() : "";
    return Name.consume_front(Prefix) && Name.consume_front(DerivedMark) ? HoleExpression::parse(Name)
                                                                         : std::nullopt;
  }

  /// The expression that \p V always is, zero-extended to 64 bits.
  MaybeExpression express(Value *V) {
    if (auto *Number = dyn_cast<ConstantInt>(V))
      return Number->getBitWidth() <= 64 ? MaybeExpression(HoleExpression::number(Number->getZExtValue()))
                                         : std::nullopt;
    if (!V->getType()->isIntegerTy() || V->getType()->getIntegerBitWidth() > 64)
      return std::nullopt;
    if (auto Known = Expressions.find(V); Known != Expressions.end())
      return Known->second;
    MaybeExpression Result;
    if (auto *Step = dyn_cast<Operator>(V))
      Result = expressStep(*Step);
    if (Result && Result->text().size() > 200)
      Result = std::nullopt;
    Expressions.insert({V, Result});
    return Result;
  }

  MaybeExpression expressStep(Operator &Step) {
    unsigned Bits = Step.getType()->getIntegerBitWidth();
    auto Operand = [&](unsigned I) { return express(Step.getOperand(I)); };
    auto Binary = [&](Kind Which) -> MaybeExpression {
      auto Left = Operand(0);
      auto Right = Left ? Operand(1) : std::nullopt;
      if (!Right)
        return std::nullopt;
      return HoleExpression::zeroExtend(HoleExpression::binary(Which, *Left, *Right, Operands), Bits,
                                        Operands);
    };
    switch (Step.getOpcode()) {
    case Instruction::PtrToInt:
      return expressAddress(Step.getOperand(0), Bits);
    case Instruction::Trunc:
    case Instruction::ZExt:
    case Instruction::Freeze:
      if (auto Of = Operand(0))
        return HoleExpression::zeroExtend(*Of, Bits, Operands);
      return std::nullopt;
    case Instruction::SExt:
      if (auto Of = Operand(0))
        return HoleExpression::zeroExtend(
            HoleExpression::signExtend(*Of, Step.getOperand(0)->getType()->getIntegerBitWidth(), Operands),
            Bits, Operands);
      return std::nullopt;
    case Instruction::Add:
      return Binary(Kind::Add);
    case Instruction::Sub:
      return Binary(Kind::Subtract);
    case Instruction::Mul:
      return Binary(Kind::Multiply);
    case Instruction::And:
      return Binary(Kind::And);
    case Instruction::Or:
      return Binary(Kind::Or);
    case Instruction::Xor:
      return Binary(Kind::Xor);
    case Instruction::Shl:
    case Instruction::LShr:
      if (auto *By = dyn_cast<ConstantInt>(Step.getOperand(1)); By && By->getValue().ult(Bits))
        return Binary(Step.getOpcode() == Instruction::Shl ? Kind::ShiftLeft : Kind::ShiftRight);
      return std::nullopt;
    default:
      return std::nullopt;
    }
  }

  /// An operand's symbol, plus a number.
  MaybeExpression expressAddress(Value *Pointer, unsigned Bits) {
    APInt Offset(64, 0);
    Value *Base = Pointer->stripAndAccumulateConstantOffsets(Layout, Offset, /*AllowNonInbounds=*/true);
    MaybeExpression Symbol = expressSymbol(Base);
    if (!Symbol)
      return std::nullopt;
    HoleExpression Sum =
        HoleExpression::binary(Kind::Add, *Symbol, HoleExpression::number(Offset.getSExtValue()), Operands);
    return HoleExpression::zeroExtend(Sum, Bits, Operands);
  }

  /// The symbol whose address is this value. Of fewer bits than 64 the upper ones do not count.
  Value *valueOf(const HoleExpression &Expression, Type *Ty) {
    unsigned Bits = Ty->getIntegerBitWidth();
    std::string Name = (Prefix + DerivedMark + Expression.text()).str();
    GlobalVariable *Symbol = M.getNamedGlobal(Name);
    if (!Symbol) {
      LLVMContext &Context = M.getContext();
      Symbol = new GlobalVariable(M, ArrayType::get(Type::getInt8Ty(Context), 0), /*isConstant=*/false,
                                  GlobalValue::ExternalWeakLinkage, nullptr, Name);
      Symbol->setDSOLocal(!Triple(M.getTargetTriple()).isAArch64());
      if (auto Range = immediateRange(Expression.range(Operands), Bits)) {
        auto Limit = [&](const APInt &Number) {
          return ConstantAsMetadata::get(ConstantInt::get(Word, Number));
        };
        Symbol->setMetadata(LLVMContext::MD_absolute_symbol,
                            MDNode::get(Context, {Limit(Range->getLower()), Limit(Range->getUpper())}));
      }
    }
    Changed = true;
    Constant *Address = ConstantExpr::getPtrToInt(Symbol, Word);
    return Bits < Word->getIntegerBitWidth() ? ConstantExpr::getTrunc(Address, Ty) : Address;
  }

  static bool hasValue(const HoleExpression &Expression) { return !Expression.values().empty(); }

  /// The sum of the constant and derived parts of an address, and what they are added to.
  MaybeExpression offsetOf(GetElementPtrInst &Step, Value *&Base) {
    MaybeExpression Sum = HoleExpression::number(0);
    auto *At = &Step;
    for (;;) {
      auto Offset = stepOf(*At);
      if (!Offset)
        return At == &Step ? std::nullopt : Sum;
      Sum = HoleExpression::binary(Kind::Add, *Sum, *Offset, Operands);
      Base = At->getPointerOperand();
      auto *Next = dyn_cast<GetElementPtrInst>(Base);
      if (!Next)
        return Sum;
      At = Next;
    }
  }

  /// What one step adds to an address, as 64 bits.
  MaybeExpression stepOf(GetElementPtrInst &Step) {
    if (Step.getType()->isVectorTy())
      return std::nullopt;
    MaybeExpression Sum = HoleExpression::number(0);
    for (auto Type = gep_type_begin(Step), End = gep_type_end(Step); Type != End; ++Type) {
      HoleExpression Part = HoleExpression::number(0);
      if (StructType *Struct = Type.getStructTypeOrNull()) {
        auto Field = cast<ConstantInt>(Type.getOperand())->getZExtValue();
        Part = HoleExpression::number(Layout.getStructLayout(Struct)->getElementOffset(Field));
      } else {
        auto Index = express(Type.getOperand());
        if (!Index)
          return std::nullopt;
        unsigned Bits = Type.getOperand()->getType()->getIntegerBitWidth();
        Part =
            HoleExpression::binary(Kind::Multiply, HoleExpression::signExtend(*Index, Bits, Operands),
                                   HoleExpression::number(Type.getSequentialElementStride(Layout)), Operands);
      }
      Sum = HoleExpression::binary(Kind::Add, *Sum, Part, Operands);
    }
    return Sum;
  }

  void deriveAddresses(Function &F) {
    std::vector<std::pair<GetElementPtrInst *, Value *>> Replaced;
    for (Instruction &I : instructions(F)) {
      auto *Step = dyn_cast<GetElementPtrInst>(&I);
      Value *Base = nullptr;
      MaybeExpression Sum = Step ? offsetOf(*Step, Base) : std::nullopt;
      if (!Sum || !hasValue(*Sum) || expressSymbol(Base))
        continue;
      IRBuilder<> Builder(Step);
      Replaced.emplace_back(Step, Builder.CreatePtrAdd(Base, valueOf(*Sum, Word)));
    }
    for (auto [Old, New] : Replaced) {
      Old->replaceAllUsesWith(New);
      Old->eraseFromParent();
    }
  }

  void deriveNumbers(Function &F) {
    MapVector<Use *, HoleExpression> Uses;
    for (Instruction &I : instructions(F)) {
      if (express(&I) || isa<SwitchInst>(I))
        continue;
      for (Use &Of : I.operands()) {
        if (isa<ConstantInt>(Of.get()) || isa<BasicBlock>(Of.get()) || I.getOpcode() == Instruction::IntToPtr)
          continue;
        auto Expression = express(Of.get());
        if (Expression && hasValue(*Expression) && mayReplace(I, Of))
          Uses.insert({&Of, *Expression});
      }
    }
    for (auto &[Of, Expression] : Uses)
      Of->set(valueOf(Expression, Of->get()->getType()));
  }

  /// An immediate argument of an intrinsic has to stay a constant that LLVM knows.
  static bool mayReplace(const Instruction &I, const Use &Of) {
    const auto *Call = dyn_cast<CallBase>(&I);
    return !Call ||
           (Call->isArgOperand(&Of) && !Call->paramHasAttr(Call->getArgOperandNo(&Of), Attribute::ImmArg));
  }

  Module &M;
  StringRef Prefix;
  const ValueWidths &Operands;
  const DataLayout &Layout;
  Type *Word; ///< an integer as wide as an address
  DenseMap<Value *, MaybeExpression> Expressions;
  bool Changed = false;
};

} // namespace

bool deriveHoles(Module &M, StringRef Prefix, const ValueWidths &Operands) {
  return Deriver(M, Prefix, Operands).run();
}

namespace {

/// Makes operands of x86-64 code registers where LLVM would encode them wrongly.
class Hider {
public:
  explicit Hider(Function &F) : F(F), Order(F), Loops(Order) {}

  void run() {
    F.addFnAttr("no-jump-tables", "true"); // a table's address would be an operand of 32 bits
    for (Instruction &I : make_early_inc_range(instructions(F)))
      for (Use &Of : I.operands())
        if (const GlobalVariable *Symbol = symbolOf(Of.get()); Symbol && isMisread(Of, *Symbol))
          Of.set(hidden(Of, *Symbol));
  }

private:
  /// The variable that a constant is the address of, or a part of its address, or near to it; null for a sum
  /// of two symbols, which is no operand.
  const GlobalVariable *symbolOf(const Value *V) const {
    while (const auto *Step = dyn_cast<ConstantExpr>(V)) {
      if (Step->getOpcode() != Instruction::PtrToInt && Step->getOpcode() != Instruction::Trunc &&
          Step->getOpcode() != Instruction::GetElementPtr)
        return nullptr;
      if (const auto *Sum = dyn_cast<GEPOperator>(Step); Sum && !Sum->hasAllConstantIndices())
        return nullptr;
      V = Step->getOperand(0);
    }
    return dyn_cast<GlobalVariable>(V);
  }

  /// The patterns for stores and sums take any symbol for one of 32 bits in the small code model, whatever
  /// its own is (X86InstrCompiler.td, "X86 specific constant (address) lowering"). And what a loop makes of a
  /// narrow one, a sum with a number, becomes relative to the instruction (X86ISelDAGToDAG.cpp,
  /// matchAddress).
  bool isMisread(const Use &Of, const GlobalVariable &Symbol) const {
    const auto *I = cast<Instruction>(Of.getUser());
    if (Symbol.isAbsoluteSymbolRef())
      return isa<PHINode>(I) || (Loops.getLoopFor(I->getParent()) && !isa<CallBase>(I));
    if (isa<StoreInst>(I))
      return Of.getOperandNo() == 0;
    return isa<BinaryOperator>(I) || (isa<GetElementPtrInst>(I) && Of.getOperandNo() == 0);
  }

  /// The constant in a register. Where a block leads to another by two edges, it gives one value.
  Value *hidden(Use &Of, const GlobalVariable &Symbol) {
    auto *Merge = dyn_cast<PHINode>(Of.getUser());
    if (!Merge)
      return moved(cast<Instruction>(Of.getUser()), Of, Symbol);
    BasicBlock *From = Merge->getIncomingBlock(Of);
    Value *&Known = OnEdges[{Merge, From}];
    if (!Known)
      Known = moved(From->getTerminator(), Of, Symbol);
    return Known;
  }

  /// \p Of by an instruction before \p I that LLVM does not look into.
  static Value *moved(Instruction *I, const Use &Of, const GlobalVariable &Symbol) {
    IRBuilder<> Builder(I);
    StringRef Move = "movabsq $1, $0";
    if (auto Range = Symbol.getAbsoluteSymbolRange())
      Move = Range->getSignedMin().isNegative() ? "movq $1, $0" : "movl $1, ${0:k}";
    Constant *Whole = cast<Constant>(Of.get());
    Type *Ty = Whole->getType();
    if (auto *Step = dyn_cast<ConstantExpr>(Whole); Step && Ty->isIntegerTy() && !Ty->isIntegerTy(64))
      Whole = Step->getOpcode() == Instruction::PtrToInt
                  ? ConstantExpr::getPtrToInt(Step->getOperand(0), Builder.getInt64Ty())
                  : Step->getOperand(0);
    auto *Call = FunctionType::get(Whole->getType(), {Whole->getType()}, /*isVarArg=*/false);
    CallInst *Moved =
        Builder.CreateCall(Call, InlineAsm::get(Call, Move, "=r,i", /*hasSideEffects=*/false), {Whole});
    Moved->setDoesNotAccessMemory();
    Moved->setDoesNotThrow();
    return Ty == Whole->getType() ? static_cast<Value *>(Moved) : Builder.CreateTrunc(Moved, Ty);
  }

  Function &F;
  DominatorTree Order;
  LoopInfo Loops;
  DenseMap<std::pair<PHINode *, BasicBlock *>, Value *> OnEdges;
};

} // namespace

void useSmallCodeModel(Module &M) {
  for (GlobalVariable &Symbol : M.globals())
    if (!Symbol.isAbsoluteSymbolRef())
      Symbol.setCodeModel(CodeModel::Large);
  for (Function &F : M)
    if (!F.isDeclaration())
      Hider(F).run();
}

} // namespace stencilgen
