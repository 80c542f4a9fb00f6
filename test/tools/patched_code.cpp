// stencilgen-patched-code MANIFEST: patches every stencil of a manifest of the dialect "tables" with each of
// its holes near, at the last address it reaches, and one step further, disassembles the result, and checks
// that the instruction at each hole has the address or number that was meant. x86-64 and AArch64.
#include "sg_manifest.h"
#include "sg_runtime.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstrAnalysis.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/MCTargetOptions.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Triple.h"
#include <nlohmann/json.hpp>

using namespace llvm;
using namespace stencilgen;

namespace {

[[noreturn]] void fail(const Twine &Message) {
  errs() << "patched-code: " << Message << "\n";
  std::exit(1);
}

/// Decodes instructions of one target.
class Decoder {
public:
  explicit Decoder(StringRef Name) : Name(Name) {
    const Triple T(Name);
    std::string Error;
    const Target *Found = TargetRegistry::lookupTarget("", const_cast<Triple &>(T), Error);
    if (!Found)
      fail(Error);
#if LLVM_VERSION_MAJOR >= 22
    const Triple &Spelling = T;
#else
    const std::string &Spelling = T.str();
#endif
    Registers.reset(Found->createMCRegInfo(Spelling));
    AsmInfo.reset(Found->createMCAsmInfo(*Registers, Spelling, Options));
    Subtarget.reset(Found->createMCSubtargetInfo(Spelling, "", ""));
    Instructions.reset(Found->createMCInstrInfo());
    Analysis.reset(Found->createMCInstrAnalysis(Instructions.get()));
    Context = std::make_unique<MCContext>(T, AsmInfo.get(), Registers.get(), Subtarget.get());
    Disassembler.reset(Found->createMCDisassembler(*Subtarget, *Context));
    if (!Analysis || !Disassembler)
      fail("no disassembler for " + Name);
  }

  struct Instruction {
    MCInst Inst;
    uint64_t Address, Size;
    uint64_t end() const { return Address + Size; }
  };

  Instruction decode(ArrayRef<uint8_t> Bytes, uint64_t Address, const Twine &Where) const {
    Instruction I;
    I.Address = Address;
    if (Disassembler->getInstruction(I.Inst, I.Size, Bytes, Address, nulls()) != MCDisassembler::Success)
      fail(Where + ": no instruction");
    return I;
  }
  uint64_t branchTarget(const Instruction &I, const Twine &Where) const {
    uint64_t To = 0;
    if (!Analysis->evaluateBranch(I.Inst, I.Address, I.Size, To))
      fail(Where + ": no branch");
    return To;
  }
  bool isBranch(const Instruction &I) const { return Analysis->isCall(I.Inst) || Analysis->isBranch(I.Inst); }
  std::optional<uint64_t> memoryAddress(const Instruction &I) const {
    return Analysis->evaluateMemoryOperandAddress(I.Inst, Subtarget.get(), I.Address, I.Size);
  }
  StringRef mnemonic(const Instruction &I) const { return Instructions->getName(I.Inst.getOpcode()); }
  bool hasImmediate(const Instruction &I, uint64_t Value, uint64_t Mask) const {
    for (const MCOperand &Operand : I.Inst)
      if (Operand.isImm() && (static_cast<uint64_t>(Operand.getImm()) & Mask) == (Value & Mask))
        return true;
    return false;
  }

private:
  std::string Name;
  MCTargetOptions Options;
  std::unique_ptr<const MCRegisterInfo> Registers;
  std::unique_ptr<const MCAsmInfo> AsmInfo;
  std::unique_ptr<const MCSubtargetInfo> Subtarget;
  std::unique_ptr<const MCInstrInfo> Instructions;
  std::unique_ptr<const MCInstrAnalysis> Analysis;
  std::unique_ptr<MCContext> Context;
  std::unique_ptr<const MCDisassembler> Disassembler;
};

uint64_t number(ArrayRef<uint8_t> Bytes, uint64_t Offset) {
  if (Offset + 8 > Bytes.size())
    fail("a slot outside the data");
  uint64_t Value = 0;
  for (unsigned I = 0; I < 8; ++I)
    Value |= static_cast<uint64_t>(Bytes[Offset + I]) << (8 * I);
  return Value;
}

constexpr uint64_t CodeAddress = 0x4000000000, DataAddress = CodeAddress + 0x8000,
                   SomeSymbol = CodeAddress + 0x10000;

/// What the holes of one stencil are filled with.
struct Filling {
  uint64_t Symbol = SomeSymbol;
  uint32_t Starts[3] = {0, 0x4000, 0x5000}; ///< of the two targets: the second and third
  sg_uop Uop = {0, {1, 2}, {0x11, 0x22, 0x33, 0x44}};
  uint64_t Values[SG_MAX_TRACE_VALUES] = {0x55, 0x66, 0x77, 0x88};
};

class Checker {
public:
  Checker(const LoadedTables &Loaded, StringRef Triple) : T(*Loaded.tables()), D(Triple) {}

