// See LayoutOptimizer.h. What CPython's Tools/jit/_optimizers.py does to textual assembly with regular
// expressions is done here to decoded instructions, with the control flow that they have.
#include "stencil/LayoutOptimizer.h"
#include "stencil/SmallConstants.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

using namespace llvm;

namespace stencilgen {

namespace {

/// Takes the code of an image apart. Every step returns false where the code has to stay as it is.
class BlockReader {
public:
  BlockReader(const ObjectImage &Image, const StencilRules &Rules, const MachineCode &Machine,
              const BranchCodec &Codec)
      : Image(Image), Rules(Rules), Machine(Machine), Codec(Codec) {}

  std::optional<CodeBlocks> read() {
    if (!findCode() || !decode() || !findReferences())
      return std::nullopt;
    makeBlocks();
    return std::move(Code);
  }

private:
  struct Instruction {
    uint64_t Offset;
    CodeInstruction What;
    std::optional<TargetedBranch> Direct;
    std::optional<uint64_t> TargetOffset; ///< of a direct branch or call within the code
    bool EndsFlow = false;                ///< nothing that follows is reached from here
  };

  const ImageSection &section() const { return Image.Sections[Code.Section]; }

  bool findCode() {
    auto HasCode = [](const ImageSection &S) { return S.Kind == SectionKind::Code && !S.Bytes.empty(); };
    if (llvm::count_if(Image.Sections, HasCode) != 1)
      return false;
    Code.Section = llvm::find_if(Image.Sections, HasCode) - Image.Sections.begin();
    return true;
  }

  bool isInCode(const ImageSymbol &Symbol) const { return Symbol.Section == Code.Section; }

  bool decode() {
    auto Decoded = Machine.decode(section().Bytes);
    if (!Decoded) {
      consumeError(Decoded.takeError());
      return false;
    }
    std::vector<Fixup> Fixups = section().Fixups;
    llvm::stable_sort(Fixups, [](const Fixup &A, const Fixup &B) { return A.Offset < B.Offset; });
    auto NextFixup = Fixups.begin();
    for (MachineInstruction &I : *Decoded) {
      Instruction Result{I.Offset, {std::move(I.Inst), {}, {}, std::nullopt}, std::nullopt, std::nullopt};
      ArrayRef<uint8_t> Bytes = ArrayRef(section().Bytes).slice(I.Offset, I.Size);
      Result.What.Bytes.assign(Bytes.begin(), Bytes.end());
      for (; NextFixup != Fixups.end() && NextFixup->Offset < I.Offset + I.Size; ++NextFixup) {
        Result.What.Fixups.push_back(*NextFixup);
        Result.What.Fixups.back().Offset -= I.Offset;
      }
      if (!classify(Result))
        return false;
      Instructions.push_back(std::move(Result));
    }
    return NextFixup == Fixups.end();
  }

  bool classify(Instruction &I) {
    const MCInstrDesc &Desc = Machine.description(I.What.Inst);
    auto Read = Codec.read(I.What.Bytes);
    if (Read && I.What.Fixups.empty()) {
      uint64_t Target = I.Offset + Read->Displacement;
      if (Target >= section().Bytes.size())
        return false;
      I.Direct = {Read->What, BlockIndex(0)};
      I.TargetOffset = Target;
      Leaders.insert(Target);
    } else if (Read) {
      const Fixup &F = I.What.Fixups.front();
      auto Expected = Codec.fixup(Read->What);
      if (I.What.Fixups.size() != 1 || !Expected || F.Kind != Expected->Kind ||
          F.Offset != Expected->Offset || F.Addend != Expected->Addend)
        return false;
      I.Direct = {Read->What, SymbolTarget{F.Symbol, F.RawRelocation}};
    } else if ((Desc.isBranch() && !Desc.isIndirectBranch()) || makesCodeAddress(I)) {
      return false;
    }
    if (I.Direct && I.Direct->What.Kind != Branch::Call)
      I.EndsFlow = I.Direct->What.Kind == Branch::Jump;
    else
      I.EndsFlow = Desc.isReturn() || Desc.isIndirectBranch() || Desc.isBarrier() || Desc.isTrap();
    return true;
  }

