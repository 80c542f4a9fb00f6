// See GuestCpu.h.
#include "prove/GuestCpu.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <unicorn/unicorn.h>

using namespace llvm;

namespace stencilgen::prove {

bool hasEmulator() { return true; }

namespace {

/// Adds registers and makes lists of them by name.
class CpuBuilder {
public:
  explicit CpuBuilder(GuestCpu &Cpu) : Cpu(Cpu) {}

  void add(const Twine &Name, int Id, bool IsFloat = false) {
    Cpu.Registers.push_back({Name.str(), Id, IsFloat});
  }

  /// PREFIX0, PREFIX1, ... with Unicorn's numbers from \p First on.
  void addRange(StringRef Prefix, int First, unsigned Count, bool IsFloat = false, StringRef Suffix = "") {
    for (unsigned I = 0; I < Count; ++I)
      add(Prefix + Twine(I) + Suffix, First + int(I), IsFloat);
  }

  unsigned index(StringRef Name) const {
    return llvm::find_if(Cpu.Registers, [&](const GuestRegister &R) { return R.Name == Name; }) -
           Cpu.Registers.begin();
  }

  /// The registers of a list of words: "RDI RSI", "X0-X7".
  RegisterList list(StringRef Words) const {
    RegisterList Result;
    SmallVector<StringRef> Parts;
    Words.split(Parts, ' ', -1, /*KeepEmpty=*/false);
    for (StringRef Word : Parts) {
      auto [First, Last] = Word.split('-');
      unsigned From = index(First), To = Last.empty() ? From : index(Last);
      for (unsigned I = From; I <= To; ++I)
        Result.push_back(I);
    }
    return Result;
  }

private:
  GuestCpu &Cpu;
};

/// Flags as the conventions want them, an empty stack of x87.
std::vector<std::pair<int, uint64_t>> statusOfX86() {
  return {{UC_X86_REG_EFLAGS, 0x202},
          {UC_X86_REG_FPSW, 0},
          {UC_X86_REG_FPTAG, 0xffff},
          {UC_X86_REG_FPCW, 0x37f},
          {UC_X86_REG_MXCSR, 0x1f80}};
}

GuestCpu x86_64(bool IsWindows) {
  GuestCpu Cpu{.Architecture = UC_ARCH_X86, .Mode = UC_MODE_64, .WordSize = 8};
  CpuBuilder B(Cpu);
  for (auto [Name, Id] : {std::pair("RAX", UC_X86_REG_RAX),
                          {"RCX", UC_X86_REG_RCX},
                          {"RDX", UC_X86_REG_RDX},
                          {"RBX", UC_X86_REG_RBX},
                          {"RSP", UC_X86_REG_RSP},
                          {"RBP", UC_X86_REG_RBP},
                          {"RSI", UC_X86_REG_RSI},
                          {"RDI", UC_X86_REG_RDI}})
    B.add(Name, Id);
  for (unsigned I = 8; I < 16; ++I)
    B.add("R" + Twine(I), UC_X86_REG_R8 + int(I) - 8);
  B.addRange("XMM", UC_X86_REG_XMM0, 16, true);
  Cpu.ProgramCounter = UC_X86_REG_RIP;
  Cpu.StackPointer = B.index("RSP");
  Cpu.FramePointer = B.index("RBP");
  Cpu.EntryAlignment = 8;
  Cpu.Status = statusOfX86();
  Cpu.Results = B.list("RAX XMM0");
  if (IsWindows) {
    Cpu.Arguments = B.list("RCX RDX R8 R9");
    Cpu.FloatArguments = B.list("XMM0-XMM3");
    Cpu.CallerSaved = B.list("RAX RCX RDX R8 R9 R10 R11 XMM0-XMM5");
    Cpu.CalleeSaved = B.list("RBX RSI RDI R12 R13 R14 R15 XMM6-XMM15");
    Cpu.StackArguments = 32;
    Cpu.AboveStack = 8 + 32; // the return address and the home of four arguments
  } else {
    Cpu.Results = B.list("RAX RDX XMM0"); // a struct of two words takes both
    Cpu.Arguments = B.list("RDI RSI RDX RCX R8 R9");
    Cpu.FloatArguments = B.list("XMM0-XMM7");
    Cpu.CallerSaved = B.list("RAX RCX RDX RSI RDI R8 R9 R10 R11 XMM0-XMM15");
    Cpu.CalleeSaved = B.list("RBX R12 R13 R14 R15");
    Cpu.NoneKept = B.list("R12 R13 R14 R15 RDI RSI RDX RCX R8 R9 R11 RAX");
  }
  return Cpu;
}

GuestCpu i386() {
  GuestCpu Cpu{.Architecture = UC_ARCH_X86, .Mode = UC_MODE_32, .WordSize = 4};
  CpuBuilder B(Cpu);
  for (auto [Name, Id] : {std::pair("EAX", UC_X86_REG_EAX),
                          {"ECX", UC_X86_REG_ECX},
                          {"EDX", UC_X86_REG_EDX},
                          {"EBX", UC_X86_REG_EBX},
                          {"ESP", UC_X86_REG_ESP},
                          {"EBP", UC_X86_REG_EBP},
                          {"ESI", UC_X86_REG_ESI},
                          {"EDI", UC_X86_REG_EDI}})
    B.add(Name, Id);
  B.addRange("XMM", UC_X86_REG_XMM0, 8, true);
  Cpu.ProgramCounter = UC_X86_REG_EIP;
  Cpu.StackPointer = B.index("ESP");
  Cpu.FramePointer = B.index("EBP");
  Cpu.EntryAlignment = 12;
  Cpu.Status = statusOfX86();
  Cpu.ArgumentsOnStack = true;
  Cpu.Results = B.list("EAX EDX");
  Cpu.CallerSaved = B.list("EAX ECX EDX XMM0-XMM7");
  Cpu.CalleeSaved = B.list("EBX ESI EDI");
  return Cpu;
}

GuestCpu aarch64() {
  GuestCpu Cpu{.Architecture = UC_ARCH_ARM64, .Mode = UC_MODE_ARM, .WordSize = 8};
  CpuBuilder B(Cpu);
  B.addRange("X", UC_ARM64_REG_X0, 29);
  B.add("FP", UC_ARM64_REG_X29);
  B.add("LR", UC_ARM64_REG_X30);
  B.add("SP", UC_ARM64_REG_SP);
  B.addRange("D", UC_ARM64_REG_D0, 32, true);
  Cpu.ProgramCounter = UC_ARM64_REG_PC;
  Cpu.StackPointer = B.index("SP");
  Cpu.FramePointer = B.index("FP");
  Cpu.Link = B.index("LR");
  Cpu.Arguments = B.list("X0-X7");
  Cpu.FloatArguments = B.list("D0-D7");
  Cpu.Results = B.list("X0 X1 D0");
  Cpu.NoneKept = B.list("X20-X28 X0-X7");
  Cpu.CallerSaved = B.list("X0-X17 D0-D7 D16-D31");
  Cpu.CalleeSaved = B.list("X19-X28 D8-D15");
  Cpu.Status = {{UC_ARM64_REG_NZCV, 0}};
  return Cpu;
}

GuestCpu arm() {
  GuestCpu Cpu{.Architecture = UC_ARCH_ARM, .Mode = UC_MODE_ARM, .WordSize = 4};
  CpuBuilder B(Cpu);
  B.addRange("R", UC_ARM_REG_R0, 13);
  B.add("SP", UC_ARM_REG_SP);
  B.add("LR", UC_ARM_REG_LR);
  B.addRange("D", UC_ARM_REG_D0, 32, true);
  Cpu.ProgramCounter = UC_ARM_REG_PC;
  Cpu.StackPointer = B.index("SP");
  Cpu.FramePointer = B.index("R11");
  Cpu.Link = B.index("LR");
  Cpu.Arguments = B.list("R0-R3");
  Cpu.FloatArguments = B.list("D0-D7");
  Cpu.Results = B.list("R0 R1 D0");
  Cpu.CallerSaved = B.list("R0-R3 R12 D0-D7 D16-D31");
  Cpu.CalleeSaved = B.list("R4-R10 D8-D15");
  return Cpu;
}

GuestCpu riscv64() {
  GuestCpu Cpu{.Architecture = UC_ARCH_RISCV, .Mode = UC_MODE_RISCV64, .WordSize = 8};
  CpuBuilder B(Cpu);
  B.addRange("X", UC_RISCV_REG_X0, 32);
  B.addRange("F", UC_RISCV_REG_F0, 32, true, "_D");
  Cpu.ProgramCounter = UC_RISCV_REG_PC;
  Cpu.StackPointer = B.index("X2");
  Cpu.FramePointer = B.index("X8");
  Cpu.Link = B.index("X1");
  Cpu.Arguments = B.list("X10-X17");
  Cpu.FloatArguments = B.list("F10_D-F17_D");
  Cpu.Results = B.list("X10 X11 F10_D");
  Cpu.CallerSaved = B.list("X5-X7 X10-X17 X28-X31 F0_D-F7_D F10_D-F17_D F28_D-F31_D");
  Cpu.CalleeSaved = B.list("X9 X18-X27 F8_D F9_D F18_D-F27_D");
  return Cpu;
}

GuestCpu s390x() {
  GuestCpu Cpu{.Architecture = UC_ARCH_S390X, .Mode = UC_MODE_BIG_ENDIAN, .WordSize = 8, .IsBigEndian = true};
  CpuBuilder B(Cpu);
  B.addRange("R", UC_S390X_REG_R0, 16, false, "D");
  B.addRange("F", UC_S390X_REG_F0, 16, true, "D");
  Cpu.ProgramCounter = UC_S390X_REG_PC;
  Cpu.StackPointer = B.index("R15D");
  Cpu.FramePointer = B.index("R11D");
  Cpu.Link = B.index("R14D");
  Cpu.Arguments = B.list("R2D-R6D");
  Cpu.FloatArguments = B.list("F0D F2D F4D F6D");
  Cpu.Results = B.list("R2D F0D");
  Cpu.CallerSaved = B.list("R0D-R5D F0D-F7D");
  Cpu.CalleeSaved = B.list("R6D-R10D R12D R13D F8D-F15D");
  Cpu.StackArguments = 160;
  Cpu.AboveStack = 160;                            // where a callee saves registers
  Cpu.Status = {{UC_S390X_REG_PSWM, 0x180000000}}; // addresses of 64 bits
  return Cpu;
}

/// The parts of x86's registers have names of their own: AL, AX, EAX, R8B, R8W, R8D, SIL.
std::optional<std::pair<std::string, RegisterPart>> x86Part(StringRef Name, bool Is64Bit) {
  StringRef Wide = Is64Bit ? "R" : "E";
  if (Name.size() >= 2 && Name[0] == 'R' && isDigit(Name[1])) {
    unsigned Bits = Name.back() == 'B' ? 8 : Name.back() == 'W' ? 16 : Name.back() == 'D' ? 32 : 64;
    return std::pair(Name.rtrim("BWD").str(), RegisterPart{0, Bits, 0});
  }
  if (Name.size() == 2 && StringRef("ABCD").contains(Name[0]) && StringRef("LH").contains(Name[1]))
    return std::pair((Wide + Twine(Name[0]) + "X").str(), RegisterPart{0, 8, Name[1] == 'H' ? 8u : 0u});
  if (Name.size() == 3 && Name[2] == 'L') // SIL, DIL, BPL, SPL
    return std::pair((Wide + Name.take_front(2)).str(), RegisterPart{0, 8, 0});
  if (Name.size() == 2) // AX, SI
    return std::pair((Wide + Name).str(), RegisterPart{0, 16, 0});
  if (Name.size() == 3 && (Name[0] == 'E' || Name[0] == 'R'))
    return std::pair((Wide + Name.drop_front()).str(), RegisterPart{0, Name[0] == 'E' ? 32u : 64u, 0});
  return std::nullopt;
}

/// The whole register that a part of one of the other architectures belongs to.
std::optional<std::pair<std::string, RegisterPart>> otherPart(StringRef Name, const GuestCpu &Cpu) {
  StringRef Number = Name.drop_front();
  if (Cpu.Architecture == UC_ARCH_ARM64) {
    if (Name == "WSP")
      return std::pair(std::string("SP"), RegisterPart{0, 32, 0});
    if (Name[0] == 'W')
      return std::pair(Number == "29"   ? "FP"
                       : Number == "30" ? "LR"
                                        : "X" + Number.str(),
                       RegisterPart{0, 32, 0});
    if (StringRef("QSHB").contains(Name[0]))
      return std::pair("D" + Number.str(), RegisterPart{0, Name[0] == 'S' ? 32u : 64u, 0});
  }
  if (Cpu.Architecture == UC_ARCH_S390X && Name.size() > 2 && Name[0] == 'R' && Name.back() == 'L')
    return std::pair((Name.drop_back() + "D").str(), RegisterPart{0, 32, 0});
  if (Cpu.Architecture == UC_ARCH_RISCV && Name.ends_with("_F"))
    return std::pair((Name.drop_back() + "D").str(), RegisterPart{0, 32, 0});
  return std::nullopt;
}

} // namespace

std::optional<RegisterPart> GuestCpu::part(StringRef Name) const {
  auto Find = [&](StringRef Whole) -> std::optional<unsigned> {
    auto Found = llvm::find_if(Registers, [&](const GuestRegister &R) { return R.Name == Whole; });
    return Found == Registers.end() ? std::nullopt : std::optional<unsigned>(Found - Registers.begin());
  };
  if (auto Index = Find(Name))
    return RegisterPart{*Index, Registers[*Index].IsFloat ? 64 : WordSize * 8, 0};
  if (Name.size() < 2)
    return std::nullopt;
  auto Part = Architecture == UC_ARCH_X86 ? x86Part(Name, WordSize == 8) : otherPart(Name, *this);
  if (!Part)
    return std::nullopt;
  auto Index = Find(Part->first);
  if (!Index)
    return std::nullopt;
  Part->second.Index = *Index;
  return Part->second;
}

Expected<GuestCpu> guestCpuFor(const Triple &Target) {
  switch (Target.getArch()) {
  case Triple::x86_64:
    return x86_64(Target.isOSWindows());
  case Triple::x86:
    return i386();
  case Triple::aarch64:
    return aarch64();
  case Triple::arm:
    return arm();
  case Triple::riscv64:
    return riscv64();
  case Triple::systemz:
    return s390x();
  case Triple::ppc64le:
    return makeError("the target " + Target.str() +
                     " cannot be run: Unicorn emulates no little-endian PowerPC");
  default:
    return makeError("the target " + Target.str() + " cannot be run: Unicorn does not emulate its processor");
  }
}

} // namespace stencilgen::prove