  void run() {
    for (uint32_t Stencil = 0; Stencil < T.stencil_count; ++Stencil) {
      Filling Near;
      Near.Uop.stencil = Stencil;
      write(Near);
      const sg_stencil &S = T.stencils[Stencil];
      for (unsigned I = 0; I < S.code_holes; ++I)
        moveAway(Near, T.holes[S.first_hole + I]);
      ++Stencils;
    }
    outs() << "stencils=" << Stencils << " written=" << Written << " holes=" << Holes
           << " at_the_limit=" << AtLimit << " refused=" << Refused << " veneers=" << Veneers
           << " relaxed=" << Relaxed << " slots=" << Slots << "\n";
  }

private:
  std::string where(const Filling &F, const sg_hole &H) const {
    sg_fixup_info Info;
    sg_fixup_kind_info(static_cast<sg_fixup_kind>(H.kind), &Info);
    return formatv("{0}, hole at {1:x} of kind {2}", T.text + T.stencil_names[F.Uop.stencil], H.offset,
                   Info.name)
        .str();
  }

  uint64_t addend(const sg_hole &H) const { return static_cast<uint64_t>(T.addends[H.addend]); }

  /// S + A, or G + A.
  uint64_t value(const Filling &F, const sg_hole &H) const {
    uint64_t Value = addend(H) + (H.symbol == SG_NO_SYMBOL ? 0 : F.Symbol);
    if (H.value == SG_VALUE_CODE)
      return Value + CodeAddress;
    if (H.value == SG_VALUE_DATA)
      return Value + DataAddress;
    if (H.value == SG_VALUE_CONTINUE)
      return Value + CodeAddress + T.stencils[F.Uop.stencil].code_size;
    if (H.value < SG_VALUE_FIRST_OWN)
      return Value;
    const sg_source &Source = T.sources[H.value - SG_VALUE_FIRST_OWN];
    const uint64_t From = Source.source == SG_SOURCE_OPERAND ? F.Uop.operand[Source.index]
                          : Source.source == SG_SOURCE_TARGET
                              ? CodeAddress + F.Starts[F.Uop.target[Source.index]]
                              : F.Values[Source.index];
    const uint64_t Mask = Source.width == 64 ? UINT64_MAX : (uint64_t(1) << Source.width) - 1;
    return Value + (From >> Source.shift & Mask);
  }

  /// Writes the stencil and checks all its holes. \p Bad, when not null, is the hole that must be refused.
  void write(const Filling &F, const sg_hole *Bad = nullptr) {
    const sg_stencil &S = T.stencils[F.Uop.stencil];
    std::vector<uint64_t> Symbols(T.symbol_count + 1, F.Symbol);
    sg_stencils *Set = nullptr;
    const char *Why = nullptr;
    if (sg_stencils_create(&T, Symbols.data(), &Set, &Why) != SG_OK)
      fail(Why);
    // Twice: in the middle of a trace, where stencils are copied in chunks, and at its end.
    for (size_t Behind : {size_t(64), size_t(0)}) {
      const size_t Room = S.code_holes;
      std::vector<uint8_t> Code(S.code_size + Behind + Room * sg_veneer_size(T.arch)),
          Data(S.data_size + Behind);
      const sg_image Image = {Code.data(),          Data.data(), CodeAddress, DataAddress,
                              S.code_size + Behind, Data.size(), Room};
      sg_problem Problem;
      size_t Needed = 0;
      const sg_result Result = sg_trace_write(Set, &F.Uop, 1, F.Starts, F.Values, &Image, &Needed, &Problem);
      if (Bad) {
        if (Result != SG_OUT_OF_RANGE || Problem.offset != Bad->offset || Problem.kind != Bad->kind)
          fail(where(F, *Bad) + ": expected it to be out of range, found " + sg_result_text(Result));
        continue;
      }
      if (Result != SG_OK) {
        char Text[256];
        sg_problem_text(&Problem, Text, sizeof(Text));
        fail(Text);
      }
      ++Written;
      check(F, Code, Data, S.code_size + Behind);
    }
    sg_stencils_destroy(Set);
  }

