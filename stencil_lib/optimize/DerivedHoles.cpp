// See DerivedHoles.h. An expression is read bottom up; what none of its users can be part of is replaced.
#include "optimize/DerivedHoles.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/Constants.h"
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
    StringRef Name = operandName(Base);
    if (Name.empty())
      return std::nullopt;
    HoleExpression Sum = HoleExpression::binary(Kind::Add, HoleExpression::value(Name),
                                                HoleExpression::number(Offset.getSExtValue()), Operands);
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
      if (!Sum || !hasValue(*Sum) || !operandName(Base).empty())
        continue;
      IRBuilder<> Builder(Step);
      Replaced.emplace_back(Step, Builder.CreatePtrAdd(Base, valueOf(*Sum, Word)));
    }
    for (auto [Old, New] : Replaced) {
      Old->replaceAllUsesWith(New);
      Old->eraseFromParent();
    }
  }

  /// True where LLVM would take the value for the address of an object.
  static bool leadsToMemory(const Value *V) {
    return any_of(V->users(),
                  [](const User *U) { return cast<Operator>(U)->getOpcode() == Instruction::IntToPtr; });
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

/// `movabsq $symbol, register`, as one value that LLVM does not look into.
Value *hidden(IRBuilder<> &Builder, Constant *Address) {
  auto *Ty = FunctionType::get(Address->getType(), {Address->getType()}, /*isVarArg=*/false);
  auto *Move = InlineAsm::get(Ty, "movabsq $1, $0", "=r,i", /*hasSideEffects=*/false);
  auto *Call = Builder.CreateCall(Ty, Move, {Address});
  Call->setDoesNotAccessMemory();
  Call->setDoesNotThrow();
  return Call;
}

} // namespace

bool deriveHoles(Module &M, StringRef Prefix, const ValueWidths &Operands) {
  return Deriver(M, Prefix, Operands).run();
}

/// The symbol of a wide value that \p V is the address of, or near to; null for everything else.
static const GlobalVariable *wideSymbol(const Value *V, const DataLayout &Layout) {
  if (!isa<Constant>(V) || !(V->getType()->isPointerTy() || V->getType()->isIntegerTy(64)))
    return nullptr;
  if (const auto *Expression = dyn_cast<ConstantExpr>(V); Expression && V->getType()->isIntegerTy()) {
    if (Expression->getOpcode() != Instruction::PtrToInt)
      return nullptr;
    V = Expression->getOperand(0);
  }
  APInt Offset(64, 0);
  const auto *Symbol = dyn_cast<GlobalVariable>(
      V->stripAndAccumulateConstantOffsets(Layout, Offset, /*AllowNonInbounds=*/true));
  return Symbol && !Symbol->isAbsoluteSymbolRef() ? Symbol : nullptr;
}

/// True for operands that LLVM's patterns would make 32 bits wide in the small code model, whatever the
/// symbol's own (X86InstrCompiler.td, "X86 specific constant (address) lowering").
static bool isFolded(const Use &Of) {
  const auto *I = cast<Instruction>(Of.getUser());
  if (isa<StoreInst>(I))
    return Of.getOperandNo() == 0;
  return isa<BinaryOperator>(I) || (isa<GetElementPtrInst>(I) && Of.getOperandNo() == 0);
}

void useSmallCodeModel(Module &M) {
  for (GlobalVariable &Symbol : M.globals())
    if (!Symbol.isAbsoluteSymbolRef())
      Symbol.setCodeModel(CodeModel::Large);
  for (Function &F : M) {
    if (F.isDeclaration())
      continue;
    F.addFnAttr("no-jump-tables", "true"); // its address would be an operand of 32 bits
    for (Instruction &I : make_early_inc_range(instructions(F)))
      for (Use &Of : I.operands())
        if (isFolded(Of) && wideSymbol(Of.get(), M.getDataLayout())) {
          IRBuilder<> Builder(&I);
          Of.set(hidden(Builder, cast<Constant>(Of.get())));
        }
  }
}

} // namespace stencilgen