  /// An operand that is relative to the instruction without a fixup: a place in this code.
  bool makesCodeAddress(const Instruction &I) const {
    if (!I.What.Fixups.empty())
      return false;
    ArrayRef<MCOperandInfo> Operands = Machine.description(I.What.Inst).operands();
    bool IsRelative =
        llvm::any_of(Operands, [](const MCOperandInfo &O) { return O.OperandType == MCOI::OPERAND_PCREL; });
    unsigned ProgramCounter = Machine.registers().getProgramCounter();
    return IsRelative || llvm::any_of(I.What.Inst, [&](const MCOperand &O) {
             return O.isReg() && ProgramCounter && O.getReg() == ProgramCounter;
           });
  }

  /// Finds the places in the code that anything but its own branches refers to.
  bool findReferences() {
    for (const ImageSymbol &Symbol : Image.Symbols) {
      if (!isInCode(Symbol) || Symbol.IsSectionSymbol)
        continue;
      Leaders.insert(Symbol.Value);
      if (nameInC(Symbol, Rules) == Rules.Entry)
        Roots.insert(Symbol.Value);
    }
    for (const ImageSection &Section : Image.Sections)
      for (const Fixup &F : Section.Fixups) {
        const ImageSymbol &Symbol = Image.Symbols[F.Symbol];
        if (!isInCode(Symbol))
          continue;
        // An addend of -4 says where x86 counts from.
        if (Symbol.IsSectionSymbol ? F.Kind != FixupKind::Abs64 : F.Addend != 0 && F.Addend != -4)
          return false;
        Roots.insert(Symbol.IsSectionSymbol ? Symbol.Value + F.Addend : Symbol.Value);
      }
    Leaders.insert(Roots.begin(), Roots.end());
    Leaders.insert(0);
    // A place within an instruction would be no start of a block.
    return llvm::all_of(Leaders, [&](uint64_t Offset) {
      return Offset == section().Bytes.size() || llvm::binary_search(Instructions, Offset, OffsetOrder());
    });
  }

  struct OffsetOrder {
    bool operator()(const Instruction &A, uint64_t B) const { return A.Offset < B; }
    bool operator()(uint64_t A, const Instruction &B) const { return A < B.Offset; }
  };

  void makeBlocks() {
    bool AtStart = true;
    for (Instruction &I : Instructions) {
      if (AtStart || Leaders.count(I.Offset)) {
        Code.Starts.push_back({I.Offset, Code.Blocks.size()});
        Code.Blocks.emplace_back().IsRoot = Roots.count(I.Offset) != 0;
      }
      CodeBlock &Block = Code.Blocks.back();
      Block.FallsThrough = !I.EndsFlow;
      AtStart = I.EndsFlow;
      if (I.Direct && I.Direct->What.Kind != Branch::Call) {
        Block.Tail = I.Direct;
        AtStart = true;
      } else {
        Block.Body.push_back(std::move(I.What));
      }
    }
    Code.Starts.push_back({section().Bytes.size(), Code.Blocks.size()});
    resolveTargets();
  }

  void resolveTargets() {
    auto BlockAt = [&](uint64_t Offset) {
      return llvm::lower_bound(Code.Starts, std::pair(Offset, BlockIndex(0)))->second;
    };
    auto Place = Code.Blocks.begin();
    size_t InBlock = 0;
    for (const Instruction &I : Instructions) {
      while (InBlock == Place->Body.size() + (Place->Tail ? 1 : 0)) {
        ++Place;
        InBlock = 0;
      }
      bool IsTail = InBlock++ == Place->Body.size();
      if (I.TargetOffset && IsTail)
        Place->Tail->Target = BlockAt(*I.TargetOffset);
      else if (I.TargetOffset)
        Place->Body[InBlock - 1].Callee = BlockAt(*I.TargetOffset);
      else if (IsTail && isContinue(Image.Symbols[std::get<SymbolTarget>(Place->Tail->Target).Symbol]))
        Place->Tail->Target = Code.Blocks.size();
    }
  }