  void check(const Filling &F, ArrayRef<uint8_t> Code, ArrayRef<uint8_t> Data, size_t VeneersAt) {
    const sg_stencil &S = T.stencils[F.Uop.stencil];
    const sg_hole *Hole = T.holes + S.first_hole, *End = Hole + S.code_holes;
    for (unsigned I = 0; I < S.data_holes; ++I)
      if (End[I].kind == SG_FIXUP_Abs64 && number(Data, End[I].offset) != value(F, End[I]))
        fail(where(F, End[I]) + " of the data: another number");
    for (uint64_t Offset = 0; Offset < S.code_size;) {
      const auto I = D.decode(Code.slice(Offset, S.code_size - Offset), CodeAddress + Offset,
                              Twine(T.text + T.stencil_names[F.Uop.stencil]) + " at " + Twine(Offset));
      for (; Hole < End && Hole->offset < Offset + I.Size; ++Hole) {
        ++Holes;
        if (T.arch == SG_ARCH_X86_64)
          checkX86(F, *Hole, I, Code, Data, VeneersAt);
        else
          checkAArch64(F, *Hole, I, Code, Data, VeneersAt);
      }
      Offset += I.Size;
    }
    if (Hole != End)
      fail(where(F, *Hole) + ": behind the last instruction");
  }

  /// A branch to \p To, maybe through a veneer, which is decoded, too.
  void checkBranch(const Decoder::Instruction &I, uint64_t To, ArrayRef<uint8_t> Code, size_t VeneersAt,
                   const Twine &Where) {
    const uint64_t Found = D.branchTarget(I, Where);
    if (Found == To)
      return;
    const uint64_t Offset = Found - CodeAddress, Head = sg_veneer_size(T.arch) - 8;
    if (Offset < VeneersAt || Offset + Head + 8 > Code.size())
      fail(Where + ": branches elsewhere");
    const auto First = D.decode(Code.slice(Offset, Head), Found, Where + ", veneer");
    if (T.arch == SG_ARCH_X86_64) {
      if (D.mnemonic(First) != "JMP64m" || D.memoryAddress(First) != Found + Head)
        fail(Where + ": no veneer");
    } else if (D.mnemonic(First) != "LDRXl" || First.Inst.getOperand(1).getImm() != 2 ||
               D.mnemonic(D.decode(Code.slice(Offset + 4, 4), Found + 4, Where)) != "BR") {
      fail(Where + ": no veneer");
    }
    if (number(Code, Offset + Head) != To)
      fail(Where + ": the veneer goes elsewhere");
    ++Veneers;
  }

  void checkX86(const Filling &F, const sg_hole &H, const Decoder::Instruction &I, ArrayRef<uint8_t> Code,
                ArrayRef<uint8_t> Data, size_t VeneersAt) {
    const std::string Where = where(F, H);
    const uint64_t Value = value(F, H), Behind = I.end() - (CodeAddress + H.offset), To = Value + Behind;
    switch (H.kind) {
    case SG_FIXUP_X86_64_Branch32:
      return checkBranch(I, To, Code, VeneersAt, Where);
    case SG_FIXUP_PCRel32:
    case SG_FIXUP_X86_64_GotPCRel32:
      if (D.isBranch(I) && !D.memoryAddress(I))
        return checkBranch(I, To, Code, VeneersAt, Where);
      if (D.memoryAddress(I) != To)
        fail(Where + ": another address");
      return;
    case SG_FIXUP_X86_64_GotPCRel32Relax:
    case SG_FIXUP_X86_64_GotPCRel32RelaxRex: {
      const uint64_t Target = number(Data, To - DataAddress);
      const auto Address = D.memoryAddress(I);
      const bool IsLea = D.mnemonic(I).starts_with("LEA");
      if (Address && !IsLea) {
        ++Slots;
        if (*Address != To)
          fail(Where + ": another slot");
        return;
      }
      ++Relaxed;
      if (Address ? *Address != Target : D.branchTarget(I, Where) != Target)
        fail(Where + ": relaxed to another address");
      return;
    }
    case SG_FIXUP_Abs64:
      if (!D.hasImmediate(I, Value, UINT64_MAX))
        fail(Where + ": another number");
      return;
    case SG_FIXUP_Abs32:
    case SG_FIXUP_Abs32Signed:
      if (!D.hasImmediate(I, Value, UINT32_MAX))
        fail(Where + ": another number");
      return;
    default:
      fail(Where + ": not of x86-64");
    }
  }

