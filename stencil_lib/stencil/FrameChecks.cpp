// See FrameChecks.h.
#include "stencil/FrameChecks.h"
#include "FrameTable.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"

using namespace llvm;

namespace stencilgen {

Error checkRegisterUntouched(const ObjectImage &Image, StringRef Register, const MachineCode &Machine) {
  auto Number = Machine.registerNamed(Register);
  if (!Number)
    return makeError("LLVM knows no register '" + Register + "'");
  for (const ImageSection &Section : Image.Sections) {
    if (Section.Kind != SectionKind::Code)
      continue;
    auto Instructions = Machine.decode(Section.Bytes);
    if (!Instructions)
      return Instructions.takeError();
    for (const MachineInstruction &I : *Instructions)
      if (Machine.touches(I.Inst, *Number)) {
        std::string Text = Machine.text(I.Inst, I.Offset, I.Size);
        std::replace(Text.begin(), Text.end(), '\t', ' ');
        return makeError("code offset 0x" + utohexstr(I.Offset, true) + ": '" + Text +
                         "' touches the frame pointer " + Register.lower() +
                         ", which is reserved for walking the stack through stencils; LLVM " +
                         LLVM_VERSION_STRING + " was asked to leave it alone" +
                         (LLVM_VERSION_MAJOR < 21 ? ", which takes LLVM 21 or newer" : ""));
      }
  }
  return Error::success();
}

namespace {

/// The offset of the only call in the code of a section. Errors: there are more, or none.
Expected<uint64_t> onlyCall(ArrayRef<uint8_t> Code, const MachineCode &Machine) {
  auto Instructions = Machine.decode(Code);
  if (!Instructions)
    return Instructions.takeError();
  std::vector<uint64_t> Calls;
  for (const MachineInstruction &I : *Instructions)
    if (Machine.description(I.Inst).isCall())
      Calls.push_back(I.Offset);
  if (Calls.size() != 1)
    return makeError("expected exactly one call, that of the machine code, found " + Twine(Calls.size()) +
                     ": one unwind rule could not describe them all");
  return Calls[0];
}

/// Where a register is saved, in units of the data alignment factor.
Expected<int64_t> inFactors(std::optional<int64_t> Offset, StringRef Name, int64_t Factor) {
  if (!Offset)
    return makeError("the unwind table does not say where " + Name + " is saved at the call");
  if (Factor == 0 || *Offset % Factor != 0)
    return makeError(Name + " is saved " + Twine(*Offset) +
                     " bytes from the frame address, expected a multiple of the data alignment factor " +
                     Twine(Factor));
  return *Offset / Factor;
}

} // namespace

Expected<UnwindInfo> readUnwindInfo(StringRef Object, StringRef FramePointer, const MachineCode &Machine) {
  auto Register = Machine.registerNamed(FramePointer);
  if (!Register)
    return makeError("LLVM knows no register '" + FramePointer + "'");
  MemoryBufferRef File(Object, "shim");
  auto Code = onlyCode(File);
  if (!Code)
    return Code.takeError();
  auto Call = onlyCall(*Code, Machine);
  if (!Call)
    return Call.takeError();
  uint64_t Number = Machine.registers().getDwarfRegNum(*Register, /*isEH=*/true);
  auto Rule = frameRuleAt(File, *Call, Number);
  if (!Rule)
    return Rule.takeError();
  if (!*Rule)
    return makeError("expected an unwind table (-fasynchronous-unwind-tables), found none for the call");
  const FrameRule &Found = **Rule;
  auto FramePointerOffset = inFactors(Found.SavedRegister, "the frame pointer", Found.DataAlignmentFactor);
  if (!FramePointerOffset)
    return FramePointerOffset.takeError();
  auto ReturnAddressOffset = inFactors(Found.ReturnAddress, "the return address", Found.DataAlignmentFactor);
  if (!ReturnAddressOffset)
    return ReturnAddressOffset.takeError();
  return UnwindInfo{Found.CodeAlignmentFactor, Found.DataAlignmentFactor, Found.ReturnAddressRegister,
                    Found.CFARegister,         Found.CFAOffset,           Number,
                    *FramePointerOffset,       *ReturnAddressOffset};
}

} // namespace stencilgen