  bool isContinue(const ImageSymbol &Symbol) const {
    return holeName(Symbol, Rules) ==
           (Rules.Holes.ContinueLabel.empty() ? Rules.Holes.ContinueValue : Rules.Holes.ContinueLabel);
  }

  const ObjectImage &Image;
  const StencilRules &Rules;
  const MachineCode &Machine;
  const BranchCodec &Codec;
  CodeBlocks Code;
  std::vector<Instruction> Instructions;
  std::set<uint64_t> Leaders; ///< offsets where blocks start
  std::set<uint64_t> Roots;   ///< likewise, those reachable from outside
};

/// Rewrites the branches between blocks.
class BranchOptimizer {
public:
  BranchOptimizer(CodeBlocks &Code, const BranchCodec &Codec)
      : Blocks(Code.Blocks), End(Blocks.size()), Codec(Codec) {}

  void run() {
    removeUnreachable();
    // Each change removes a branch, or gives one a target further on; a ring of jumps would have no end.
    for (size_t Round = 0, Changed = 1; Changed && Round <= End; ++Round) {
      markHot();
      Changed = invertHotBranches() + removeRedundantJumps();
      removeUnreachable();
    }
  }

private:
  /// The first block with an instruction from this one on, or the end.
  BlockIndex resolve(BlockIndex I) const {
    while (I < End && (!Blocks[I].IsLive || Blocks[I].isEmpty()))
      ++I;
    return I;
  }

  BlockIndex next(BlockIndex I) const { return resolve(I + 1); }

  std::optional<BlockIndex> targetIn(const TargetedBranch &B) const {
    if (auto *Index = std::get_if<BlockIndex>(&B.Target))
      return resolve(*Index);
    return std::nullopt;
  }

  bool isHot(const BranchTarget &Target) const {
    auto *Index = std::get_if<BlockIndex>(&Target);
    return Index && Hot[resolve(*Index)];
  }

  /// The blocks that reach the end of the code.
  void markHot() {
    Hot.assign(End + 1, false);
    Hot[End] = true;
    for (bool Changed = true; Changed;) {
      Changed = false;
      for (BlockIndex I = End; I-- > 0;) {
        const CodeBlock &B = Blocks[I];
        if (Hot[I] || !B.IsLive)
          continue;
        Hot[I] = (B.FallsThrough && Hot[next(I)]) || (B.Tail && isHot(B.Tail->Target));
        Changed |= Hot[I];
      }
    }
  }

  size_t countPredecessors(BlockIndex Block) const {
    size_t Count = Blocks[Block].IsRoot;
    for (BlockIndex I = 0; I < End; ++I) {
      const CodeBlock &B = Blocks[I];
      if (!B.IsLive || B.isEmpty())
        continue;
      Count += B.FallsThrough && next(I) == Block;
      Count += B.Tail && targetIn(*B.Tail) == Block;
      Count += llvm::count_if(
          B.Body, [&](const CodeInstruction &C) { return C.Callee && resolve(*C.Callee) == Block; });
    }
    return Count;
  }

  bool canReach(Branch B, const BranchTarget &Target) const {
    return std::holds_alternative<BlockIndex>(Target) || Codec.fixup(B);
  }

  size_t invertHotBranches() {
    size_t Changes = 0;
    for (BlockIndex I = 0; I < End; ++I) {
      CodeBlock &B = Blocks[I];
      if (!B.IsLive || !B.Tail || B.Tail->What.Kind != Branch::Conditional || next(I) == End)
        continue;
      BlockIndex J = next(I);
      CodeBlock &Jump = Blocks[J];
      if (!Jump.isJump() || countPredecessors(J) != 1)
        continue;
      bool IsOverJump = targetIn(*B.Tail) == next(J);
      if (!IsOverJump && (!isHot(B.Tail->Target) || isHot(Jump.Tail->Target)))
        continue;
      auto Inverted = Codec.inverted(B.Tail->What);
      if (!Inverted || !canReach(*Inverted, Jump.Tail->Target))
        continue;
      B.Tail->What = *Inverted;
      std::swap(B.Tail->Target, Jump.Tail->Target);
      Hot[J] = isHot(Jump.Tail->Target);
      ++Changes;
    }
    return Changes;
  }