  void checkAArch64(const Filling &F, const sg_hole &H, const Decoder::Instruction &I, ArrayRef<uint8_t> Code,
                    ArrayRef<uint8_t> Data, size_t VeneersAt) {
    const std::string Where = where(F, H);
    const uint64_t Value = value(F, H), Page = uint64_t(4095);
    const StringRef Name = D.mnemonic(I);
    auto Immediate = [&](unsigned Operand) {
      return static_cast<uint64_t>(I.Inst.getOperand(Operand).getImm());
    };
    auto Last = [&] { return Immediate(I.Inst.getNumOperands() - 1); };
    switch (H.kind) {
    case SG_FIXUP_AArch64_Branch26:
      return checkBranch(I, Value, Code, VeneersAt, Where);
    case SG_FIXUP_AArch64_Page21:
    case SG_FIXUP_AArch64_GotPage21:
      if (Name == "ADRP") {
        if ((I.Address & ~Page) + Immediate(1) * 4096 != (Value & ~Page))
          fail(Where + ": another page");
        return;
      }
      if (H.kind == SG_FIXUP_AArch64_GotPage21)
        return checkRelaxed(I, number(Data, Value - DataAddress), Value, Code, Where);
      break;
    case SG_FIXUP_AArch64_GotPageOff12:
      if (Name == "HINT" || Name == "NOP" || Name == "MOVKXi")
        return; // of a relaxed pair, which was looked at with its first hole
      ++Slots;
      [[fallthrough]];
    case SG_FIXUP_AArch64_PageOff12: {
      const uint64_t Scale =
          Name.starts_with("ADD")                                                        ? 1
          : Name == "LDRQui" || Name == "STRQui"                                         ? 16
          : Name == "LDRXui" || Name == "STRXui" || Name == "LDRDui" || Name == "STRDui" ? 8
          : Name == "LDRWui" || Name == "STRWui" || Name == "LDRSui" || Name == "LDRSWui" || Name == "STRSui"
              ? 4
          : Name.contains("HHui") || Name.starts_with("LDRSH") || Name == "LDRHui" ? 2
                                                                                   : 1;
      // add has its shift behind the immediate.
      if ((Scale == 1 && Name.starts_with("ADD") ? Immediate(2) : Last() * Scale) != (Value & Page))
        fail(Where + ": another offset in the page");
      return;
    }
    case SG_FIXUP_AArch64_MovwG0:
    case SG_FIXUP_AArch64_MovwG1:
    case SG_FIXUP_AArch64_MovwG2:
    case SG_FIXUP_AArch64_MovwG3: {
      const unsigned Shift = 16 * (H.kind - SG_FIXUP_AArch64_MovwG0);
      if (!D.hasImmediate(I, Value >> Shift & 0xffff, UINT64_MAX))
        fail(Where + ": another number");
      return;
    }
    default:
      break;
    }
    fail(Where + ": not expected on AArch64, in " + Name);
  }

  /// What adrp and ldr of a slot have become: the number \p Wanted itself, or a load of the slot as a
  /// literal.
  void checkRelaxed(const Decoder::Instruction &I, uint64_t Wanted, uint64_t Slot, ArrayRef<uint8_t> Code,
                    const Twine &Where) {
    ++Relaxed;
    const auto Next = D.decode(Code.slice(I.end() - CodeAddress, 4), I.end(), Where);
    if (D.mnemonic(I) == "LDRXl") {
      if (I.Address + 4 * static_cast<uint64_t>(I.Inst.getOperand(1).getImm()) != Slot)
        fail(Where + ": another slot");
      return;
    }
    if (D.mnemonic(I) != "MOVZXi")
      fail(Where + ": relaxed to " + D.mnemonic(I));
    uint64_t Found = static_cast<uint64_t>(I.Inst.getOperand(1).getImm());
    if (D.mnemonic(Next) == "MOVKXi")
      Found |= static_cast<uint64_t>(Next.Inst.getOperand(2).getImm()) << 16;
    if (Found != Wanted)
      fail(Where + ": relaxed to another number");
  }