  size_t removeRedundantJumps() {
    size_t Changes = 0;
    for (BlockIndex I = 0; I < End; ++I) {
      CodeBlock &B = Blocks[I];
      auto Target = B.IsLive && B.Tail ? targetIn(*B.Tail) : std::nullopt;
      if (!Target)
        continue;
      if (*Target == next(I)) {
        B.Tail.reset();
        B.FallsThrough = true;
        ++Changes;
      } else if (*Target != End && *Target != I && Blocks[*Target].isJump() &&
                 canReach(B.Tail->What, Blocks[*Target].Tail->Target)) {
        B.Tail->Target = Blocks[*Target].Tail->Target;
        ++Changes;
      }
    }
    return Changes;
  }

  void removeUnreachable() {
    std::vector<bool> Reached(End + 1, false);
    std::vector<BlockIndex> ToDo;
    for (BlockIndex I = 0; I < End; ++I)
      if (Blocks[I].IsRoot)
        ToDo.push_back(resolve(I));
    while (!ToDo.empty()) {
      BlockIndex I = ToDo.back();
      ToDo.pop_back();
      if (I >= End || Reached[I])
        continue;
      Reached[I] = true;
      const CodeBlock &B = Blocks[I];
      if (B.FallsThrough)
        ToDo.push_back(next(I)); // not I + 1: what is removed does not come back
      if (B.Tail)
        if (auto Target = targetIn(*B.Tail))
          ToDo.push_back(*Target);
      for (const CodeInstruction &C : B.Body)
        if (C.Callee)
          ToDo.push_back(resolve(*C.Callee));
    }
    for (BlockIndex I = 0; I < End; ++I)
      Blocks[I].IsLive = Reached[I];
  }

  std::vector<CodeBlock> &Blocks;
  BlockIndex End;
  const BranchCodec &Codec;
  std::vector<bool> Hot;
};

/// Puts the blocks back into the image.
class BlockWriter {
public:
  BlockWriter(const CodeBlocks &Code, const BranchCodec &Codec) : Code(Code), Codec(Codec) {}

  /// False, with the image unchanged, where a branch does not reach its target.
  bool write(ObjectImage &Image) {
    if (!place())
      return false;
    ImageSection &Section = Image.Sections[Code.Section];
    ImageSection New{Section.Name, Section.Kind, Section.Alignment, {}, {}, Section.Address};
    for (const auto &[Index, Block] : enumerate(Code.Blocks)) {
      if (!Block.IsLive)
        continue;
      for (const CodeInstruction &I : Block.Body)
        append(New, I);
      if (Block.Tail)
        append(New, *Block.Tail, IsLong[Index]);
    }
    Section = std::move(New);
    moveReferences(Image);
    moveSections(Image);
    return true;
  }

private:
  /// Finds the start of every block and the form of every branch: short, until it does not reach.
  bool place() {
    IsLong.assign(Code.Blocks.size(), false);
    for (const auto &[Index, Block] : enumerate(Code.Blocks))
      IsLong[Index] = Block.Tail && std::holds_alternative<SymbolTarget>(Block.Tail->Target);
    for (bool Changed = true; Changed;) {
      Changed = false;
      placeBlocks();
      for (const auto &[Index, Block] : enumerate(Code.Blocks)) {
        auto *Target = Block.IsLive && Block.Tail ? std::get_if<BlockIndex>(&Block.Tail->Target) : nullptr;
        if (!Target)
          continue;
        uint64_t Place = Starts[Index] + sizeOfBody(Block);
        if (Codec.reaches(Block.Tail->What, IsLong[Index], static_cast<int64_t>(Starts[*Target] - Place)))
          continue;
        if (IsLong[Index])
          return false;
        IsLong[Index] = Changed = true;
      }
    }
    return true;
  }

  static uint64_t sizeOfBody(const CodeBlock &Block) {
    uint64_t Size = 0;
    for (const CodeInstruction &I : Block.Body)
      Size += I.Bytes.size();
    return Size;
  }

  void placeBlocks() {
    Starts.clear();
    uint64_t Offset = 0;
    for (const auto &[Index, Block] : enumerate(Code.Blocks)) {
      Starts.push_back(Offset);
      if (Block.IsLive)
        Offset += sizeOfBody(Block) + (Block.Tail ? Codec.size(Block.Tail->What, IsLong[Index]) : 0);
    }
    Starts.push_back(Offset);
  }

  void append(ImageSection &New, const CodeInstruction &I) const {
    uint64_t Place = New.Bytes.size();
    InstructionBytes Bytes = I.Bytes;
    if (I.Callee)
      Bytes = Codec.write(Codec.read(Bytes)->What, /*Long=*/true,
                          static_cast<int64_t>(Starts[*I.Callee] - Place));
    New.Bytes.insert(New.Bytes.end(), Bytes.begin(), Bytes.end());
    for (Fixup F : I.Fixups) {
      F.Offset += Place;
      New.Fixups.push_back(std::move(F));
    }
  }

  void append(ImageSection &New, const TargetedBranch &B, bool Long) const {
    uint64_t Place = New.Bytes.size();
    auto *Target = std::get_if<BlockIndex>(&B.Target);
    int64_t Displacement = Target ? static_cast<int64_t>(Starts[*Target] - Place)
                                  : static_cast<int64_t>(Codec.size(B.What, Long)); // a field of zeros on x86
    if (auto *Symbol = std::get_if<SymbolTarget>(&B.Target)) {
      BranchFixup F = *Codec.fixup(B.What);
      if (F.Addend == 0)
        Displacement = 0; // likewise where displacements count from the instruction
      New.Fixups.push_back({Place + F.Offset, F.Kind, Symbol->RawRelocation, Symbol->Symbol, F.Addend});
    }
    InstructionBytes Bytes = Codec.write(B.What, Long, Displacement);
    New.Bytes.insert(New.Bytes.end(), Bytes.begin(), Bytes.end());
  }

  /// Lets the sections behind the code follow it, where sections share one address space.
  void moveSections(ObjectImage &Image) const {
    uint64_t End = Image.Sections[Code.Section].Address + Image.Sections[Code.Section].Bytes.size();
    for (ImageSection &Section : drop_begin(Image.Sections, Code.Section + 1))
      if (Section.Address != 0) {
        Section.Address = alignTo(End, Section.Alignment);
        End = Section.Address + Section.Bytes.size();
      }
  }

  uint64_t moved(uint64_t Offset) const {
    return Starts[llvm::lower_bound(Code.Starts, std::pair(Offset, BlockIndex(0)))->second];
  }

  void moveReferences(ObjectImage &Image) const {
    for (ImageSection &Section : Image.Sections)
      for (Fixup &F : Section.Fixups) {
        const ImageSymbol &Symbol = Image.Symbols[F.Symbol];
        if (Symbol.Section == Code.Section && Symbol.IsSectionSymbol)
          F.Addend = static_cast<int64_t>(moved(Symbol.Value + F.Addend) - Symbol.Value);
      }
    for (ImageSymbol &Symbol : Image.Symbols)
      if (Symbol.Section == Code.Section && !Symbol.IsSectionSymbol)
        Symbol.Value = moved(Symbol.Value);
  }

  const CodeBlocks &Code;
  const BranchCodec &Codec;
  std::vector<bool> IsLong;     ///< by block: its branch
  std::vector<uint64_t> Starts; ///< by block, and the end
};

} // namespace

void optimizeLayout(ObjectImage &Image, const StencilRules &Rules, const MachineCode &Machine) {
  if (!Machine.architecture().Branches)
    return;
  const BranchCodec &Codec = Machine.architecture().Branches();
  auto Code = BlockReader(Image, Rules, Machine, Codec).read();
  if (!Code)
    return;
  BranchOptimizer(*Code, Codec).run();
  foldSmallConstants(*Code, Image, Rules, Machine);
  BlockWriter(*Code, Codec).write(Image);
}

} // namespace stencilgen