  /// The same with this hole at the end of what it reaches, and beyond.
  void moveAway(const Filling &Near, const sg_hole &H) {
    sg_fixup_info Info;
    sg_fixup_kind_info(static_cast<sg_fixup_kind>(H.kind), &Info);
    const bool IsRelative = Info.operand == SG_OPERAND_RELATIVE,
               IsAbsolute = Info.operand == SG_OPERAND_ABSOLUTE;
    const bool IsSlot =
        H.kind == SG_FIXUP_X86_64_GotPCRel32Relax || H.kind == SG_FIXUP_X86_64_GotPCRel32RelaxRex;
    const uint64_t Place = CodeAddress + H.offset, Step = std::max<uint64_t>(Info.multiple, 1);
    const bool IsBranch = H.kind == SG_FIXUP_X86_64_Branch32 || H.kind == SG_FIXUP_AArch64_Branch26;
    if (Info.width == 8 || Info.maximum == INT64_MAX)
      return; // it reaches everything
    for (const uint64_t Further : {uint64_t(0), Step}) {
      Filling F = Near;
      const uint64_t Last =
          static_cast<uint64_t>(Info.maximum) - static_cast<uint64_t>(Info.maximum) % Step + Further;
      if (IsSlot) { // what the slot holds is moved: relaxed as far as that reaches
        F.Symbol = Place + 4 + Last;
        write(F);
        ++AtLimit;
        continue;
      }
      const uint64_t Wanted = Last - addend(H) + (IsRelative ? Place : 0); // S
      if (H.symbol != SG_NO_SYMBOL && H.value == SG_VALUE_NONE && (IsRelative || IsAbsolute)) {
        F.Symbol = Wanted;
      } else if (H.value >= SG_VALUE_FIRST_OWN && H.symbol == SG_NO_SYMBOL) {
        const sg_source &Source = T.sources[H.value - SG_VALUE_FIRST_OWN];
        if (Source.shift != 0 || Source.width != 64)
          return; // a part of an operand cannot be too large for what it was cut to
        if (Source.source == SG_SOURCE_OPERAND && IsAbsolute)
          F.Uop.operand[Source.index] = Wanted;
        else if (Source.source == SG_SOURCE_TARGET && IsRelative && Wanted - CodeAddress <= UINT32_MAX)
          F.Starts[F.Uop.target[Source.index]] = static_cast<uint32_t>(Wanted - CodeAddress);
        else
          return;
      } else {
        return; // the stencil's own code or data
      }
      // Another hole may take the same number, and be refused with it, or before it.
      const sg_hole *Bad = Further != 0 && !IsBranch ? &H : nullptr;
      if (Bad && sharesSource(Near.Uop.stencil, H))
        continue;
      if (!Bad && sharesSource(Near.Uop.stencil, H) && !IsBranch)
        continue;
      write(F, Bad);
      ++(Bad ? Refused : AtLimit);
    }
  }

  /// Whether another hole of the stencil is filled from the same source.
  bool sharesSource(uint32_t Stencil, const sg_hole &H) const {
    const sg_stencil &S = T.stencils[Stencil];
    for (unsigned I = 0; I < unsigned(S.code_holes) + S.data_holes; ++I) {
      const sg_hole &Other = T.holes[S.first_hole + I];
      if (&Other != &H && Other.value == H.value && Other.symbol == H.symbol)
        return true;
    }
    return false;
  }

  const sg_tables &T;
  Decoder D;
  unsigned Stencils = 0, Written = 0, Holes = 0, AtLimit = 0, Refused = 0, Veneers = 0, Relaxed = 0,
           Slots = 0;
};

} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    errs() << "usage: stencilgen-patched-code MANIFEST\n";
    return 2;
  }
  InitializeAllTargetInfos();
  InitializeAllTargetMCs();
  InitializeAllDisassemblers();
  auto Buffer = MemoryBuffer::getFile(argv[1]);
  if (!Buffer)
    fail(Twine(argv[1]) + ": cannot read it");
  const std::string Text = (*Buffer)->getBuffer().str();
  std::string Error;
  const auto Loaded = LoadedTables::load(Text, Error);
  if (!Loaded)
    fail(Error);
  if (Loaded->tables()->arch != SG_ARCH_X86_64 && Loaded->tables()->arch != SG_ARCH_AARCH64)
    fail("expected x86-64 or AArch64");
  Checker(*Loaded, nlohmann::json::parse(Text)["target"]["triple"].get<std::string>()).run();
  return 0;
}
